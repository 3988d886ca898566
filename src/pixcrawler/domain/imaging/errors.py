"""Errors of pictures, each with a stable code and a sentence that a user can act on."""

from pixcrawler.domain.shared.errors import NotFound, Unavailable


class NoThumbnail(NotFound):
    code = "NO_THUMBNAIL"


class TooManyThumbnails(Unavailable):
    code = "TOO_MANY_THUMBNAILS"
