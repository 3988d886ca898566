"""``/validation``: looking again at pictures that are stored, and what that found."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.params import PathParameter, QueryParameter

from pixcrawler.application.imaging.change_level import ChangeLevel
from pixcrawler.application.imaging.request_validation import RequestValidation
from pixcrawler.application.imaging.validate_job import ValidateJob
from pixcrawler.application.ports.dataset_reads import DatasetReads
from pixcrawler.application.ports.validation_reads import (
    ImageResults,
    ValidationDetail,
    ValidationReads,
    ValidationStats,
    ValidationTasks,
)
from pixcrawler.domain.imaging.validation import DefaultLevel
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, DatasetId, ValidationId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.validation import Validation
from pixcrawler.entrypoints.http import validation_examples as shown
from pixcrawler.entrypoints.http.answers import accepted, answered
from pixcrawler.entrypoints.http.dataset_versions import Which
from pixcrawler.entrypoints.http.datasets import DatasetPath
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.jobs import JobPath
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.validation_forms import AnalyzeForm, BatchForm, JobForm, LevelForm

ValidationPath = Annotated[UUID, PathParameter(description="The validation's id.")]
ImagePath = Annotated[UUID, PathParameter(description="The image's id.")]
OfLevel = Annotated[
    Validation | None,
    QueryParameter(description="Only looks on this level; the strictest of each image without one."),
]
ASKED = failures(401, 403, 404, 409, body=True)


class ValidationController(Controller):
    """Looks at stored pictures. They change no job: see `mode` for what does become of poor ones."""

    path = "/validation"
    tags = ("Validation",)

    @post(
        "/analyze",
        status_code=202,
        summary="Look at an image again",
        opt=COSTLY,
        responses=success(202, ValidationTasks, shown.BEGUN, "The run, and its task.") | ASKED,
    )
    async def analyze_image(
        self,
        data: Annotated[AnalyzeForm, shown.ONE],
        actor: Given[Actor],
        once: Given[Once | None],
        request_validation: Given[RequestValidation],
    ) -> Response[ValidationTasks]:
        """The owner of its job. Scope `write`.

        A worker reads the stored file and holds it to its job's rules and, on the level `strict`, to the
        thresholds of this installation. 404 with `IMAGE_HAS_NO_FILE` for an image whose file was not kept.
        """
        return accepted(await request_validation(data.command, by=actor, once=once))

    @post(
        "/batch",
        status_code=202,
        summary="Look at several images again",
        opt=COSTLY,
        responses=success(202, ValidationTasks, shown.BEGUN, "The run, and its tasks.") | ASKED,
    )
    async def analyze_images(
        self,
        data: Annotated[BatchForm, shown.SEVERAL],
        actor: Given[Actor],
        once: Given[Once | None],
        request_validation: Given[RequestValidation],
    ) -> Response[ValidationTasks]:
        """The owner of their jobs. Scope `write`.

        All of them or none: 404 when one of `image_ids` is not there or has no file; the message says which.
        What is the same file in one job is looked at once. A filter needs the scope `read`, too; 422 with
        `TOO_MANY_IMAGES` for one that finds more than 1,000.
        """
        return accepted(await request_validation(data.command, by=actor, once=once))

    @post(
        "/jobs/{job_id:uuid}",
        status_code=202,
        summary="Look at all pictures of a job again",
        opt=COSTLY,
        responses=success(202, ValidationTasks, shown.BEGUN_JOB, "The run, and its first task.") | ASKED,
    )
    async def analyze_job(
        self,
        job_id: JobPath,
        data: Annotated[JobForm, shown.WHOLE],
        actor: Given[Actor],
        once: Given[Once | None],
        validate_job: Given[ValidateJob],
    ) -> Response[ValidationTasks]:
        """Its owner. Scope `write`.

        Every picture of the job that has a file, accepted or not. They are counted and cut into tasks behind
        this answer; `GET /validation/{id}` tells how far that is.
        """
        begun = await validate_job(CrawlJobId(job_id), level=data.level, mode=data.mode, by=actor, once=once)
        return accepted(begun)

    @get(
        "/{validation_id:uuid}",
        summary="See how far a validation is",
        responses=success(200, ValidationDetail, shown.RUN, "The run at this moment.")
        | failures(401, 403, 404),
    )
    async def get_validation(
        self,
        validation_id: ValidationPath,
        actor: Given[Actor],
        validation_reads: Given[ValidationReads],
    ) -> Response[ValidationDetail]:
        """Its owner, who asked for it. Scope `read`.

        It is `failed` when some of its pictures could not be looked at, as the store or a worker was away for
        too long; the others have their results all the same.
        """
        actor.must(READ)
        return answered(await validation_reads.run(ValidationId(validation_id), visible_to=actor))

    @get(
        "/results/{image_id:uuid}",
        summary="Get what looks at an image found",
        responses=success(200, ImageResults, shown.RESULTS, "One result per level, the strictest first.")
        | failures(401, 403, 404),
    )
    async def get_validation_results(
        self, image_id: ImagePath, actor: Given[Actor], validation_reads: Given[ValidationReads]
    ) -> Response[ImageResults]:
        """The owner of its job. Scope `read`.

        The look that the crawl took, and the latest of each level since. Empty for an image whose file nobody
        ever had.
        """
        actor.must(READ)
        return answered(await validation_reads.results(CandidateId(image_id), visible_to=actor))

    @get(
        "/stats/{dataset_id:uuid}",
        summary="Get what looks at a dataset's images found",
        responses=success(200, ValidationStats, shown.STATS, "The numbers of one version.")
        | failures(401, 403, 404, 409, 422),
    )
    async def get_validation_stats(
        self,
        *,
        dataset_id: DatasetPath,
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        validation_reads: Given[ValidationReads],
        version: Which = None,
        level: OfLevel = None,
    ) -> Response[ValidationStats]:
        """Its owner. Scope `read`.

        Verdicts, reasons and scores of the files of a version: the newest that is ready, or the one that is
        named. 409 for a version that is not ready.
        """
        actor.must(READ)
        found = await dataset_reads.version(DatasetId(dataset_id), version, visible_to=actor)
        return answered(await validation_reads.stats(found, level=level, visible_to=actor))

    @get(
        "/level",
        summary="Get your default level",
        responses=success(200, DefaultLevel, shown.LEVEL, "The level, and what a strict look does.")
        | failures(401, 403),
    )
    async def get_validation_level(
        self, actor: Given[Actor], validation_reads: Given[ValidationReads]
    ) -> Response[DefaultLevel]:
        """Users. Scope `read`.

        `standard` and `reject` until you say otherwise.
        """
        actor.must(READ)
        return answered(await validation_reads.level(visible_to=actor))

    @put(
        "/level",
        summary="Set your default level",
        responses=success(200, DefaultLevel, shown.LEVEL, "It applies from now on.")
        | failures(401, 403, body=True),
    )
    async def set_validation_level(
        self,
        data: Annotated[LevelForm, shown.WANTED_LEVEL],
        actor: Given[Actor],
        change_level: Given[ChangeLevel],
    ) -> Response[DefaultLevel]:
        """Users. Scope `write`.

        For jobs that you create without `validation` and `validation_mode`, and for looks that name no level.
        Jobs that are there already stay as they are.
        """
        return answered(await change_level(data.command, by=actor))
