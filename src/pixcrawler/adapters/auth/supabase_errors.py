"""What Supabase's client raises, as errors of ours. Nothing that the provider wrote is passed on.

It names what went wrong by a code; GoTrue servers from before 2024 name none, so that the status alone
tells. https://supabase.com/docs/guides/auth/debugging/error-codes
"""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import httpx
import structlog

from pixcrawler.adapters.fetching.retry_after import retry_after_header
from pixcrawler.domain.identity.errors import (
    AccountNotFound,
    AuthUnavailable,
    EmailNotConfirmed,
    EmailTaken,
    InvalidEmail,
    InvalidToken,
    ResetUnavailable,
    SignUpDisabled,
    TooManyAttempts,
    WeakPassword,
    WrongCredentials,
)
from pixcrawler.domain.shared.errors import Disabled, DomainError

if TYPE_CHECKING:
    from supabase_auth.errors import AuthError

Meanings = Mapping[str | int, Callable[[], DomainError]]
"""What a code means in one act; a number is a status that came without a code."""

WAIT = 60
LONGEST_WAIT = 86_400
"""Seconds until another attempt, when the provider does not tell, and at most."""
_WEAK = {
    "length": "it is too short",
    "characters": "it needs more kinds of characters",
    "pwned": "it is known from a leak",
}

log = structlog.get_logger(__name__)


def _no_sign_up() -> DomainError:
    return SignUpDisabled("New accounts cannot be made here: ask the operator for one.")


def _no_mail() -> DomainError:
    return ResetUnavailable("No mail can be sent: ask the operator for a new password.")


class NotMailed(Disabled):
    """To an address that has an account: Supabase looks for that first. So nobody is told."""

    code = "RESET_NOT_MAILED"


def _not_mailed() -> DomainError:
    log.warning("auth_reset_not_mailed")
    return NotMailed("Mailed a moment ago, or the project may not mail to this address.")


def _nobody() -> DomainError:
    return AccountNotFound("There is no such account.")


def _same_password() -> DomainError:
    return WeakPassword("Choose another password than the present one.")


def _unfit_password() -> DomainError:
    return WeakPassword("The auth provider does not take this password: choose another one.")


SIGN_UP: Meanings = {
    "user_already_exists": EmailTaken,
    "email_exists": EmailTaken,
    "conflict": EmailTaken,
    "email_address_invalid": InvalidEmail,
    "validation_failed": InvalidEmail,
    "signup_disabled": _no_sign_up,
    "email_provider_disabled": _no_sign_up,
}
LOG_IN: Meanings = {
    "invalid_credentials": WrongCredentials,
    "validation_failed": WrongCredentials,
    "user_banned": WrongCredentials,
    "email_not_confirmed": EmailNotConfirmed,
    400: WrongCredentials,
}
REFRESH: Meanings = {
    **dict.fromkeys(
        (
            "refresh_token_not_found",
            "refresh_token_already_used",
            "session_not_found",
            "session_expired",
            "user_not_found",
            "user_banned",
            "validation_failed",
        ),
        InvalidToken,
    ),
    400: InvalidToken,
}
SESSION: Meanings = {
    **dict.fromkeys(
        (
            "bad_jwt",
            "no_authorization",
            "session_not_found",
            "session_expired",
            "user_not_found",
            "user_banned",
            "insufficient_aal",
            "reauthentication_needed",
            "reauthentication_not_valid",
        ),
        InvalidToken,
    ),
    "same_password": _same_password,
    "validation_failed": _unfit_password,
    403: InvalidToken,
    404: InvalidToken,
}
RESET: Meanings = {
    "over_email_send_rate_limit": _not_mailed,
    "email_address_not_authorized": _not_mailed,
    "email_provider_disabled": _no_mail,
    "email_address_invalid": InvalidEmail,
    "validation_failed": InvalidEmail,
}
ACCOUNT: Meanings = {"user_not_found": _nobody, "validation_failed": _unfit_password, 404: _nobody}


def told(error: "AuthError", meanings: Meanings, *, act: str) -> DomainError:
    """What it means in this act. What has no meaning there is the provider's trouble, or the operator's: the
    log names its code and status."""
    status, code = status_of(error), error.code
    if status == httpx.codes.TOO_MANY_REQUESTS and code not in meanings:
        return TooManyAttempts(_wait(error))
    if code == "weak_password":
        return WeakPassword(_weakness(getattr(error, "reasons", None)))
    meaning = meanings.get(code or status)
    if meaning is not None:
        return meaning()
    return unavailable(act, why=code or type(error.__cause__ or error).__name__, status=status)


def unavailable(act: str, *, why: str, status: int = 0) -> AuthUnavailable:
    log.warning("auth_provider_failed", act=act, why=why, status=status)
    return AuthUnavailable("The auth provider gives no usable answer: try again in a moment.")


def status_of(error: BaseException) -> int:
    """That of the answer; 0 when there was none."""
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPStatusError):
        return cause.response.status_code
    return int(getattr(error, "status", 0))


def never_arrived(error: BaseException) -> bool:
    """Whether the request was not sent, so that anything may be tried again."""
    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def may_pass(error: BaseException) -> bool:
    """Whether the same request may be answered another time; what it did meanwhile nobody knows."""
    return isinstance(error.__cause__, httpx.TransportError) or status_of(error) in (502, 503, 504)


def _wait(error: BaseException) -> int:
    cause = error.__cause__
    wait = retry_after_header(cause.response.headers) if isinstance(cause, httpx.HTTPStatusError) else None
    return WAIT if wait is None else min(max(math.ceil(wait), 1), LONGEST_WAIT)


def _weakness(reasons: object) -> str:
    known = [_WEAK[one] for one in reasons if one in _WEAK] if isinstance(reasons, list) else []
    return f"Choose a better password: {' and '.join(known) or 'this one is too weak'}."
