"""Live progress of jobs: one reader per job and process, however many listen.

While somebody listens to a job, one task reads its progress a few times a second. A snapshot that tells
something new is encoded once and takes the place of the one before; a listener that is slow skips what it
missed. Nothing is queued, so a listener costs little, and nothing once it is gone.
"""

import asyncio
import contextvars
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import structlog

from pixcrawler.application.ports.jobs import JobProgress
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import DomainError, LimitReached, NotFound, Unavailable
from pixcrawler.domain.shared.ids import CrawlJobId, UserId
from pixcrawler.entrypoints.http.sse import end, message

log = structlog.get_logger(__name__)


class Read(Protocol):
    """``JobReads.progress``."""

    async def __call__(self, job_id: CrawlJobId, *, visible_to: Actor) -> JobProgress: ...


StillGood = Callable[[], Awaitable[bool]]

MOVING = ("at", "elapsed_seconds", "images_per_second", "eta_seconds")
"""What a clock alone changes: no news."""
ENDED = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED})
PATIENCE = 10.0
"""Seconds for one reading: a way to the database that is dead says nothing for a quarter of an hour."""
SLOWEST = 5.0
"""Seconds between two readings while they fail."""
DELETED = end("deleted", number=None)


class TooManyStreams(LimitReached):
    """``retry_after`` is in seconds."""

    code = "TOO_MANY_STREAMS"
    retry_after: ClassVar[int] = 10


@dataclass(slots=True, eq=False)
class Topic:
    """A job that somebody listens to. ``newest`` is the ``number``-th message; ``changed`` is set, and
    replaced, with each. After the ``last`` one nothing follows."""

    admitted: set[tuple[UserId, bool]] = field(default_factory=set)
    admitting: asyncio.Lock = field(default_factory=asyncio.Lock)
    listeners: int = 0
    newest: bytes = b""
    number: int = 0
    last: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    reader: asyncio.Task[None] | None = None

    def tell(self, newest: bytes, *, last: bool) -> None:
        self.newest, self.last = newest, last
        self.number += 1
        self.wake()

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class LiveJobs:
    """``read`` is a reads port's, and so the wall: each listener is let in by a reading of its own.

    ``interval`` is the time between two readings, ``keep_alive`` the longest silence, ``patience`` the time
    for a reading, all in seconds. One user has at most ``most`` streams.
    """

    def __init__(
        self,
        read: Read,
        *,
        interval: float = 0.4,
        keep_alive: float = 15.0,
        most: int = 100,
        patience: float = PATIENCE,
    ) -> None:
        self._read = read
        self._patience = patience
        self._interval = interval
        self.keep_alive = keep_alive
        self._most = most
        self._topics: dict[CrawlJobId, Topic] = {}
        self._of_user: Counter[UserId] = Counter()
        self.closed = False

    @property
    def listeners(self) -> int:
        return self._of_user.total()

    async def listen(self, job: CrawlJobId, *, by: Actor, still_good: StillGood) -> "Listener":
        """Messages from the newest snapshot on, up to and with the end.

        ``still_good`` is asked before each message; the stream breaks off when the key is good no longer.

        Raises before the first message:
            CrawlJobNotFound: there is none that this actor may see.
            TooManyStreams: they have as many as they may have.
            Unavailable: the database does not answer, or this process is about to end.
        """
        if self.closed:
            raise Unavailable("This server is about to stop; connect again in a moment.")
        if self._of_user[by.id] >= self._most:
            raise TooManyStreams(f"You have {self._most} streams open here; close some, or poll /progress.")
        topic = self._topics.setdefault(job, Topic())
        topic.listeners += 1
        self._of_user[by.id] += 1
        listener = Listener(self, job, topic, by.id, still_good)
        try:
            async with topic.admitting:
                if (by.id, by.may_see_all) not in topic.admitted:
                    first = await self._read(job, visible_to=by)
                    topic.admitted.add((by.id, by.may_see_all))
                    self._follow(job, topic, first, by)
        except BaseException:
            await listener.aclose()
            raise
        return listener

    def close(self) -> None:
        """End all streams, without an ``end``: their listeners come back, to another process."""
        self.closed = True
        for topic in list(self._topics.values()):
            _stop(topic)
            topic.wake()

    def leave(self, job: CrawlJobId, topic: Topic, user: UserId) -> None:
        """The last one switches off the light."""
        topic.listeners -= 1
        self._of_user[user] -= 1
        if not self._of_user[user]:
            del self._of_user[user]
        if topic.listeners == 0:
            _stop(topic)
            self._forget(job, topic)

    def _forget(self, job: CrawlJobId, topic: Topic) -> None:
        if self._topics.get(job) is topic:
            del self._topics[job]

    def _follow(self, job: CrawlJobId, topic: Topic, first: JobProgress, by: Actor) -> None:
        """In a context of its own: what it logs is not about the first listener's request."""
        if topic.number == 0:
            told = _told(topic, first)
            reading = self._keep_reading(job, topic, told, by)
            topic.reader = asyncio.create_task(reading, context=contextvars.Context())

    async def _keep_reading(self, job: CrawlJobId, topic: Topic, told: JobProgress, by: Actor) -> None:
        """A database that is away, or even a bug, ends no stream: listeners see the next good reading."""
        pause = self._interval
        while not topic.last:
            await asyncio.sleep(pause)
            try:
                async with asyncio.timeout(self._patience):
                    now = await self._read(job, visible_to=by)
            except NotFound:
                topic.tell(DELETED, last=True)
            except Exception as error:  # told once, and tried again later and later
                if pause == self._interval:
                    bug = None if isinstance(error, DomainError) else error
                    log.warning("live_progress_waits", job_id=str(job), error=str(error), exc_info=bug)
                pause = min(2 * pause, SLOWEST)
            else:
                pause = self._interval
                if _news(now) != _news(told):
                    told = _told(topic, now)
        self._forget(job, topic)


class Listener:
    """One stream. It is over at its end, by ``aclose``, or when nobody holds it any more."""

    def __init__(
        self, live: LiveJobs, job: CrawlJobId, topic: Topic, user: UserId, still_good: StillGood
    ) -> None:
        self._live = live
        self._job = job
        self._user = user
        self._still_good = still_good
        self._topic: Topic | None = topic
        self._heard = 0

    def __aiter__(self) -> "Listener":
        return self

    async def __anext__(self) -> bytes:
        while (topic := self._topic) is not None and not self._live.closed and await self._still_good():
            if self._heard != topic.number:
                self._heard = topic.number
                return topic.newest
            if topic.last:
                break
            try:
                async with asyncio.timeout(self._live.keep_alive):
                    await topic.changed.wait()
            except TimeoutError:
                return b": nothing new\n\n"
        self._leave()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self._leave()

    def _leave(self) -> None:
        topic, self._topic = self._topic, None
        if topic is not None:
            self._live.leave(self._job, topic, self._user)

    def __del__(self) -> None:
        self._leave()


def _told(topic: Topic, progress: JobProgress) -> JobProgress:
    over = progress.status in ENDED
    newest = message(progress, number=progress.version)
    topic.tell(newest + end(progress.status, number=progress.version) if over else newest, last=over)
    return progress


def _news(progress: JobProgress) -> list[object]:
    return [getattr(progress, name) for name in progress.__struct_fields__ if name not in MOVING]


def _stop(topic: Topic) -> None:
    if topic.reader is not None:
        topic.reader.cancel()
