"""Errors of crawling, each with a stable code and a sentence that a user can act on."""

from typing import ClassVar

from pixcrawler.domain.crawling.claims import one_line
from pixcrawler.domain.shared.errors import (
    Conflict,
    Disabled,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    Unavailable,
)


class CrawlJobNotFound(NotFound):
    code = "CRAWL_JOB_NOT_FOUND"


class ImageNotFound(NotFound):
    code = "IMAGE_NOT_FOUND"


class ImageHasNoFile(NotFound):
    code = "IMAGE_HAS_NO_FILE"


class WrongJobState(Conflict):
    code = "WRONG_JOB_STATE"


class TooManyRunningJobs(LimitReached):
    """As many jobs of its owner run as their plan allows."""

    code = "TOO_MANY_RUNNING_JOBS"
    retry_after: ClassVar[int] = 60


class JobIsFull(Conflict):
    code = "JOB_IS_FULL"


class CannotReview(Conflict):
    """An image cannot be what somebody says of it."""

    code = "CANNOT_REVIEW"


class CrawlJobInUse(Conflict):
    code = "CRAWL_JOB_IN_USE"


class UnknownSource(Invalid):
    code = "UNKNOWN_SOURCE"


class SourceDisabled(Disabled):
    code = "SOURCE_DISABLED"


class InvalidJob(Invalid):
    code = "INVALID_JOB"


class ScheduleNotFound(NotFound):
    code = "SCHEDULE_NOT_FOUND"


class InvalidSchedule(Invalid):
    code = "INVALID_SCHEDULE"


class InvalidLabels(Invalid):
    code = "INVALID_LABELS"


class InvalidImagesChange(Invalid):
    code = "INVALID_IMAGES_CHANGE"


class InvalidUrlList(Invalid):
    code = "INVALID_URL_LIST"


class FolderNotAllowed(Forbidden):
    code = "FOLDER_NOT_ALLOWED"


class SourceError(Unavailable):
    """A source did not give what it should. ``source`` is its id; the message may quote what it said."""

    code = "SOURCE_ERROR"
    retryable: ClassVar[bool] = False

    def __init__(self, source: str, message: str) -> None:
        super().__init__(one_line(message))
        self.source = source


class SourceUnreachable(SourceError):
    code = "SOURCE_UNREACHABLE"
    retryable = True


class SourceBlocked(SourceError):
    code = "SOURCE_BLOCKED"


class SourceKeyRefused(SourceError):
    code = "SOURCE_KEY_REFUSED"


class SourceChangedShape(SourceError):
    code = "SOURCE_CHANGED_SHAPE"
