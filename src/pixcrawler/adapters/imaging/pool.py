"""Limited child processes that decode pictures, and the files that wait for them."""

import asyncio
import math
import os
import socket
import sys
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pixcrawler.adapters.imaging import wire
from pixcrawler.adapters.imaging.family import Answer, Child, Job, Zygote
from pixcrawler.adapters.imaging.patience import LEAST, Patience
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.reasons import Reason

MOST_SPARED = 3
MOST_STRIKES = 2
"""Children that a file costs alone, one after the other, before it is refused. One may be anybody's fault:
the OOM killer's, an operator's."""

GIVE_UP = 5
"""Children in a row that ended before they were ready, after which callers are told."""

TIME_TO_START = 20.0
"""Seconds from the order for a child to its greeting, on a machine that is very busy."""

CAUSES = {
    "died": "the decoding process died on it: memory, processor time, or a crash",
    "late": "decoding took longer than {:g} seconds",
    "senseless": "the decoding process gave a senseless answer",
}


class Pool:
    """Works in ``processes`` children; an async context manager that must be open to be used.

    Each picture may take ``cpu_seconds`` of processor time, its child ``memory_bytes`` of address space,
    and the answer ``deadline`` seconds. When a child dies, hangs or talks nonsense, a new one takes its
    place, and what it had not answered goes again, one file at a time; a file that then costs two
    children alone is Unreadable with DECODE_LIMIT. Raises Unavailable while children cannot be started
    at all.

    The first files start the processes. Where nothing is asked for, after ``patience`` seconds and more (see
    ``Patience``), all of them end; the next file starts them anew, which takes a fifth of a second.
    """

    def __init__(
        self,
        processes: int,
        *,
        cpu_seconds: int = 5,
        memory_bytes: int = 1 << 30,
        deadline: float = 10.0,
        patience: float = LEAST,
    ) -> None:
        self._processes = processes
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        self._deadline = deadline
        self._least_patience = patience
        self._waiting: deque[Job] = deque()
        self._suspects: deque[Job] = deque()
        self._children: set[Child] = set()
        self._zygote: Zygote | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._watcher: asyncio.TimerHandle | None = None
        self._open = False
        self._failures = 0
        self._trouble = "What decodes pictures is not open."

    async def __aenter__(self) -> Self:
        """Nothing is started yet."""
        if sys.platform != "linux":
            raise Unavailable(
                "Pictures are decoded in processes that the Linux kernel limits; "
                "run PixCrawler on Linux, in WSL or in a container."
            )
        self._loop = asyncio.get_running_loop()
        self._open = True
        self._trouble = ""
        self._failures = 0
        self._patience = Patience(self._loop.time(), least=self._least_patience)
        self._watch()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all children and the zygote; what still waits for an answer gets Unavailable."""
        self._open = False
        self._trouble = "What decodes pictures was closed."
        if self._watcher is not None:
            self._watcher.cancel()
        for child in self._children:
            self._suspects.extend(child.jobs)
        self._fail_all()
        self._part()
        await asyncio.gather(*self._leaving)

    async def ask(self, act: int, argument: int, open_file: Callable[[], int]) -> Answer:
        if self._trouble:
            raise Unavailable(self._trouble)
        job = Job(act, argument, open_file, self._loop.create_future())
        self._patience.asked(self._loop.time())
        try:
            self._waiting.append(job)
            if self._patience.wanted > len(self._children) and not self._failures:
                self._start_child()
            self._share_out()
            return await job.answer
        finally:
            self._patience.answered(self._loop.time())

    def _share_out(self) -> None:
        """Give what waits to idle children: suspects one by one, the rest up to 8, evenly. While much waits,
        children get more before they are idle, so that none pauses whenever this process is busy."""
        much = len(self._waiting) >= wire.BATCH * self._processes
        ready = [child for child in self._children if child.idle or (much and child.nearly_idle)]
        for left, child in zip(range(len(ready), 0, -1), ready, strict=True):
            share = min(wire.BATCH, math.ceil(len(self._waiting) / left))
            jobs, descriptors = self._opened(self._suspects, int(child.idle))
            if not jobs:
                jobs, descriptors = self._opened(self._waiting, share)
            if jobs:
                child.give(jobs, descriptors)
            for descriptor in descriptors:
                os.close(descriptor)

    def _opened(self, queue: deque[Job], most: int) -> tuple[list[Job], list[int]]:
        """Up to so many jobs that somebody still waits for, and a descriptor for each."""
        jobs: list[Job] = []
        descriptors: list[int] = []
        while queue and len(jobs) < most:
            job = queue.popleft()
            if job.answer.done():
                continue
            try:
                descriptors.append(job.open())
            except Exception as error:  # noqa: BLE001 - whatever the store raises is its caller's to handle
                job.answer.set_exception(error)
            else:
                jobs.append(job)
        return jobs, descriptors

    def _start_child(self) -> None:
        if not self._open or len(self._children) >= self._processes:
            return
        try:
            self._fork_child()
        except OSError as error:  # no room for a process or a socket
            self._failed_start(str(error))

    def _fork_child(self) -> None:
        if self._zygote is None or not self._zygote.alive:
            if self._zygote is not None:
                self._zygote.cut_off()
            self._zygote = None
            self._zygote = Zygote(self._cpu_seconds, self._memory_bytes)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._zygote.fork(theirs)
        self._children.add(Child(ours, self._zygote, on_free=self._free, on_end=self._ended))

    def _failed_start(self, why: str) -> None:
        """Try again, later and later; tell those who wait when it looks hopeless."""
        self._failures += 1
        self._loop.call_later(0.05 * 2 ** min(self._failures, 6), self._start_child)
        if self._failures < GIVE_UP:
            return
        self._trouble = (
            "Pictures cannot be inspected: the decoding processes end as soon as they start"
            f"{f' ({why})' if why else ''}. Check the installation and the free memory of this machine."
        )
        self._fail_all()

    def _fail_all(self) -> None:
        for queue in (self._suspects, self._waiting):
            while queue:
                job = queue.popleft()
                if not job.answer.done():
                    job.answer.set_exception(Unavailable(self._trouble))

    def _free(self) -> None:
        """A child is ready for more, so children can be started."""
        self._failures = 0
        self._trouble = ""
        self._share_out()

    def _ended(self, child: Child, error: wire.Senseless | None) -> None:
        self._replace(child, "senseless" if error else "died")

    def _replace(self, child: Child, cause: str) -> None:
        """Settle what the child has not answered, and start another."""
        child.close()
        self._children.discard(child)
        orphaned = cause == "died" and not child.zygote.alive
        for job in child.jobs:
            if orphaned and job.spared < MOST_SPARED:
                self._spare(job)
            else:
                self._blame(job, cause)
        if child.pid is None:
            self._failed_start(self._zygote.last_words() if self._zygote else "")
        else:
            if self._zygote is not None:
                self._zygote.kill(child.pid)
            self._start_child()
        self._share_out()

    def _watch(self) -> None:
        """Replace what is late: a child over its file, or a zygote over its child."""
        now = self._loop.time()
        for child in [child for child in self._children if not child.idle]:
            if child.pid is None and now - child.since > TIME_TO_START:
                if self._zygote is not None:
                    self._zygote.cut_off()
                    self._zygote = None
                self._replace(child, "late")
            elif child.pid is not None and now - child.since > self._deadline:
                self._replace(child, "late")
        if self._patience.is_over(now) and all(child.idle for child in self._children):
            self._part()
        pause = min(0.5, self._deadline / 20, self._least_patience / 4)
        self._watcher = self._loop.call_later(pause, self._watch)

    def _part(self) -> None:
        """Let all processes end, without waiting for it."""
        for child in self._children:
            child.close()
        self._children.clear()
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            task = self._loop.create_task(zygote.end())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    def _spare(self, job: Job) -> None:
        """Its child was taken along by the zygote's end, which is no file's fault."""
        job.spared += 1
        (self._suspects if job.suspect else self._waiting).appendleft(job)

    def _blame(self, job: Job, cause: str) -> None:
        """The first time it may have been taken along by another file; that is not held against it."""
        if job.answer.done():
            return
        job.strikes += job.suspect
        job.suspect = True
        if job.strikes >= MOST_STRIKES:
            evidence = CAUSES[cause].format(self._deadline)
            job.answer.set_result(Unreadable(Reason.DECODE_LIMIT, evidence))
        else:
            self._suspects.append(job)
