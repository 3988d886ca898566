"""Errors of identity, each with a stable code and a sentence that a user can act on."""

from pixcrawler.domain.shared.errors import Conflict, Invalid, NotFound, Unauthenticated


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


class NotASuperuser(Conflict):
    """The profile is there, and is an ordinary user's."""

    code = "NOT_A_SUPERUSER"
