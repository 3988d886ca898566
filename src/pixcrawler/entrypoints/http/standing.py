"""Whether those who listen may still listen. A thousand streams of one key ask once a second together."""

import asyncio
import contextvars
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import Unauthenticated, Unavailable
from pixcrawler.entrypoints.http.live import StillGood

LIFE = 1.0
"""Seconds for which an answer holds. Whoever authenticates remembers keys for 3 more: together below the 5
within which a revoked key must be refused."""
PATIENCE = 10.0
"""Seconds for a question; when nobody has answered by then, nobody can say."""
MOST = 10_000
"""Keys and tokens that are remembered."""

Authenticate = Callable[[str], Awaitable[Actor]]


class _Answer(NamedTuple):
    """``actor`` is None for what opens nothing any more; ``known`` is False while nobody could say."""

    until: float
    actor: Actor | None
    known: bool


class Standing:
    """Refusals of keys and tokens, and what else changes: another role or scope ends the stream too, and its
    client comes back with what it may do now. While nobody can say, streams go on."""

    def __init__(self, authenticate: Authenticate, *, life: float = LIFE, patience: float = PATIENCE) -> None:
        self._authenticate = authenticate
        self._patience = patience
        self._life = life
        self._known: OrderedDict[bytes, _Answer] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[_Answer]] = {}

    def of(self, text: str, actor: Actor) -> StillGood:
        """``text`` is what ``actor`` sent."""
        name = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()

        async def still_good() -> bool:
            answer = self._known.get(name)
            if answer is None or answer.until <= time.monotonic():
                answer = await self._join(name, text)
            return not answer.known or answer.actor == actor

        return still_good

    async def _join(self, name: bytes, text: str) -> _Answer:
        """One question for all who want to know, and not theirs: a listener that leaves cancels nothing."""
        task = self._asking.get(name)
        if task is None:
            task = asyncio.create_task(self._ask(name, text), context=contextvars.Context())
            self._asking[name] = task
        return await asyncio.shield(task)

    async def _ask(self, name: bytes, text: str) -> _Answer:
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._patience):
                actor, known = await self._authenticate(text), True
        except Unauthenticated:
            actor, known = None, True
        except (Unavailable, TimeoutError):
            actor, known = None, False
        finally:
            del self._asking[name]
        self._known[name] = answer = _Answer(began + self._life, actor, known)
        self._known.move_to_end(name)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return answer
