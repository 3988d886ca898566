"""One life of one process."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pixcrawler.entrypoints.cli.supervision.records import Record, Records

QUIET = 0.05
"""Seconds of silence after which a record is whole."""

Hear = Callable[[Record], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is to be kept running: it loads, and begins when it gets a line on stdin.

    ``environ`` may hold secrets, so ``repr`` does not show it.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(repr=False)


class Child(asyncio.SubprocessProtocol):
    """In a session of its own, so that a Ctrl-C in the terminal reaches it only through us."""

    def __init__(self, hear: Hear) -> None:
        self._loop = asyncio.get_running_loop()
        self._hear = hear
        self._records = Records()
        self._flush: asyncio.TimerHandle | None = None
        self._ended = self._loop.create_future()
        self._silent = asyncio.Event()
        self._transport: asyncio.SubprocessTransport | None = None

    async def ended(self) -> int:
        """Its exit code, negative for a signal. All that it said is heard by then, and its group is gone."""
        code: int = await self._ended
        self._signal_group(signal.SIGKILL)
        with contextlib.suppress(TimeoutError):  # somebody else may hold its output open
            async with asyncio.timeout(1.0):
                await self._silent.wait()
        self._tell(self._records.end())
        if self._transport is not None:
            self._transport.close()
        return code

    def go(self) -> None:
        """Tell it to begin."""
        if self._transport is not None and not self._ended.done():
            stdin = self._transport.get_pipe_transport(0)
            assert isinstance(stdin, asyncio.WriteTransport)
            stdin.write(b"\n")

    def terminate(self) -> None:
        if self._transport is not None and not self._ended.done():
            with contextlib.suppress(ProcessLookupError):
                self._transport.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """It and what it has started, at once."""
        if not self._ended.done():
            self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._transport is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._transport.get_pid(), number)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, _fd: int, data: bytes | str) -> None:
        assert isinstance(data, bytes)
        self._tell(self._records.feed(data))
        if self._flush is not None:
            self._flush.cancel()
        self._flush = self._loop.call_later(QUIET, lambda: self._tell(self._records.pause()))

    def pipe_connection_lost(self, fd: int, _exc: Exception | None) -> None:
        if fd == 1:
            self._silent.set()

    def process_exited(self) -> None:
        assert self._transport is not None
        if not self._ended.done():
            self._ended.set_result(self._transport.get_returncode())

    def _tell(self, records: list[Record]) -> None:
        for record in records:
            self._hear(record)


async def start(program: Program, hear: Hear) -> Child:
    """Raises OSError when the system has no room for a process."""
    _, child = await asyncio.get_running_loop().subprocess_exec(
        lambda: Child(hear),
        *program.command,
        env=dict(program.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    return child
