"""Keeping processes alive until told to stop, then ending them all in time."""

import asyncio
import signal
from collections.abc import Callable, Sequence

from pixcrawler.domain.shared.errors import DomainError, Unavailable
from pixcrawler.entrypoints.cli.supervision.child import Child, Program, start
from pixcrawler.entrypoints.cli.supervision.console import Console
from pixcrawler.entrypoints.cli.supervision.restarts import Restarts

PATIENCE = 27.0
"""Seconds that processes get after SIGTERM: what comes after, the embedded servers' end, fits into 30."""


class ProcessGivenUp(Unavailable):
    code = "PROCESS_GIVEN_UP"


class Supervisor:
    """Starts each program, starts it again when it dies, and ends all when one is given up.

    Programs load at once and begin with ``release``.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        console: Console,
        *,
        restarts: Callable[[], Restarts] = Restarts,
        patience: float = PATIENCE,
    ) -> None:
        self._programs = programs
        self._console = console
        self._restarts = restarts
        self._patience = patience
        self._living: set[Child] = set()
        self._released = asyncio.Event()
        self._stopping = asyncio.Event()
        self._failure: DomainError | None = None

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    async def run(self) -> DomainError | None:
        """Until ``stop`` or ``fail``; returns when no process is left: what ``fail`` was told, or
        ProcessGivenUp when one died too often in a row.
        """
        keeping = [asyncio.create_task(self._keep(program)) for program in self._programs]
        try:
            await asyncio.gather(*keeping)
        finally:
            self.stop()
            self.kill()
            await asyncio.gather(*keeping, return_exceptions=True)
        return self._failure

    def release(self) -> None:
        """All that the programs need is there: let them begin, now and whenever they are started again."""
        self._released.set()

    def stop(self) -> None:
        """SIGTERM to all; who is not gone when patience ends is killed."""
        if self.stopping:
            return
        self._stopping.set()
        for child in self._living:
            child.terminate()
        asyncio.get_running_loop().call_later(self._patience, self.kill)

    def kill(self) -> None:
        """End all at once."""
        for child in self._living:
            child.kill()

    def fail(self, failure: DomainError) -> None:
        """Stop, and let ``run`` return this."""
        self._failure = self._failure or failure
        self.stop()

    async def _keep(self, program: Program) -> None:
        loop, restarts = asyncio.get_running_loop(), self._restarts()
        while not self._stopping.is_set():
            began = loop.time()
            how = await self._one_life(program)
            if self._stopping.is_set():
                return
            pause = restarts.after(lived=loop.time() - began)
            if pause is None:
                self.fail(ProcessGivenUp(f"{program.name} {how} and died {restarts.deaths} times in a row."))
                return
            self._console.say(f"{program.name} {how}; it is started again in {pause:g} s.")
            await self._rest(pause)

    async def _one_life(self, program: Program) -> str:
        """How it ended."""
        try:
            child = await start(program, lambda record: self._console.show(program.name, record))
        except OSError as error:
            return f"could not be started ({error.strerror})"
        self._living.add(child)
        if self._stopping.is_set():
            child.terminate()
        beginning = asyncio.create_task(self._let_begin(child))
        try:
            return ending(await child.ended())
        finally:
            beginning.cancel()
            self._living.discard(child)

    async def _let_begin(self, child: Child) -> None:
        await self._released.wait()
        child.go()

    async def _rest(self, seconds: float) -> None:
        waiting = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({waiting}, timeout=seconds)
        waiting.cancel()


def ending(code: int) -> str:
    """What an exit code says, to follow a name."""
    if code >= 0:
        return f"ended by itself with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
