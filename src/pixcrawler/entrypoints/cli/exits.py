"""What the program's exit codes mean, and which failure has which."""

from enum import IntEnum

from pixcrawler.domain.datasets.errors import ExportMismatch
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


FAMILIES: tuple[tuple[type[DomainError], Exit], ...] = (
    (StorageFull, Exit.FAILURE),
    (ExportMismatch, Exit.VERIFICATION),
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
    return next((code for family, code in FAMILIES if isinstance(error, family)), Exit.FAILURE)
