"""Facts of bytes that were looked at before, by their SHA-256."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.validation import Validation

WAIT = 0.15
"""Seconds that a question waits for others, to ask the database once for all."""
SOON = 0.02
"""The same for the first after a pause: while it waits there may be nothing to decode."""


@dataclass(slots=True, weakref_slot=True)
class Recognition:
    """Asks for many digests of one owner in one query."""

    transaction: Transaction
    owner: UserId
    level: Validation = Validation.STANDARD
    _waiting: dict[str, asyncio.Future[Facts | None]] = field(default_factory=dict)
    _asking: set[asyncio.Task[None]] = field(default_factory=set)
    _asked_at: float = 0.0

    async def facts(self, digest: str) -> Facts | None:
        """None for bytes that this owner never had, or never had looked at like this. Raises Unavailable."""
        if not self._waiting:
            task = asyncio.create_task(self._ask_soon())
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        future = self._waiting.get(digest)
        if future is None:
            future = self._waiting[digest] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(future)

    async def _ask_soon(self) -> None:
        now = asyncio.get_running_loop().time
        await asyncio.sleep(WAIT if now() - self._asked_at < WAIT else SOON)
        asked, self._waiting = self._waiting, {}
        self._asked_at = now()
        try:
            async with self.transaction(brief=True) as tx:
                known = await tx.images.known(self.owner, list(asked), self.level)
        except Exception as error:  # noqa: BLE001 -- handed to everybody who asked
            for future in asked.values():
                future.set_exception(error)
                with contextlib.suppress(BaseException):
                    future.exception()
            return
        for digest, future in asked.items():
            future.set_result(known[digest].facts if digest in known else None)


@dataclass(slots=True)
class Recognitions:
    """The chunks of one owner that are worked on at the same time ask together."""

    _in_use: WeakValueDictionary[tuple[UserId, Validation], Recognition] = field(
        default_factory=WeakValueDictionary
    )

    def of(self, transaction: Transaction, owner: UserId, level: Validation) -> Recognition:
        """The one that is in use already, or a new one."""
        found = self._in_use.get((owner, level))
        if found is None:
            found = self._in_use[owner, level] = Recognition(transaction, owner, level)
        return found
