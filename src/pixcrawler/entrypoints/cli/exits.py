"""What the program's exit codes mean, and which failure has which."""

from enum import IntEnum

from pixcrawler.domain.datasets.errors import BrokenManifest, ExportMismatch
from pixcrawler.domain.shared.errors import (
    Conflict,
    Disabled,
    DomainError,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    PaymentRequired,
    StorageFull,
    Unauthenticated,
    Unavailable,
    kind_of,
)


class Exit(IntEnum):
    OK = 0
    FAILURE = 1
    USAGE = 2
    AUTH = 3
    NOT_FOUND = 4
    UNAVAILABLE = 5
    PARTIAL = 6
    VERIFICATION = 7
    LIMIT = 8
    INTERRUPTED = 130


class TaskFailed(Conflict):
    """A task of the crawl was given up. ``code`` is that of what it met."""

    code = "TASK_FAILED"

    def __init__(self, message: str, *, code: str | None) -> None:
        super().__init__(message)
        self.code = code or type(self).code


FAMILIES: tuple[tuple[type[DomainError], Exit], ...] = (
    (StorageFull, Exit.FAILURE),
    (ExportMismatch, Exit.VERIFICATION),
    (BrokenManifest, Exit.VERIFICATION),
    (NotFound, Exit.NOT_FOUND),
    (Unauthenticated, Exit.AUTH),
    (Forbidden, Exit.AUTH),
    (Invalid, Exit.USAGE),
    (Disabled, Exit.USAGE),
    (PaymentRequired, Exit.LIMIT),
    (LimitReached, Exit.LIMIT),
    (Unavailable, Exit.UNAVAILABLE),
    (Conflict, Exit.FAILURE),
)


def exit_code(error: DomainError) -> Exit:
    """The first family that fits."""
    return exit_of_task(error.code) if isinstance(error, TaskFailed) else _exit_of(type(error))


def exit_of_task(failure_code: str | None) -> Exit:
    """Of what failed in a worker: something away, a check that failed, or a failure.

    Never wrong usage or nothing found, which would be told of what the user asked for.
    """
    code = _exit_of(kind_of(failure_code or ""))
    return code if code in (Exit.UNAVAILABLE, Exit.VERIFICATION) else Exit.FAILURE


def _exit_of(kind: type[DomainError]) -> Exit:
    return next((code for family, code in FAMILIES if issubclass(kind, family)), Exit.FAILURE)
