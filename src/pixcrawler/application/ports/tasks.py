"""The outbox as workers see it. Its rows are the tasks; they alone are the truth."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.shared.ids import TaskId


class ClaimedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task that this worker holds. ``payload`` is the JSON of the event that caused it.

    ``failures`` counts earlier errors, ``lost_leases`` workers that vanished with it since it last
    recorded something.
    """

    id: TaskId
    name: str
    payload: bytes
    token: int
    failures: int
    lost_leases: int
    subject_id: UUID | None
    request_id: str | None


class Beat(msgspec.Struct, frozen=True):
    """The heartbeat's answer. ``held``: the lease is still ours. ``current``: its job's run still counts."""

    held: bool
    current: bool


class TaskQueue(Protocol):
    """Claims, heartbeats and fates of tasks. Times are by the database's clock."""

    async def claim(self, queue: str, lane: str, *, worker: str, lease: timedelta) -> ClaimedTask | None:
        """The best due task of the queue in this lane, or None.

        Order: priority, then fewest running tasks of the same owner, then age. A task whose lease has
        expired is due again, and has lost a lease. Tasks with names that this program does not know are
        left for one that does.
        """
        ...

    async def beat(self, lease: Lease, *, extend: timedelta) -> Beat: ...

    async def close(self, lease: Lease) -> None:
        """Done. Harmless when the lease is lost."""
        ...

    async def release(self, lease: Lease) -> None:
        """Give it back as it was; this counts as no failure."""
        ...

    async def repeat(self, lease: Lease, error: str, *, after: timedelta) -> None:
        """It failed; it is due again after a while."""
        ...

    async def take_over(self, lane: str) -> int:
        """Free every running task of a lane whose only worker is known to be gone; how many. Their old
        leases are lost at once, so that nobody waits for them to expire."""
        ...

    async def due(self, lane: str) -> dict[str, int]:
        """How many tasks of each queue could be claimed now."""
        ...

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """The queues to which tasks were added, as it happens. May miss some: look once a second as well."""
        ...

    async def prune(self, *, older_than: timedelta, most: int) -> int:
        """Delete tasks that ended long ago; how many."""
        ...

    async def tick(self, name: str, *, every: timedelta, task: str, queue: str, lane: str) -> bool:
        """Add a periodic task if it is due, exactly once over all workers; missed ticks become one."""
        ...


class Reaction(msgspec.Struct, frozen=True):
    """A task that an event causes. Smaller ``priority`` goes first. One that only ``tells`` people belongs to
    no job's run, and there is none outside the platform's lane. One that ``goes_on`` ends with a stop or a
    new run only; any other of a run ends with its job, too."""

    task: str
    queue: str
    priority: int = 100
    tells: bool = False
    goes_on: bool = False
