"""Real servers without an installation: ask for them, use their URLs, let go."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pixcrawler.adapters.embedded.errors import EmbeddedServerMissing
from pixcrawler.adapters.embedded.wheels import postgres_programs, valkey_program

if TYPE_CHECKING:
    from pixcrawler.adapters.embedded.session import Session
    from pixcrawler.adapters.embedded.state import ServerName

_WATCH: Final = 0.5
"""Seconds between two looks whether the keeper is still there."""


@dataclass(frozen=True, slots=True)
class EmbeddedServers:
    """Both carry a password, so neither is shown by ``repr``. Empty where the server was not asked for."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)


@asynccontextmanager
async def embedded_servers(
    home: Path, *, postgres: bool = True, redis: bool = True, farewell: bool = True
) -> AsyncIterator[EmbeddedServers]:
    """Postgres and Valkey of this home, shared with every process that asks for them at the same time.

    They stop when the last one has left, in whatever way; a server or keeper that was killed comes back
    under the same URL. Leaving waits for their end unless others use them; without ``farewell`` it does
    not wait, for a process whose parent uses them too. Raise a subclass of Unavailable, whose sentence
    says what to set or to do.
    """
    if not (postgres or redis):
        yield EmbeddedServers("", "")
        return
    session = _open(home, postgres=postgres, redis=redis)
    try:
        state = await asyncio.to_thread(session.join)
        watch = asyncio.create_task(_watch(session))
        try:
            yield EmbeddedServers(database_url=state.postgres.url, redis_url=state.redis.url)
        finally:
            watch.cancel()
    finally:
        session.leave()
        if farewell:
            await asyncio.to_thread(session.see_off)


def _open(home: Path, *, postgres: bool, redis: bool) -> "Session":
    if sys.platform == "win32":
        raise EmbeddedServerMissing(
            "There are no embedded servers on Windows: set DATABASE_URL and REDIS_URL to servers "
            "of your own, or run PixCrawler in WSL."
        )
    from pixcrawler.adapters.embedded.session import Session

    wanted: list[ServerName] = []
    if postgres:
        postgres_programs()
        wanted.append("postgres")
    if redis:
        valkey_program()
        wanted.append("redis")
    return Session(home, wanted)


async def _watch(session: "Session") -> None:
    while True:
        await asyncio.sleep(_WATCH)
        with contextlib.suppress(OSError):  # the home is gone: nothing is left to be kept
            session.call_keeper()
