"""``/metrics``: for Prometheus, and nobody else."""

import asyncio
import hmac
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from litestar import Request, Response, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example

from pixcrawler.application.delivery.reactions import QUEUES
from pixcrawler.application.ports.health import Backlog, Health, QueueBacklog
from pixcrawler.application.ports.waiting import stopped
from pixcrawler.bootstrap.app import App
from pixcrawler.domain.shared.errors import DomainError, Forbidden, Unauthenticated
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.live import LiveJobs
from pixcrawler.entrypoints.http.metrics import Metrics
from pixcrawler.entrypoints.http.openapi import failures
from pixcrawler.settings import Secret

if TYPE_CHECKING:
    from prometheus_client import Metric

T = TypeVar("T")
MEDIA_TYPE = "text/plain"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PATIENCE = 2.0
"""Seconds that the database and Redis get."""
PAUSE = 1.0
"""Seconds between two looks at what others count."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
OLDEST = "pixcrawler_tasks_oldest_seconds"
OLDEST_OF_QUEUE = "pixcrawler_queue_oldest_seconds"
OLDEST_MEANS = "Seconds that the task which is due for longest has waited."
NOTHING = QueueBacklog(waiting=0, running=0, oldest_seconds=None)
EXAMPLE = (
    "# HELP pixcrawler_http_requests_in_flight Requests whose answer has not ended.\n"
    "# TYPE pixcrawler_http_requests_in_flight gauge\n"
    "pixcrawler_http_requests_in_flight 1.0\n"
)

log = structlog.get_logger(__name__)


class MetricsClosed(Forbidden):
    code = "METRICS_CLOSED"


class WrongMetricsToken(Unauthenticated):
    code = "METRICS_TOKEN_NEEDED"


class Readers:
    """Who may read: whoever sends ``token``. Where there is none, this machine alone, and in production
    nobody: a proxy on the same machine would make everybody look like it."""

    def __init__(self, token: Secret | None, *, production: bool) -> None:
        self._token = None if token is None else token.reveal().encode()
        self._production = production

    def check(self, connection: ASGIConnection[Any, Any, Any, Any]) -> None:
        """Raises MetricsClosed, WrongMetricsToken."""
        if self._token is not None:
            scheme, _, given = connection.headers.get("authorization", "").partition(" ")
            right = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), self._token)
            if scheme.lower() != "bearer" or not right:
                raise WrongMetricsToken("Send the header Authorization: Bearer, and API_METRICS_TOKEN.")
        elif self._production:
            raise MetricsClosed("Metrics are closed until API_METRICS_TOKEN is set.")
        elif not _is_here(connection):
            raise MetricsClosed("Metrics are for this machine alone until API_METRICS_TOKEN is set.")


def _is_here(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    if connection.client is None or any(name in connection.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(connection.client.host).is_loopback
    except ValueError:
        return False


def readers_only(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """A guard."""
    readers: Readers = connection.app.state.metrics_readers
    readers.check(connection)


@get(
    "/metrics",
    tags=["Ops"],
    summary="Numbers for Prometheus",
    guards=[readers_only],
    responses={
        200: ResponseSpec(
            str,
            media_type=MEDIA_TYPE,
            description="Prometheus' text format 0.0.4, for all processes of this API.",
            generate_examples=False,
            examples=[Example(value=EXAMPLE)],
        )
    }
    | failures(401, 403),
)
async def metrics_text(request: Request[Any, Any, Any], health: Given[Health]) -> Response[bytes]:
    """Public, to whoever sends API_METRICS_TOKEN; in development, without one, to this machine.

    Requests by route, method and status, seconds until answers began, requests and streams under way,
    database connections, the cache, waiting tasks and workers. Nothing about anybody.
    """
    metrics: Metrics = request.app.state.metrics
    look(metrics, request.app.state.app, request.app.state.live_jobs)
    standing = await _standing(health)
    return Response(
        await asyncio.to_thread(metrics.text, standing),
        media_type=MEDIA_TYPE,
        headers={"content-type": CONTENT_TYPE},
    )


@asynccontextmanager
async def looking(metrics: Metrics, app: App, live: LiveJobs) -> AsyncIterator[None]:
    """What this process's pools, cache and streams count is written down every second, for whichever process
    is asked."""

    async def keep_looking() -> None:
        while True:
            try:
                look(metrics, app, live)
            except Exception as error:  # tried again in a moment
                log.warning("metrics_not_written", exc_info=error)
            await asyncio.sleep(PAUSE)

    task = asyncio.create_task(keep_looking())
    try:
        yield
    finally:
        await stopped(task)
        look(metrics, app, live)  # what came since the last time stays in the sum
        metrics.close()


def look(metrics: Metrics, app: App, live: LiveJobs) -> None:
    metrics.sample(app.cache.uses, app.connections(), listeners=live.listeners)


async def _standing(health: Health) -> "Iterable[Metric]":
    """What is the same whichever process looks. Of what does not answer only that is told."""
    from prometheus_client.core import GaugeMetricFamily

    backlog, seen = await asyncio.gather(_asked(health.backlog()), _asked(health.workers()))
    up = GaugeMetricFamily("pixcrawler_up", "Whether it answers.", labels=["part"])
    up.add_metric(["database"], float(backlog is not None))
    up.add_metric(["redis"], float(seen is not None))
    told: list[Metric] = [up]
    if backlog is not None:
        told += _waiting(backlog)
    if seen is not None:
        told.append(GaugeMetricFamily("pixcrawler_workers", "Workers seen in the last minute.", value=seen))
    return told


def _waiting(backlog: Backlog) -> "list[Metric]":
    """What workers have before them, in all and by queue; those without a task are told, too."""
    from prometheus_client.core import GaugeMetricFamily

    tasks = GaugeMetricFamily("pixcrawler_tasks", "Tasks that are due, by state.", labels=["state"])
    by_queue = GaugeMetricFamily("pixcrawler_queue_tasks", "The same by queue.", labels=["queue", "state"])
    oldest = GaugeMetricFamily(OLDEST_OF_QUEUE, f"{OLDEST_MEANS[:-1]}, by queue.", labels=["queue"])
    tasks.add_metric(["waiting"], backlog.waiting)
    tasks.add_metric(["running"], backlog.running)
    for name in sorted({*QUEUES, *backlog.queues}):
        queue = backlog.queues.get(name, NOTHING)
        by_queue.add_metric([name, "waiting"], queue.waiting)
        by_queue.add_metric([name, "running"], queue.running)
        oldest.add_metric([name], queue.oldest_seconds or 0)
    in_all = GaugeMetricFamily(OLDEST, OLDEST_MEANS, value=backlog.oldest_seconds or 0)
    return [tasks, in_all, by_queue, oldest]


async def _asked(asking: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(PATIENCE):
            return await asking
    except (DomainError, TimeoutError) as error:
        log.info("metrics_without", error=type(error).__name__)
        return None
