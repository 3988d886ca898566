"""A task: a named act, what it takes, and what happens when it fails."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

import msgspec

from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.crawling.errors import SourceError
from pixcrawler.domain.shared.errors import DomainError, StorageFull, Unavailable

P = TypeVar("P")
P_contra = TypeVar("P_contra", contravariant=True)


class Act(Protocol[P_contra]):
    async def __call__(self, payload: P_contra, /, *, lease: Lease) -> None: ...


class LastAct(Protocol[P_contra]):
    """What remains to be done when a task is given up; it closes the task."""

    async def __call__(self, payload: P_contra, /, *, lease: Lease, error: Exception) -> None: ...


@dataclass(frozen=True, slots=True)
class Task:
    """``run`` gets the payload as JSON and the lease it works under. ``delay`` doubles each time."""

    name: str
    run: Callable[[bytes, Lease], Awaitable[None]]
    give_up: Callable[[bytes, Lease, Exception], Awaitable[None]] | None
    timeout: timedelta
    attempts: int
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a task may take, how often it may fail, and the first pause between two tries."""

    timeout: timedelta
    attempts: int
    delay: timedelta


def task(
    name: str,
    payload: type[P],
    act: Act[P],
    patience: Patience,
    *,
    give_up: LastAct[P] | None = None,
) -> Task:
    async def run(raw: bytes, lease: Lease) -> None:
        await act(msgspec.json.decode(raw, type=payload), lease=lease)

    async def last(raw: bytes, lease: Lease, error: Exception) -> None:
        assert give_up is not None
        await give_up(msgspec.json.decode(raw, type=payload), lease=lease, error=error)

    ending = None if give_up is None else last
    return Task(name, run, ending, patience.timeout, patience.attempts, patience.delay)


def may_be_repeated(error: Exception) -> bool:
    """Whether the same task may fare better later: yes for outages and bugs, no for a verdict."""
    if isinstance(error, SourceError):
        return error.retryable
    if isinstance(error, DomainError):
        return isinstance(error, Unavailable) and not isinstance(error, StorageFull)
    return True
