"""What Supabase's client raises, as sentences, and what is worth another attempt."""

from collections.abc import AsyncIterator

import httpx
from storage3.exceptions import StorageApiError
from storage3.utils import StorageException
from tenacity import (
    AsyncRetrying,
    AttemptManager,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from pixcrawler.adapters.storage.place import Place
from pixcrawler.application.ports.object_store import ObjectMissing
from pixcrawler.domain.shared.errors import DomainError, StorageFull

VENDOR_ERRORS = (StorageException, httpx.HTTPError, ValueError)
"""ValueError: an answer that the client cannot make sense of."""
ATTEMPTS = 8


def trying(patience: float) -> AsyncIterator[AttemptManager]:
    """Attempts, none of which begins later than so many seconds after the first."""
    return aiter(
        AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(ATTEMPTS) | stop_after_delay(patience),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            reraise=True,
        )
    )


def refusal(answer: httpx.Response) -> StorageApiError:
    """As the client's own requests raise it. The status in the body counts: the other is often 400."""
    try:
        told = answer.json()
        return StorageApiError(told["message"], told["error"], told["statusCode"])
    except (KeyError, TypeError, ValueError):
        return StorageApiError("", "InternalError", answer.status_code)


def ranged(answer: httpx.Response, start: int) -> httpx.Response:
    """The answer to a request for bytes from ``start``: 206, or 416 behind the end. A server that ignores
    ranges gives all from 0, which will do for that. Raises StorageApiError."""
    fine = {httpx.codes.PARTIAL_CONTENT, httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE}
    if answer.status_code in fine or (answer.status_code == httpx.codes.OK and not start):
        return answer
    raise refusal(answer)


def told(error: Exception, key: str | None, place: Place) -> DomainError:
    if isinstance(error, StorageApiError):
        return _told_of(error, key, place)
    if isinstance(error, httpx.TimeoutException):
        return place.away("it did not answer in time")
    if isinstance(error, httpx.ConnectError):
        return place.away("it cannot be reached")
    if isinstance(error, httpx.HTTPError):
        return place.away("the connection broke")
    return place.away("its answer makes no sense")


def _told_of(error: StorageApiError, key: str | None, place: Place) -> DomainError:
    status = _status(error)
    if status == httpx.codes.NOT_FOUND and "bucket" in f"{error.code} {error.message}".lower():
        return place.no_bucket()
    if status == httpx.codes.NOT_FOUND and key is not None:
        return ObjectMissing(f"Nothing is stored under {key}.")
    if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return StorageFull(
            f"{place.name} takes no object of this size into “{place.bucket}”: "
            "raise the file size limit of the bucket and of the project."
        )
    if status == httpx.codes.PRECONDITION_FAILED:
        return place.away("the object was replaced while it was read")
    return place.told(status, error.code if error.code.isalpha() else "")


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, StorageApiError):
        return _status(error) >= 500 or _status(error) in (408, 429)
    return isinstance(error, httpx.TransportError)


def _status(error: StorageApiError) -> int:
    try:
        return int(error.status)
    except ValueError:
        return 0
