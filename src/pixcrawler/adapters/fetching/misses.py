"""Why a fetch failed, while it is still under way; and which failures are worth a repeat."""

import os
import ssl
from functools import cache

from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.application.ports.pace import HostPaused
from pixcrawler.domain.shared.reasons import Reason


class Miss(Exception):
    """This attempt failed. ``again``: the same request may fare better soon; ``after``: not before this
    many seconds, by the server's own word."""

    def __init__(
        self, reason: Reason, evidence: str, *, again: bool = False, after: float | None = None
    ) -> None:
        super().__init__(evidence)
        self.reason = reason
        self.evidence = evidence
        self.again = again
        self.after = after


_STATUSES = {
    401: Reason.HTTP_401,
    403: Reason.HTTP_403,
    404: Reason.HTTP_404,
    410: Reason.HTTP_410,
    429: Reason.RATE_LIMITED,
}


def miss_of_status(status: int, after: float | None) -> Miss:
    """For a status that is neither a file nor a redirect."""
    if status in _STATUSES:
        return Miss(_STATUSES[status], f"status {status}", again=status == 429, after=after)
    if status >= 500:
        return Miss(Reason.HTTP_5XX, f"status {status}", again=True, after=after)
    if status < 300:
        return Miss(Reason.INCOMPLETE_BODY, f"status {status}")
    return Miss(Reason.HTTP_4XX, f"status {status}")


@cache
def _kinds() -> tuple[tuple[tuple[type[Exception], ...], Reason, bool], ...]:
    """The first match counts: each kind stands before the more general one that it belongs to."""
    import aiohttp  # not before it is used: every command line loads this file

    return (
        ((HostPaused,), Reason.RATE_LIMITED, False),
        ((aiohttp.ClientSSLError, ssl.SSLError, aiohttp.ServerFingerprintMismatch), Reason.TLS, False),
        ((TimeoutError,), Reason.TIMEOUT, True),
        ((aiohttp.ClientPayloadError,), Reason.INCOMPLETE_BODY, True),
        ((aiohttp.ClientResponseError,), Reason.CONNECTION, False),
        ((aiohttp.ClientConnectionError, OSError), Reason.CONNECTION, True),
    )


def miss_of_error(error: Exception) -> Miss:
    """For what was raised before or between the headers; during the body, see ``receiving``."""
    if isinstance(error, Miss):
        return error
    if isinstance(error, Denied):
        return Miss(error.reason, error.evidence, again=error.passing)
    for kinds, reason, again in _kinds():
        if isinstance(error, kinds):
            return Miss(reason, _line(error), again=again)
    return Miss(Reason.INTERNAL, type(error).__name__)


def _line(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    import aiohttp

    if isinstance(error, aiohttp.ClientResponseError):
        return f"not a valid HTTP answer: {error.message}".split("\n")[0][:200]
    cause = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    if isinstance(cause, OSError) and cause.errno and not isinstance(cause, ssl.SSLError):
        return os.strerror(cause.errno)
    return (str(cause) or type(error).__name__).split("\n")[0][:200]
