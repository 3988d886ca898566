"""Errors of pictures, each with a stable code and a sentence that a user can act on."""

from pixcrawler.domain.shared.errors import Invalid, LimitReached, NotFound, Unavailable


class NoThumbnail(NotFound):
    code = "NO_THUMBNAIL"


class TooManyThumbnails(Unavailable):
    code = "TOO_MANY_THUMBNAILS"


class ValidationNotFound(NotFound):
    code = "VALIDATION_NOT_FOUND"


class TooManyValidations(LimitReached):
    code = "TOO_MANY_VALIDATIONS"


class TooManyImages(Invalid):
    """A request is about more images than it may be."""

    code = "TOO_MANY_IMAGES"


class InvalidValidation(Invalid):
    code = "INVALID_VALIDATION"
