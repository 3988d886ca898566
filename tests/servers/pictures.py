"""A real web of small pictures on loopback, with an access log and a gate that can hold requests back."""

import asyncio
import hashlib
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Self

import numpy as np
from aiohttp import web
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 240, 180
PAGE = b"<!doctype html><title>Not here</title><p>This is a page, whatever its name says.</p>"

BAD = {5: "duplicate_near", 10: "duplicate_exact", 15: "http_404", 20: "not_an_image", 24: "truncated"}
"""Which of 25 pictures of a corpus is rejected, and why."""

Answer = bytes | int
"""A body (a JPEG by its header, whatever it is), or the status of an error."""


@lru_cache(maxsize=4096)
def picture(seed: int, *, quality: int = 75) -> bytes:
    """A JPEG of 240x180. Other seeds look different; the same seed in another quality is a near-duplicate."""
    dice = np.random.default_rng(seed)
    coarse = Image.fromarray(dice.integers(0, 255, (9, 12, 3), dtype=np.uint8), "RGB")
    image = coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(3):
        x, y, size = (int(dice.integers(0, most)) for most in (WIDTH, HEIGHT, 60))
        draw.ellipse((x, y, x + size, y + size), fill=tuple(int(c) for c in dice.integers(0, 255, 3)))
    body = io.BytesIO()
    image.save(body, "JPEG", quality=quality)
    return body.getvalue()


@dataclass(frozen=True)
class Corpus:
    """Answers by name, and what a crawl of all of them must come to."""

    answers: Mapping[str, Answer]
    good: int
    rejected: Mapping[str, int]

    @property
    def names(self) -> list[str]:
        return list(self.answers)

    @property
    def digests(self) -> list[str]:
        """SHA-256 of every body."""
        return [hashlib.sha256(body).hexdigest() for body in self.answers.values() if isinstance(body, bytes)]


def corpus(count: int, *, first_seed: int = 0) -> Corpus:
    """``count`` pictures, of every 25: one near-duplicate, one equal copy, one 404, one page, one cut off."""
    answers: dict[str, Answer] = {}
    rejected: Counter[str] = Counter()
    for number in range(count):
        kind = {
            5: "duplicate_near",
            10: "duplicate_exact",
            15: "http_404",
            20: "not_an_image",
            24: "truncated",
        }
        reason = kind.get(number % 25)
        own = first_seed + number
        answers[f"{number:04d}.jpg"] = _answer(own, reason)
        if reason is not None:
            rejected[reason] += 1
    return Corpus(answers, count - rejected.total(), dict(rejected))


def _answer(seed: int, reason: str | None) -> Answer:
    """Copies are of the picture four before, which is always a good one."""
    match reason:
        case "duplicate_near":
            return picture(seed - 4, quality=60)
        case "duplicate_exact":
            return picture(seed - 4)
        case "http_404":
            return 404
        case "not_an_image":
            return PAGE
        case "truncated":
            whole = picture(seed)
            return whole[: len(whole) // 2]
        case _:
            return picture(seed)


@dataclass(frozen=True)
class Visit:
    name: str
    agent: str


class PictureWeb:
    """Serves ``answers`` under ``/pictures/``. ``visits`` are the pictures that were asked for, in order.

    ``delay`` is in seconds for each picture. ``hold()`` keeps requests waiting until ``release()``.
    """

    def __init__(self, answers: Mapping[str, Answer], *, delay: float = 0.0) -> None:
        self.answers = dict(answers)
        self.delay = delay
        self.visits: list[Visit] = []
        self.answered: Counter[str] = Counter()
        self.waiting = 0
        self.port = 0
        self._others: dict[str, Mapping[str, Answer]] = {}
        self._holds: dict[str, tuple[int, asyncio.Event]] = {}
        self._runner: web.AppRunner | None = None

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/pictures/{name}"

    @property
    def urls(self) -> list[str]:
        return [self.url(name) for name in self.answers]

    @property
    def settings(self) -> dict[str, str]:
        """What a process needs to be allowed here, and to hurry."""
        return {
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{self.port}",
            "FETCH_PER_HOST_RATE": "0",
            "FETCH_RETRY_MIN": "0.1",
            "FETCH_RETRY_MAX": "0.5",
        }

    @property
    def fetched(self) -> Counter[str]:
        """How often each picture was asked for."""
        return Counter(visit.name for visit in self.visits)

    def answers_to(self, agent: str, answers: Mapping[str, Answer]) -> None:
        """Whoever's user agent is ``agent`` gets these."""
        self._others[agent] = answers

    def hold(self, *, after: int = 0, agent: str = "") -> None:
        """From the ``after``-th visit on, whoever's user agent has ``agent`` in it waits."""
        self._holds[agent] = (after, asyncio.Event())

    def release(self) -> None:
        for _, event in self._holds.values():
            event.set()
        self._holds.clear()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/pictures/{name}", self._serve)
        app.router.add_get("/robots.txt", _robots)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=512).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        name, agent = request.match_info["name"], request.headers.get("user-agent", "")
        self.visits.append(Visit(name, agent))
        await self._wait(len(self.visits), agent)
        if self.delay:
            await asyncio.sleep(self.delay)
        answer = self._others.get(agent, self.answers).get(name, 404)
        self.answered[name] += 1
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(body=answer, content_type="image/jpeg")

    async def _wait(self, number: int, agent: str) -> None:
        for word, (after, event) in list(self._holds.items()):
            if number > after and word in agent:
                self.waiting += 1
                try:
                    await event.wait()
                finally:
                    self.waiting -= 1


async def _robots(_: web.Request) -> web.Response:
    return web.Response(text="User-agent: *\nAllow: /\n")
