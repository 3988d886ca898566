"""What obstore raises, as sentences.

Its texts hold whole URLs, those of Azure with the signature in them, and what the server wrote. They are
read for a status and a code, and go no further: hence ``from None`` wherever these are raised.
"""

import re

from obstore.exceptions import PermissionDeniedError, PreconditionError, UnauthenticatedError

from pixcrawler.adapters.storage.place import NO_BUCKET, Place
from pixcrawler.domain.shared.errors import DomainError

BEHIND = 416
_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")


def told(error: Exception, place: Place) -> DomainError:
    """For anything but an object that is missing."""
    status, word = _answered(error)
    if isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return place.refused(f"{status} {word}".strip())
    if isinstance(error, PreconditionError):
        return place.away("the object was replaced while it was read")
    return place.told(status, word) if status else place.away(_of_the_network(str(error)))


def is_bucket_missing(error: Exception) -> bool:
    return _answered(error)[1] in NO_BUCKET


def is_behind_the_end(error: Exception) -> bool:
    """A range was asked for that begins where the object ends (which Azure answers, and obstore refuses),
    or later."""
    return _answered(error)[0] == BEHIND or "StartTooLarge" in str(error)


def is_a_lost_upload(error: Exception) -> bool:
    """The upload is not known there: perhaps it was completed already, and that answer was lost."""
    return _answered(error)[1] in {"NoSuchUpload", "InvalidBlockList"}


def _answered(error: Exception) -> tuple[int, str]:
    """The status, or 0, and the server's own word for it, or nothing."""
    text = str(error)
    status, code = _STATUS.search(text), _CODE.search(text)
    return int(status[1]) if status else 0, code[1] if code else ""


def _of_the_network(text: str) -> str:
    if "kind: Timeout" in text:
        return "it did not answer in time"
    if "kind: Connect" in text:
        return "it cannot be reached"
    return "the connection broke"
