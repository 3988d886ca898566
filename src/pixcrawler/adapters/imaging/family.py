"""The parent's ends: one zygote process, and the children that it forks."""

import asyncio
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from pixcrawler.adapters.imaging import wire
from pixcrawler.application.ports.converter import Converted
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.imaging.appearance import Appearance
from pixcrawler.domain.imaging.facts import Facts

MODULE = "pixcrawler.adapters.imaging.zygote"
PATIENCE = 5.0  # seconds for a zygote to end by itself
FEW = 4
"""Files that a child still has when it can be given more: some milliseconds' work."""
# Nothing of our own environment, which may hold secrets: a decoder that is taken over could read it.
# One thread each: threads would reserve address space, and the children are parallel already.
ALONE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}

Answer = Facts | Appearance | Unreadable | bytes | Converted
WANTED: dict[int, type] = {
    wire.THUMBNAIL: wire.Picture,
    wire.GLANCE: Appearance,
    wire.CONVERT: wire.Picture,
}
"""What an act is answered with besides Unreadable, where it is not facts."""


@dataclass(slots=True, eq=False)
class Job:
    """One file to look at. ``open`` gives a descriptor of its own each time.

    A ``suspect`` was with a child that was lost, and goes alone from then on; ``strikes`` are the children
    that it cost alone; ``spared`` how often the whole family was lost with it.
    """

    act: int
    argument: int
    open: Callable[[], int]
    answer: asyncio.Future[Answer]
    suspect: bool = False
    strikes: int = 0
    spared: int = 0


class Zygote:
    """The running zygote. Its stderr is kept for the case that it cannot start."""

    def __init__(self, cpu_seconds: int, memory_bytes: int) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(0)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", MODULE, str(os.getpid()), str(cpu_seconds), str(memory_bytes)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                env=ALONE | _where_python_is(),
                cwd="/",
                start_new_session=True,  # Ctrl-C in the terminal is not for it
            )

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def fork(self, end: socket.socket) -> None:
        """Order a child at the other end of this socket. When that fails, the socket closes."""
        with suppress(OSError):
            socket.send_fds(self._control, [wire.ORDER.pack(wire.FORK, 0)], [end.fileno()])

    def kill(self, pid: int) -> None:
        """Order the end of a child; of no other process."""
        with suppress(OSError):
            self._control.send(wire.ORDER.pack(wire.KILL, pid))

    def last_words(self) -> str:
        """The last line that it wrote to stderr; empty when there is none."""
        self._errors.seek(0)
        lines = self._errors.read()[-4096:].decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def cut_off(self) -> None:
        """End it and its children, at once."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._errors.close()

    async def end(self) -> None:
        """Let it end its children and itself; returns when both are gone."""
        self._control.close()
        try:
            async with asyncio.timeout(PATIENCE):  # not Popen's own, which only looks now and then
                await asyncio.to_thread(self._process.wait)
        except TimeoutError:
            self._process.kill()
            self._process.wait()
        finally:
            self._errors.close()


def _where_python_is() -> dict[str, str]:
    """So that the child imports what we would, and a Python built as a shared library finds it."""
    found = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        found["LD_LIBRARY_PATH"] = sysconfig.get_config_var("LIBDIR") or ""
    return found


class Child:
    """The parent's end of one child, which may be anybody once it has decoded a hostile file."""

    def __init__(
        self, end: socket.socket, zygote: Zygote, *, on_free: Callable[[], None], on_end: "OnEnd"
    ) -> None:
        self.zygote = zygote
        self._loop = asyncio.get_running_loop()
        self._end = end
        self._end.settimeout(0)
        self._on_free = on_free
        self._on_end = on_end
        self._number = 0
        self._picture: bytearray | None = None
        self._announced = wire.Picture(0)
        self.pid: int | None = None
        self.jobs: deque[Job] = deque()
        self.since = self._loop.time()
        self._loop.add_reader(end.fileno(), self._read)

    @property
    def idle(self) -> bool:
        """Whether it has said hello and has nothing to do."""
        return self.pid is not None and not self.jobs

    @property
    def nearly_idle(self) -> bool:
        """Whether it has little left to do, and nothing that must be done alone."""
        return self.pid is not None and len(self.jobs) <= FEW and not any(job.suspect for job in self.jobs)

    def give(self, jobs: Sequence[Job], descriptors: Sequence[int]) -> None:
        """Hand over files. The descriptors are copied by the kernel and stay the caller's to close."""
        first = self._number + len(self.jobs)
        if not self.jobs:
            self.since = self._loop.time()
        self.jobs.extend(jobs)
        requests = [
            wire.REQUEST.pack((first + i) % wire.NUMBERS, job.act, job.argument) for i, job in enumerate(jobs)
        ]
        with suppress(OSError):  # it has died: its end of the socket says so in a moment
            socket.send_fds(self._end, [b"".join(requests)], list(descriptors))

    def close(self) -> None:
        """Forget it; its jobs stay in ``jobs``."""
        self._loop.remove_reader(self._end.fileno())
        self._end.close()

    def _read(self) -> None:
        """Take what has come, without a turn of the loop for each packet."""
        while self._read_packet() and self.jobs:
            pass

    def _read_packet(self) -> bool:
        """Whether there was one and the child is still ours."""
        try:
            packet = self._end.recv(wire.PIECE if self._picture is not None else wire.LARGEST_ANSWER)
            if packet:
                self._take(packet)
                return True
            self._on_end(self, None)
        except BlockingIOError:
            pass
        except OSError:
            self._on_end(self, None)
        except wire.Senseless as error:
            self._on_end(self, error)
        return False

    def _take(self, packet: bytes) -> None:
        if self.pid is None:
            self.pid = wire.read_hello(packet)
            self._on_free()
        elif self._picture is not None:
            self._collect(self._picture, packet)
        elif not self.jobs:
            raise wire.Senseless("an answer that nobody asked for")
        else:
            number, answer = wire.read_answer(packet, self.jobs[0].act)
            wanted = WANTED.get(self.jobs[0].act, Facts)
            if number != self._number or not isinstance(answer, wanted | Unreadable):
                raise wire.Senseless("an answer to something else")
            if isinstance(answer, wire.Picture):
                if (answer.form is None) != (self.jobs[0].act == wire.THUMBNAIL):
                    raise wire.Senseless("a picture of another kind")
                self._picture, self._announced = bytearray(), answer
            else:
                self._answered(answer)

    def _collect(self, picture: bytearray, packet: bytes) -> None:
        picture += packet
        length, form, width, height = self._announced
        self.since = self._loop.time()
        if len(picture) > length:
            raise wire.Senseless("more bytes than announced")
        if len(picture) == length:
            self._picture = None
            whole = bytes(picture)
            self._answered(whole if form is None else Converted(whole, form.value, width, height))

    def _answered(self, answer: Answer) -> None:
        job = self.jobs.popleft()
        self._number = (self._number + 1) % wire.NUMBERS
        self.since = self._loop.time()
        if not job.answer.done():
            job.answer.set_result(answer)
        if len(self.jobs) <= FEW:
            self._on_free()


OnEnd = Callable[[Child, wire.Senseless | None], None]
