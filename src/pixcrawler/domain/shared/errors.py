"""The families of failure. One table per doorway maps a family to a status or an exit code.

A concrete error lives beside the context that raises it, has a stable ``code`` and says in one
sentence what happened and what the user can do. Expected fates of single items (a dead link, a
blurry picture) are not errors: they are values with a ``Reason``.
"""

from collections.abc import Iterator


class DomainError(Exception):
    """A failure that PixCrawler foresees. ``str(error)`` is a sentence for the user."""

    code: str = "DOMAIN_ERROR"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(DomainError):
    """Nothing there that this actor may see."""

    code = "NOT_FOUND"


class Conflict(DomainError):
    """The thing is in a state that does not allow this."""

    code = "CONFLICT"


class Unauthenticated(DomainError):
    """Nobody knows who asks: no key, or none that is good."""

    code = "UNAUTHENTICATED"


class Forbidden(DomainError):
    """The actor may see it and still may not do this."""

    code = "FORBIDDEN"


class SuperusersOnly(Forbidden):
    """What concerns everybody's things."""

    code = "SUPERUSERS_ONLY"

    def __init__(self) -> None:
        super().__init__("Only superusers may do this.")


class Invalid(DomainError):
    """The input is wrong; ``field`` names which part."""

    code = "INVALID"


class PaymentRequired(DomainError):
    """The account's credits do not cover it."""

    code = "PAYMENT_REQUIRED"


class LimitReached(DomainError):
    """A quota or a rate limit stands in the way."""

    code = "LIMIT_REACHED"


class Disabled(DomainError):
    """The operator has not switched this on."""

    code = "DISABLED"


class Unavailable(DomainError):
    """Something outside (a source, the database, a disk) does not work now; later it may."""

    code = "UNAVAILABLE"


class StorageFull(Unavailable):
    """The disk or the store has no room left. Repeating does not help until somebody makes room."""

    code = "STORAGE_FULL"


class ChangedMeanwhile(Conflict):
    """Somebody else saved the same thing first (its ``version`` moved on)."""

    code = "CHANGED_MEANWHILE"


class LeaseLost(Conflict):
    """Another worker has taken over this task; what this one was about to write is void."""

    code = "LEASE_LOST"


INTERNAL = "Something went wrong inside PixCrawler; the worker's log says what."


def told(error: Exception) -> str:
    """What users read of a failure: the sentence of one that was foreseen, and nothing of a bug."""
    return str(error) if isinstance(error, DomainError) else INTERNAL


def code_of(error: Exception) -> str:
    """What programs read of a failure; ``INTERNAL`` of a bug."""
    return error.code if isinstance(error, DomainError) else "INTERNAL"


def kind_of(code: str) -> type[DomainError]:
    """The error that has this code; DomainError for a bug's, or one of another release."""
    return next((kind for kind in _kinds(DomainError) if kind.code == code), DomainError)


def sentence_of(line: str) -> str:
    """The same for a failure that was kept as ``ClassName: sentence``."""
    name, _, sentence = line.partition(": ")
    return sentence if sentence and name in {kind.__name__ for kind in _kinds(DomainError)} else INTERNAL


def _kinds(family: type[DomainError]) -> Iterator[type[DomainError]]:
    """The family and all that belongs to it."""
    yield family
    for member in family.__subclasses__():
        yield from _kinds(member)
