"""``/exports``: versions written in a format, packed and downloaded."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, delete, get, post, route
from litestar.openapi import ResponseSpec
from litestar.params import PathParameter, QueryParameter

from pixcrawler.application.datasets.delete_export import DeleteExport
from pixcrawler.application.datasets.request_export import RequestExport
from pixcrawler.application.ports.dataset_reads import DatasetReads, ExportAsked, ExportDetail, ExportFilter
from pixcrawler.application.ports.exporter import Exporter
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import DatasetId, ExportId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import dataset_examples as examples
from pixcrawler.entrypoints.http.answers import Page, accepted, answered, gone, page_of
from pixcrawler.entrypoints.http.dataset_forms import CreateExportForm
from pixcrawler.entrypoints.http.dataset_versions import Which
from pixcrawler.entrypoints.http.datasets import DatasetPath
from pixcrawler.entrypoints.http.downloads import Coming, Downloading, download
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.limits import COSTLY
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.sending import bytes_answer

ExportPath = Annotated[UUID, PathParameter(description="The export's id.")]
Format = Annotated[str | None, QueryParameter(name="format", description="Only this format.", max_length=50)]
DOWNLOAD: dict[int, ResponseSpec] = {
    200: bytes_answer("application/*", "The archive."),
    **success(202, Coming, examples.COMING, "It is being brought back; ask again."),
    206: bytes_answer("application/*", "The part that `Range` asked for."),
    302: ResponseSpec(None, description="The archive is at `Location`, for 15 minutes."),
    304: ResponseSpec(None, description="The archive that `If-None-Match` names is still the one."),
} | failures(401, 403, 404, 409, 412, 416, 422)


class FormatLine(msgspec.Struct, frozen=True):
    """A format; `sharded` ones put many pictures into one file, and take a `shard_size`."""

    id: str
    sharded: bool


class Formats(msgspec.Struct, frozen=True):
    """What an export may be asked for."""

    formats: tuple[FormatLine, ...]
    archives: tuple[Archive, ...]


FORMATS = Formats(
    (FormatLine("imagefolder", sharded=False), FormatLine("webdataset", sharded=True)), tuple(Archive)
)


class ExportController(Controller):
    """Exports of one owner; a superuser sees all."""

    path = "/exports"
    tags = ("Exports",)

    @get(
        summary="List exports",
        responses=success(
            200,
            Page[ExportDetail],
            Page(items=[examples.WRITTEN], total=1, page=1, size=20, pages=1),
            "The exports, newest first.",
        )
        | failures(401, 403, 422),
    )
    async def list_exports(
        self,
        window: Given[Window],
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        dataset_id: Annotated[
            UUID | None, QueryParameter(description="Only exports of this dataset.")
        ] = None,
        status: Annotated[
            BuildStatus | None, QueryParameter(description="Only exports in this state.")
        ] = None,
    ) -> Response[Page[ExportDetail]]:
        """Users, who see their own exports; superusers see all. Scope `read`."""
        actor.must(READ)
        dataset = None if dataset_id is None else DatasetId(dataset_id)
        which = ExportFilter(dataset_id=dataset, status=status)
        return page_of(await dataset_reads.exports(which, window, visible_to=actor), window)

    @post(
        status_code=202,
        summary="Export a version",
        opt=COSTLY,
        responses=success(202, ExportAsked, examples.ASKED, "The export; a task writes it.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def create_export(
        self,
        data: Annotated[CreateExportForm, examples.EXPORTED],
        actor: Given[Actor],
        once: Given[Once | None],
        dataset_reads: Given[DatasetReads],
        request_export: Given[RequestExport],
    ) -> Response[ExportAsked]:
        """The dataset's owner. Scope `write`.

        It is `ready` once the archive was opened again and counted. 409 for a version that is not ready,
        422 for a format or an option that there is not.
        """
        version = await dataset_reads.version(DatasetId(data.dataset_id), data.version, visible_to=actor)
        return accepted(
            await request_export(version.id, data.format, data.plan, by=actor, lane=SHARED, once=once)
        )

    @get(
        "/formats",
        summary="List formats and archives",
        responses=success(200, Formats, FORMATS, "What an export may be asked for.") | failures(401, 403),
    )
    async def list_formats(
        self, actor: Given[Actor], exporters: Given[Mapping[str, Exporter]]
    ) -> Response[Formats]:
        """Users. Scope `read`."""
        actor.must(READ)
        lines = (FormatLine(name, sharded=exporter.sharded) for name, exporter in exporters.items())
        return answered(Formats(tuple(lines), tuple(Archive)))

    @get(
        "/{export_id:uuid}",
        summary="Get an export",
        responses=success(200, ExportDetail, examples.WRITTEN, "The export.") | failures(401, 403, 404),
    )
    async def get_export(
        self, export_id: ExportPath, actor: Given[Actor], dataset_reads: Given[DatasetReads]
    ) -> Response[ExportDetail]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        return answered(await dataset_reads.export(ExportId(export_id), visible_to=actor))

    @delete(
        "/{export_id:uuid}",
        status_code=204,
        summary="Delete an export",
        responses=failures(401, 403, 404),
    )
    async def delete_export(
        self, export_id: ExportPath, actor: Given[Actor], delete_export: Given[DeleteExport]
    ) -> Response[None]:
        """Its owner. Scope `write`.

        With its archive, also while it is being written. The version stays.
        """
        await delete_export(ExportId(export_id), by=actor)
        return gone()

    @route(
        "/{export_id:uuid}/download",
        http_method=["GET", "HEAD"],
        status_code=200,
        summary="Download an export",
        responses=DOWNLOAD,
    )
    async def download_export(
        self,
        request: Request[Any, Any, Any],
        export_id: ExportPath,
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        downloading: Given[Downloading],
    ) -> Response[Any]:
        """Its owner. Scope `read`.

        A redirect to the store where that gives signed links, else the archive itself: one `Range` is served,
        with `If-Range`; the `ETag` is the SHA-256. An archived export is brought back first: 202 until it is
        there. 409 for one that is not ready.
        """
        actor.must(READ)
        export = await dataset_reads.export(ExportId(export_id), visible_to=actor)
        return await download(request, export, actor, downloading)


class DatasetDownloadController(Controller):
    """A dataset's newest archive, without knowing its export."""

    path = "/datasets/{dataset_id:uuid}/download"
    tags = ("Datasets",)

    @route(http_method=["GET", "HEAD"], status_code=200, summary="Download a dataset", responses=DOWNLOAD)
    async def download_dataset(
        self,
        *,
        request: Request[Any, Any, Any],
        dataset_id: DatasetPath,
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        downloading: Given[Downloading],
        version: Which = None,
        format_: Format = None,
    ) -> Response[Any]:
        """Its owner. Scope `read`.

        The newest export of the version that is ready, as at `/exports/{export_id}/download`. 404 when there
        is none: ask for one with `POST /exports`.
        """
        actor.must(READ)
        export = await dataset_reads.ready_export(DatasetId(dataset_id), version, format_, visible_to=actor)
        return await download(request, export, actor, downloading)
