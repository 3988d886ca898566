"""``/dashboard/stats``: what one has, in numbers."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from litestar import Controller, Response, get
from litestar.params import QueryParameter

from pixcrawler.application.ports.dashboard import Dashboard, DashboardReads, Day, KindCount, StorageBytes
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.entrypoints.http import job_examples as jobs
from pixcrawler.entrypoints.http.answers import answered
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.openapi import failures, success


class Scope(StrEnum):
    """Whose things are counted."""

    OWN = "own"
    ALL = "all"


NUMBERS = Dashboard(
    projects=2,
    schedules=1,
    jobs=dict.fromkeys(JobStatus, 0) | {JobStatus.COMPLETED: 3},
    images_accepted=540,
    images_rejected=310,
    datasets=1,
    versions=dict.fromkeys(BuildStatus, 0) | {BuildStatus.READY: 2},
    exports=dict.fromkeys(BuildStatus, 0) | {BuildStatus.READY: 1},
    storage_bytes=StorageBytes(datasets=120_000_000, exports=121_500_000),
    recent_activity=14,
    images_per_day=tuple(
        Day((jobs.AT - timedelta(days=back)).date(), 0 if back else 540) for back in range(29, -1, -1)
    ),
    sources=(KindCount("openverse", 400), KindCount("wikimedia", 140)),
    licenses=(KindCount("CC-BY-4.0", 310), KindCount("CC0-1.0", 230)),
)


class DashboardController(Controller):
    """Real numbers, cheap to have."""

    path = "/dashboard"
    tags = ("Dashboard",)

    @get(
        "/stats",
        summary="See what you have, in numbers",
        responses=success(200, Dashboard, NUMBERS, "The numbers at this moment.") | failures(401, 403, 422),
    )
    async def get_dashboard(
        self,
        actor: Given[Actor],
        dashboard_reads: Given[DashboardReads],
        scope_: Annotated[
            Scope,
            QueryParameter(name="scope", description="`own` things, or `all` (superusers only)."),
        ] = Scope.OWN,
    ) -> Response[Dashboard]:
        """Users, of their own things; superusers with `scope=all` of everybody's. Scope `read`.

        403 `SUPERUSERS_ONLY` for `scope=all` from others.
        """
        actor.must(READ)
        everybody = scope_ is Scope.ALL
        return answered(await dashboard_reads.dashboard(everybody=everybody, visible_to=actor))
