"""One job on the platform, from its list of URLs to the dataset folder, followed from outside."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pixcrawler.application.crawling.create_crawl import NewCrawl
from pixcrawler.application.ports.validation_reads import ValidationDetail
from pixcrawler.bootstrap.app import App
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.datasets.version import BuildStatus, ExportPlan
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetVersionId, ExportId, ValidationId

LANE = "shared"


@dataclass
class Clock:
    """When the last fault was; a job must end by itself soon after it."""

    last_fault: float = 0.0
    faults: int = 0

    def fault(self) -> None:
        self.faults += 1
        self.last_fault = time.monotonic()

    def allow(self, seconds: float) -> bool:
        return time.monotonic() - self.last_fault < seconds


@dataclass
class Crawl:
    """A job of the local user. Everything here waits through outages, as a person would."""

    app: App
    by: Actor
    id: CrawlJobId
    clock: Clock

    async def job(self) -> CrawlJob:
        return (await self.app.reads.progress(self.id, visible_to=self.by)).job

    async def ended(self, *, seconds: float = 60) -> CrawlJob:
        """The job, no later than so many seconds after the last fault."""

        async def look() -> CrawlJob | None:
            job = await self.job()
            return None if job.status is JobStatus.RUNNING else job

        found: CrawlJob = await self._until(look, "the job ends", seconds)
        return found

    async def package(self, folder: Path, *, seconds: float = 60) -> None:
        """Freeze a version, export it, write its report."""
        version = await self.request_version()
        await self.built(version, seconds=seconds)
        export = await self.request_export(version, folder)
        await self.exported(export, seconds=seconds)

    async def request_version(self) -> DatasetVersionId:
        return await self.app.datasets.request_build(self.id, by=self.by)

    async def request_export(self, version: DatasetVersionId, folder: Path | None) -> ExportId:
        """Into the folder, or as a zip into the store."""
        place = None if folder is None else str(folder)
        plan = ExportPlan(splits=parse_split("80/10/10", seed=0), folder=place)
        request = self.app.datasets.request_export
        return (await request(version, "imagefolder", plan, by=self.by, lane=LANE)).export.id

    async def built(self, version: DatasetVersionId, *, seconds: float = 60) -> None:
        async def look() -> bool | None:
            found = await self.app.reads.version(version, visible_to=self.by)
            assert found.status is not BuildStatus.FAILED, found.failure
            return found.status is BuildStatus.READY or None

        await self._until(look, "the version is ready", seconds)

    async def exported(self, export: ExportId, *, seconds: float = 60) -> None:
        async def look() -> bool | None:
            found = await self.app.reads.export(export, visible_to=self.by)
            assert found.status is not BuildStatus.FAILED, found.failure
            if found.status is not BuildStatus.READY:
                return None
            return await self.app.reads.open_tasks(export, visible_to=self.by) == 0 or None

        await self._until(look, "the export is ready", seconds)

    async def validated(self, validation: ValidationId, *, seconds: float = 60) -> ValidationDetail:
        async def look() -> ValidationDetail | None:
            run = await self.app.validations.reads.run(validation, visible_to=self.by)
            return run if run.ended_at is not None else None

        found: ValidationDetail = await self._until(look, "the validation ends", seconds)
        return found

    async def _until(self, look: Any, what: str, seconds: float) -> Any:
        started = time.monotonic()
        while True:
            try:
                if (found := await look()) is not None:
                    return found
            except Unavailable:
                pass
            late = time.monotonic() - started > seconds and not self.clock.allow(seconds)
            assert not late, f"{seconds:.0f} s after the last fault, and not yet: {what}"
            await asyncio.sleep(0.05)


async def begin(app: App, urls: list[str], *, max_images: int, folder: Path, clock: Clock) -> Crawl:
    """Create and start a job over these URLs, in the platform's lane."""
    listed = folder / "urls.txt"
    listed.write_text("\n".join(urls) + "\n")
    user = await app.identity.find_local_user()
    taken = await app.crawling.take_url_list(listed, by=user.actor)
    spec = JobSpec(keywords=(Keyword("", ""),), sources=("url_list",), inputs={"url_list": taken.key})
    command = NewCrawl(project_id=user.project_id, name="crash", spec=spec, max_images=max_images, lane=LANE)
    job_id = (await app.crawling.create(command, by=user.actor)).id
    await app.crawling.start(job_id, by=user.actor)
    return Crawl(app, user.actor, job_id, clock)
