"""Whether this process lives, and whether what it stands on does."""

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Literal, TypeVar

import msgspec
import structlog
from litestar import Response, get
from litestar.response.base import ASGIResponse
from msgspec import Meta

from pixcrawler.application.ports.health import Health
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.http.answers import always, answered, degraded
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.openapi import success

T = TypeVar("T")

log = structlog.get_logger(__name__)
PATIENCE = 3.0
"""Seconds that each part gets to answer."""


class Alive(msgspec.Struct, frozen=True):
    status: Literal["ok"] = "ok"


class Part(msgspec.Struct, frozen=True):
    """One thing that the platform stands on."""

    ok: bool


class QueuePart(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks that could run now and wait, those that run, and for how long the oldest has waited."""

    ok: bool
    waiting: int | None = None
    running: int | None = None
    oldest_seconds: float | None = None


class WorkersPart(msgspec.Struct, frozen=True, kw_only=True):
    ok: bool
    seen: Annotated[int | None, Meta(description="How many said within the last minute that they are there.")]


class DetailedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """``ok`` when all parts are."""

    status: Literal["ok", "degraded"]
    database: Part
    redis: Part
    queue: QueuePart
    workers: WorkersPart
    storage: Part
    limiter: Annotated[Part, Meta(description="Whether requests can be counted.")]


ALIVE = always(Alive())
FINE = DetailedHealth(
    status="ok",
    database=Part(ok=True),
    redis=Part(ok=True),
    queue=QueuePart(ok=True, waiting=3, running=2, oldest_seconds=0.4),
    workers=WorkersPart(ok=True, seen=1),
    storage=Part(ok=True),
    limiter=Part(ok=True),
)
NO_REDIS = msgspec.structs.replace(
    FINE,
    status="degraded",
    redis=Part(ok=False),
    workers=WorkersPart(ok=False, seen=None),
    limiter=Part(ok=False),
)


@get(
    ["/health", "/api/v1/health"],
    tags=["Ops"],
    summary="Does this process answer?",
    responses=success(200, Alive, Alive(), "It does."),
)
async def health() -> ASGIResponse:
    """Public.

    Says nothing about what the process stands on: for that ask `/health/detailed`.
    """
    return ALIVE


@get(
    ["/health/detailed", "/api/v1/health/detailed"],
    tags=["Ops"],
    summary="Does everything that the platform stands on answer?",
    responses=success(200, DetailedHealth, FINE, "All is well.")
    | success(503, DetailedHealth, NO_REDIS, "Something is away; the answer says what."),
)
async def detailed_health(health: Given[Health]) -> Response[DetailedHealth]:
    """Public.

    503 when the database, Redis, the store, the limiter or every worker is away. Crawling goes on without
    Redis, a second slower for each step, and reading; in production nothing new that costs is begun.
    """
    backlog, seen, stored, counts = await asyncio.gather(
        _asked("database", health.backlog()),
        _asked("redis", health.workers()),
        _asked("storage", _done(health.store())),
        _asked("limiter", _done(health.limiter())),
    )
    report = DetailedHealth(
        status="ok" if backlog and seen and stored and counts else "degraded",
        database=Part(ok=backlog is not None),
        redis=Part(ok=seen is not None),
        queue=QueuePart(ok=False)
        if backlog is None
        else QueuePart(
            ok=True,
            waiting=backlog.waiting,
            running=backlog.running,
            oldest_seconds=backlog.oldest_seconds,
        ),
        workers=WorkersPart(ok=bool(seen), seen=seen),
        storage=Part(ok=bool(stored)),
        limiter=Part(ok=bool(counts)),
    )
    return answered(report) if report.status == "ok" else degraded(report)


async def _done(asking: Awaitable[None]) -> bool:
    await asking
    return True


async def _asked(part: str, asking: Awaitable[T]) -> T | None:
    """None when it does not answer in time. Why is for the log, not for strangers."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asking
    except (DomainError, TimeoutError) as error:
        log.warning("unhealthy", part=part, error=str(error) or "too slow")
        return None
