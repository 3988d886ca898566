"""One crawl from request to finished folder, by the same use cases as the platform's."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import msgspec

from pixcrawler.application.crawling.create_crawl import NewCrawl
from pixcrawler.application.ports.reads import Progress
from pixcrawler.bootstrap.app import App
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import CannotConvert
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, Export
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetVersionId, ExportId, ProjectId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.entrypoints.cli.exits import TaskFailed
from pixcrawler.entrypoints.cli.out_folder import Note, OutFolder
from pixcrawler.entrypoints.cli.packaging import (
    conversion_of,
    name_of,
    place_of,
    plan_of,
    remove_older,
    unfinished,
)
from pixcrawler.entrypoints.cli.request import DEFAULT_IMAGES, CrawlRequest
from pixcrawler.entrypoints.cli.warm_process import WarmProcess
from pixcrawler.entrypoints.cli.worker_process import WorkerProcess, worker_process
from pixcrawler.settings import Settings

LOOK = 0.25
SOON = 0.02
"""Seconds between two looks: while there are chunks to come, and at the beginning of each step after them."""
PATIENCE = 28.0
"""Seconds that the worker gets to reach a checkpoint."""

T = TypeVar("T")
B = TypeVar("B", DatasetVersion, Export)
Show = Callable[[Progress], None]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """``export`` and ``version`` are None where no image was accepted. ``exact``: a number was asked for.
    ``name`` is the dataset's."""

    job: CrawlJob
    out: Path
    exact: bool
    troubles: tuple[str, ...]
    version: DatasetVersion | None = None
    export: Export | None = None
    name: str = ""

    @property
    def dataset(self) -> Path:
        """The folder or the archive that was made; ``out`` where nothing was."""
        if self.export is None or self.version is None:
            return self.out
        return place_of(self.export, self.version, self.name, self.out)

    @property
    def report(self) -> Path | None:
        """The page about the dataset; None where it could not be written, as on a full disk."""
        page = self.out / "report.html"
        return page if self.export is not None and page.is_file() else None


