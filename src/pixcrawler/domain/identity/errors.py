"""Errors of identity, each with a stable code and a sentence that a user can act on."""

from pixcrawler.domain.shared.errors import (
    Conflict,
    Disabled,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    Unauthenticated,
    Unavailable,
)


class InvalidApiKey(Unauthenticated):
    """The one answer to every key that opens nothing now, whatever the cause: a stranger learns nothing."""

    code = "INVALID_API_KEY"

    def __init__(self) -> None:
        super().__init__("This API key is not valid here: mistyped, unknown, revoked or expired.")


class ApiKeyNotFound(NotFound):
    code = "API_KEY_NOT_FOUND"


class UnusableApiKey(Invalid):
    """A key with these properties could not be used."""

    code = "UNUSABLE_API_KEY"


class InvalidProfile(Invalid):
    code = "INVALID_PROFILE"


class ApiKeyEnded(Conflict):
    """It is revoked or expired."""

    code = "API_KEY_ENDED"


class ApiKeyReplaced(Conflict):
    """It was rotated."""

    code = "API_KEY_REPLACED"


class NotYourApiKey(Forbidden):
    """What a superuser may not do to keys of others."""

    code = "NOT_YOUR_API_KEY"


class TooManyApiKeys(Conflict):
    """A person has as many that live as anybody may have."""

    code = "TOO_MANY_API_KEYS"


class NotASuperuser(Conflict):
    """The profile is there, and is an ordinary user's."""

    code = "NOT_A_SUPERUSER"


class KeyNotAccepted(Forbidden):
    """What only a person who is logged in may do."""

    code = "KEY_NOT_ACCEPTED"

    def __init__(self) -> None:
        super().__init__("API keys are not accepted here: log in, and send the access token.")


class InvalidToken(Unauthenticated):
    """The one answer to every token that is not good now, whatever the cause."""

    code = "INVALID_TOKEN"

    def __init__(self) -> None:
        super().__init__("This token is not valid here: mistyped, expired or ended. Log in again.")


class WrongCredentials(Unauthenticated):
    """The same for an unknown address and for a wrong password."""

    code = "WRONG_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("The e-mail address or the password is wrong.")


class EmailNotConfirmed(Forbidden):
    code = "EMAIL_NOT_CONFIRMED"

    def __init__(self) -> None:
        super().__init__("Confirm your e-mail address first: open the link in the mail that you were sent.")


class EmailTaken(Conflict):
    code = "EMAIL_TAKEN"

    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail address: log in, or reset its password.")


class InvalidEmail(Invalid):
    code = "INVALID_EMAIL"

    def __init__(self, message: str = "This is no e-mail address.") -> None:
        super().__init__(message, field="email")


class WeakPassword(Invalid):
    code = "WEAK_PASSWORD"

    def __init__(self, message: str) -> None:
        super().__init__(message, field="password")


class SignUpDisabled(Disabled):
    code = "SIGN_UP_DISABLED"


class ResetUnavailable(Disabled):
    """The provider can send no mail."""

    code = "RESET_UNAVAILABLE"


class TooManyAttempts(LimitReached):
    """``retry_after`` is in seconds."""

    code = "TOO_MANY_ATTEMPTS"

    def __init__(self, retry_after: int = 60) -> None:
        super().__init__("Too many attempts; wait a while.")
        self.retry_after = retry_after


class AccountNotFound(NotFound):
    code = "ACCOUNT_NOT_FOUND"


class AuthUnavailable(Unavailable):
    """The auth provider does not answer."""

    code = "AUTH_UNAVAILABLE"


class WrongPassword(Forbidden):
    """Whoever asks is logged in, and does not know the account's password."""

    code = "WRONG_PASSWORD"

    def __init__(self) -> None:
        super().__init__("The current password is wrong.", field="current_password")


class NotConfirmed(Invalid):
    """What cannot be undone is asked for twice."""

    code = "NOT_CONFIRMED"


class UserBusy(Conflict):
    """Jobs of theirs are running."""

    code = "USER_BUSY"


class NotOneself(Conflict):
    """What superusers do to others, not to themselves."""

    code = "NOT_ONESELF"


class UserNotFound(NotFound):
    code = "USER_NOT_FOUND"


class LoginTooOld(Forbidden):
    """A token alone is no proof of who asks."""

    code = "LOGIN_TOO_OLD"

    def __init__(self) -> None:
        super().__init__("Send your password, or log in again and repeat this within ten minutes.")
