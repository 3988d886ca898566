"""``/datasets``: make them, change them, build them."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import PathParameter, QueryParameter

from pixcrawler.application.datasets.change_dataset import ChangeDataset
from pixcrawler.application.datasets.create_dataset import CreateDataset
from pixcrawler.application.datasets.delete_dataset import DeleteDataset
from pixcrawler.application.datasets.request_version import RequestVersion
from pixcrawler.application.datasets.split_dataset import Parts, SplitDataset
from pixcrawler.application.ports.dataset_reads import (
    DatasetDetail,
    DatasetFilter,
    DatasetReads,
    DatasetStatus,
    VersionAsked,
)
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import DatasetId, ProjectId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import dataset_examples as examples
from pixcrawler.entrypoints.http.answers import Page, accepted, answered, created, gone, page_of
from pixcrawler.entrypoints.http.dataset_forms import (
    EITHER,
    BuildForm,
    ChangeDatasetForm,
    CreateDatasetForm,
    SplitForm,
)
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success

DatasetPath = Annotated[UUID, PathParameter(description="The dataset's id.")]


class DatasetController(Controller):
    """Datasets of one owner; a superuser sees all."""

    path = "/datasets"
    tags = ("Datasets",)

    @get(
        summary="List datasets",
        responses=success(
            200,
            Page[DatasetDetail],
            Page(items=[examples.FOXES], total=1, page=1, size=20, pages=1),
            "The datasets, newest first.",
        )
        | failures(401, 403, 422),
    )
    async def list_datasets(
        self,
        window: Given[Window],
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        project_id: Annotated[
            UUID | None, QueryParameter(description="Only datasets of this project.")
        ] = None,
    ) -> Response[Page[DatasetDetail]]:
        """Users, who see their own datasets; superusers see all. Scope `read`."""
        actor.must(READ)
        project = None if project_id is None else ProjectId(project_id)
        found = await dataset_reads.datasets(DatasetFilter(project_id=project), window, visible_to=actor)
        return page_of(found, window)

    @post(
        status_code=201,
        summary="Create a dataset",
        responses=success(201, DatasetDetail, examples.FOXES, "The dataset, without versions.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def create_dataset(
        self,
        data: Annotated[CreateDatasetForm, examples.WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        create_dataset: Given[CreateDataset],
    ) -> Response[DatasetDetail]:
        """Users, in their own projects. Scope `write`.

        From crawl jobs of the project, from other datasets of it, or from both. 404 for a project, a job or
        a dataset that is not there or not yours, 409 for an archived project.
        """
        dataset = await create_dataset(data.command, by=actor, once=once)
        return created(dataset, at=f"/api/v1/datasets/{dataset.id}")

    @get(
        "/{dataset_id:uuid}",
        summary="Get a dataset",
        responses=success(200, DatasetDetail, examples.FOXES, "The dataset.") | failures(401, 403, 404),
    )
    async def get_dataset(
        self, dataset_id: DatasetPath, actor: Given[Actor], dataset_reads: Given[DatasetReads]
    ) -> Response[DatasetDetail]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        return answered(await dataset_reads.dataset(DatasetId(dataset_id), visible_to=actor))

    @patch(
        "/{dataset_id:uuid}",
        summary="Change a dataset",
        responses=success(200, DatasetDetail, examples.FOXES, "The dataset as it is now.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def change_dataset(
        self,
        dataset_id: DatasetPath,
        data: Annotated[ChangeDatasetForm, examples.CHANGED],
        actor: Given[Actor],
        change_dataset: Given[ChangeDataset],
    ) -> Response[DatasetDetail]:
        """Its owner. Scope `write`.

        A new selection counts from the next version on; versions that are there never change. 409 with
        `version` when the dataset is at another.
        """
        return answered(await change_dataset(DatasetId(dataset_id), data.command, by=actor))

    @delete(
        "/{dataset_id:uuid}",
        status_code=204,
        summary="Delete a dataset",
        responses=failures(401, 403, 404),
    )
    async def delete_dataset(
        self, dataset_id: DatasetPath, actor: Given[Actor], delete_dataset: Given[DeleteDataset]
    ) -> Response[None]:
        """Its owner. Scope `write`.

        With its versions and exports, also those that are being made. Crawl jobs and their images stay.
        """
        await delete_dataset(DatasetId(dataset_id), by=actor)
        return gone()

    @post(
        "/{dataset_id:uuid}/build",
        status_code=202,
        summary="Build a new version",
        opt=COSTLY,
        responses=success(202, VersionAsked, examples.BUILDING, "The version; a task builds it.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def build_dataset(
        self,
        dataset_id: DatasetPath,
        data: Annotated[BuildForm, examples.BUILD],
        actor: Given[Actor],
        once: Given[Once | None],
        request_version: Given[RequestVersion],
    ) -> Response[VersionAsked]:
        """Its owner. Scope `write`.

        409 while one of its jobs runs, and when none has an image. A selection that leaves nothing fails
        the version with `EMPTY_SELECTION`, and says which step left nothing.
        """
        asked = await request_version(DatasetId(dataset_id), changelog=data.changelog, by=actor, once=once)
        return accepted(asked)

    @post(
        "/{dataset_id:uuid}/split",
        status_code=200,
        summary="Make several datasets of one",
        responses=success(200, Parts, examples.PARTS, "The new datasets, without versions.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def split_dataset(
        self,
        dataset_id: DatasetPath,
        data: Annotated[SplitForm, EITHER, examples.DIVIDED],
        actor: Given[Actor],
        once: Given[Once | None],
        split_dataset: Given[SplitDataset],
    ) -> Response[Parts]:
        """Its owner. Scope `write`.

        By ratios, drawn with a seed, or by labels. The dataset itself stays as it is.
        """
        return answered(await split_dataset(DatasetId(dataset_id), data.division, by=actor, once=once))

    @get(
        "/{dataset_id:uuid}/status",
        summary="See how a dataset's newest version stands",
        responses=success(200, DatasetStatus, examples.STATUS, "The newest, and the newest that is ready.")
        | failures(401, 403, 404),
    )
    async def get_dataset_status(
        self, dataset_id: DatasetPath, actor: Given[Actor], dataset_reads: Given[DatasetReads]
    ) -> Response[DatasetStatus]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        return answered(await dataset_reads.status(DatasetId(dataset_id), visible_to=actor))