@dataclass(slots=True, kw_only=True)
class CrawlRun:
    """Drives one job in its own lane. ``show`` is told how it stands, ``say`` what happens."""

    request: CrawlRequest
    settings: Settings
    environ: dict[str, str]
    out: OutFolder
    show: Show
    say: Say
    warm: WarmProcess | None = None
    _step_began: float | None = None

    async def __call__(self) -> Outcome:
        note = self.out.read_note() if self.request.resume else self._new_note()
        folder = {"SOURCE_FOLDER_ROOTS": note.folder} if note.folder else {}
        log = self.settings.pixcrawler.home / "logs" / f"{note.lane.replace(':', '-')}.log"
        environ = {**self.environ, **folder}
        async with worker_process(note.lane, self.out.path, environ, log, self.warm) as worker:
            if not self.request.resume:
                worker.start()
            from pixcrawler.bootstrap.open_app import open_app  # while the worker loads the same

            async with open_app(self.settings) as app:
                try:
                    return await self._with(app, worker, note)
                finally:
                    await worker.stop(PATIENCE)  # before our own leaving, which waits for embedded servers

    async def _with(self, app: App, worker: WorkerProcess, note: Note) -> Outcome:
        user = await app.identity.find_local_user()
        if self.request.resume:
            await worker.take_over(app.tasks)
            note = await self._resume(app, note, user.actor)
        else:
            note = await self._begin(app, note, user.actor, user.project_id)
        return await self._finish(app, worker, note, user.actor)

    def _new_note(self) -> Note:
        folder = self.request.folder
        return Note(
            job_id="",
            lane=f"local:{secrets.token_hex(8)}",
            format=self.request.format,
            split=self.request.split,
            seed=self.request.seed,
            folder=None if folder is None else str(folder),
            archive=None if self.request.archive is None else Archive(self.request.archive),
            conversion=conversion_of(self.request),
            shard_size=self.request.shard_size,
        )

    async def _begin(self, app: App, note: Note, by: Actor, project: ProjectId) -> Note:
        inputs, most = await self._inputs(app, by)
        command = NewCrawl(
            project_id=project,
            name=self.request.words[:200],
            spec=self.request.spec(inputs),
            max_images=self.request.max_images or most or DEFAULT_IMAGES,
            lane=note.lane,
            local=True,
        )
        job_id = (await app.crawling.create(command, by=by)).id
        exact = self.request.max_images is not None or most is None
        note = msgspec.structs.replace(note, job_id=str(job_id), exact=exact)
        self.out.write_note(note)
        await app.crawling.start(job_id, by=by)
        return note

    async def _inputs(self, app: App, by: Actor) -> tuple[dict[str, str], int | None]:
        """What the sources read, and how many images that can be at most, where it is known."""
        given, of_web = self.request.input, self.request.address_inputs()
        if given is None:
            return of_web, self.request.most_of_addresses
        if "url_list" not in self.request.source_ids:
            folder = str(given.resolve())
            return {**of_web, "folder": folder}, await self._size_of_folder(app, folder)
        taken = await app.crawling.take_url_list(given, by=by)
        return {**of_web, "url_list": taken.key}, taken.urls

    async def _size_of_folder(self, app: App, folder: str) -> int:
        """How many pictures there are by their names; at least one, so that an empty folder is told."""
        found = await app.crawling.preview(self.request.spec({"folder": folder}))
        return max(1, sum(one.total or one.first_page for one in found))

    async def _resume(self, app: App, note: Note, by: Actor) -> Note:
        job_id = CrawlJobId(UUID(note.job_id))
        try:
            job = (await app.reads.progress(job_id, visible_to=by)).job
        except CrawlJobNotFound as error:
            home = self.settings.pixcrawler.home
            message = (
                f"The job of {self.out.path} is not in this database ({home}); start anew in another --out."
            )
            raise CrawlJobNotFound(message) from error
        note = await unfinished(app, note, self.out.path, by)
        if job.status is JobStatus.PENDING:
            await app.crawling.start(job_id, by=by)
        elif _has_more(job):
            self.say("Trying again what failed.")
            await app.crawling.retry(job_id, by=by, lane=note.lane)
            if note.export_id:
                await app.datasets.delete_export(ExportId(UUID(note.export_id)), by=by)
            return msgspec.structs.replace(note, version_id="", export_id="")
        return note

    async def _finish(self, app: App, worker: WorkerProcess, note: Note, by: Actor) -> Outcome:
        job_id = CrawlJobId(UUID(note.job_id))

        async def look() -> Progress | None:
            progress = await app.reads.progress(job_id, visible_to=by)
            self.show(progress)
            if progress.open_chunks or not progress.job.found:  # it will not end at once
                self._step_began = None
            elif self._step_began is None:
                self._step_began = time.monotonic()
            return None if progress.job.status is JobStatus.RUNNING else progress

        progress = await self._until(look, app, worker)
        troubles = tuple(f"{trouble.source}: {trouble.sentence}" for trouble in progress.troubles)
        job, out, exact = progress.job, self.out.path, note.exact
        if job.accepted == 0:
            return Outcome(job=job, out=out, exact=exact, troubles=troubles)
        self.say("Packaging")
        version, export = await self._package(app, worker, note, by)
        self.show(await app.reads.progress(job_id, visible_to=by))  # a vision model ends after the job
        name = await name_of(version, app, by)
        for known in {name, job.name}:  # somebody may have renamed it
            remove_older(version, known, out)
        self._noted(note, version_id="", export_id="")
        made = Outcome(job=job, out=out, exact=exact, troubles=troubles)
        return replace(made, version=version, export=export, name=name)

    async def _package(
        self, app: App, worker: WorkerProcess, note: Note, by: Actor
    ) -> tuple[DatasetVersion, Export]:
        if not note.version_id:
            asked_for = await app.datasets.request_build(CrawlJobId(UUID(note.job_id)), by=by)
            note = self._noted(note, version_id=str(asked_for), export_id="")
        version_id = DatasetVersionId(UUID(note.version_id))

        async def built() -> DatasetVersion | None:
            version = await app.reads.version(version_id, visible_to=by)
            return _when_done(version, self.out.path)

        version = await self._until(built, app, worker)
        if not note.export_id:
            plan = plan_of(note, self.out.path)
            asked = await app.datasets.request_export(version_id, note.format, plan, by=by, lane=note.lane)
            note = self._noted(note, export_id=str(asked.export.id))
        export_id = ExportId(UUID(note.export_id))

        async def exported() -> Export | None:
            export = await app.reads.export(export_id, visible_to=by)
            if export.status is BuildStatus.BUILDING and (
                tenth := 10 * export.images // max(1, version.images)
            ):
                self.say(f"Packaging: {tenth}0 %")
            return _when_done(export, self.out.path)

        export = await self._until(exported, app, worker)

        async def reported() -> bool | None:
            return await app.reads.open_tasks(export_id, visible_to=by) == 0 or None

        await self._until(reported, app, worker)
        return version, export

    def _noted(self, note: Note, **ids: str) -> Note:
        note = msgspec.structs.replace(note, **ids)
        self.out.write_note(note)
        return note

    async def _until(
        self,
        look: Callable[[], Awaitable[T | None]],
        app: App,
        worker: WorkerProcess,
    ) -> T:
        """Look until there is an answer. The database may go away for a while and come back."""
        self._step_began = time.monotonic()
        trouble = 0
        while True:
            try:
                if await worker.revive(app.tasks):
                    self.say("The worker was gone; started another one.")
                if (found := await look()) is not None:
                    return found
                trouble = 0
            except Unavailable as error:
                trouble += 1
                if trouble > 60 or error.code == "WORKER_GONE":
                    raise
                self.say(str(error))
                await asyncio.sleep(1.0)
            await asyncio.sleep(self._pause)

    @property
    def _pause(self) -> float:
        """Short while a step may end at any moment, longer for one that takes its time."""
        if self._step_began is None:
            return LOOK
        return min(LOOK, max(SOON, (time.monotonic() - self._step_began) / 10))


def _has_more(job: CrawlJob) -> bool:
    """Whether a new run may find more than the job has."""
    if job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
        return True
    retryable = any(Reason(reason).retryable for reason in job.reasons)
    return job.status is JobStatus.COMPLETED and job.missing > 0 and retryable


def _when_done(thing: B, out: Path) -> B | None:
    if thing.status is BuildStatus.FAILED:
        failure = thing.failure or "The dataset could not be written."
        hint = f"Then go on with: pixcrawler crawl --resume --out {out}"
        if thing.failure_code == CannotConvert.code:
            hint += " and another --format or --convert"
        raise TaskFailed(f"{failure} {hint}", code=thing.failure_code)
    return thing if thing.status is BuildStatus.READY else None
