"""``/datasets/{id}/…``: versions, and what is in them."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.params import PathParameter, QueryParameter
from litestar.response import Stream

from pixcrawler.application.datasets.cancel_build import CancelBuild
from pixcrawler.application.datasets.compare_versions import CompareVersions
from pixcrawler.application.datasets.open_manifest import OpenManifest
from pixcrawler.application.datasets.show_images import ShowImages
from pixcrawler.application.datasets.show_statistics import ShowStatistics
from pixcrawler.application.ports.dataset_reads import (
    Comparison,
    DatasetReads,
    VersionDetail,
    VersionImage,
    VersionLine,
    version_detail,
)
from pixcrawler.domain.datasets.row_filter import RowFilter
from pixcrawler.domain.datasets.statistics import Statistics
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import DatasetId
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import dataset_examples as examples
from pixcrawler.entrypoints.http.answers import Page, answered, page_of
from pixcrawler.entrypoints.http.datasets import DatasetPath
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.images import FileFormat, Pixels
from pixcrawler.entrypoints.http.job_fields import LARGEST_VERSION, NO_NUL
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.sending import bytes_answer

NDJSON = "application/x-ndjson"
Number = Annotated[int, PathParameter(description="The version's number.", ge=1, le=LARGEST_VERSION)]
Which = Annotated[
    int | None,
    QueryParameter(
        description="A version's number; the newest that is ready without one.", ge=1, le=LARGEST_VERSION
    ),
]
OfLabel = Annotated[
    str | None,
    QueryParameter(
        min_length=1,
        max_length=500,
        pattern=NO_NUL,
        description="Only those with this label, exactly spelled.",
    ),
]
OfSource = Annotated[
    str | None,
    QueryParameter(min_length=1, max_length=64, pattern=NO_NUL, description="Only those of this source."),
]
OfLicense = Annotated[
    str | None,
    QueryParameter(
        min_length=1, max_length=64, pattern=NO_NUL, description="Only those under this licence id."
    ),
]
IsValid = Annotated[
    bool | None,
    QueryParameter(
        description="`false`: only those that a strict look found something wrong with; `true`: the others."
    ),
]
IsDuplicate = Annotated[
    bool | None,
    QueryParameter(
        description="`true`: only those of which the version has another copy; `false`: the others."
    ),
]


class DatasetVersionController(Controller):
    """Versions never change; what was taken down since then is told no more."""

    path = "/datasets/{dataset_id:uuid}"
    tags = ("Datasets",)

    @get(
        "/versions",
        summary="List a dataset's versions",
        responses=success(
            200,
            Page[VersionLine],
            Page(items=[examples.READY], total=1, page=1, size=20, pages=1),
            "The versions, newest first.",
        )
        | failures(401, 403, 404, 422),
    )
    async def list_versions(
        self,
        dataset_id: DatasetPath,
        window: Given[Window],
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
    ) -> Response[Page[VersionLine]]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        return page_of(await dataset_reads.versions(DatasetId(dataset_id), window, visible_to=actor), window)

    @get(
        "/versions/{number:int}",
        summary="Get a version",
        responses=success(200, VersionDetail, examples.WHOLE, "The version, and what changed with it.")
        | failures(401, 403, 404, 422),
    )
    async def get_version(
        self,
        dataset_id: DatasetPath,
        number: Number,
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
    ) -> Response[VersionDetail]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        version = await dataset_reads.version(DatasetId(dataset_id), number, visible_to=actor)
        return answered(version_detail(version))

    @post(
        "/versions/{number:int}/cancel",
        status_code=200,
        summary="Cancel the making of a version",
        responses=success(200, VersionLine, examples.CANCELLED, "It is failed, as cancelled.")
        | failures(401, 403, 404, 409, 422),
    )
    async def cancel_build(
        self,
        dataset_id: DatasetPath,
        number: Number,
        actor: Given[Actor],
        cancel_build: Given[CancelBuild],
    ) -> Response[VersionLine]:
        """Its owner. Scope `write`.

        409 once it is ready or has failed.
        """
        return answered(await cancel_build(DatasetId(dataset_id), number, by=actor))

    @get(
        "/stats",
        summary="Get the numbers of a version",
        responses=success(200, Statistics, examples.STATS, "They are those of its manifest.")
        | failures(401, 403, 404, 409, 422),
    )
    async def get_dataset_stats(
        self,
        dataset_id: DatasetPath,
        actor: Given[Actor],
        show_statistics: Given[ShowStatistics],
        version: Which = None,
    ) -> Response[Statistics]:
        """Its owner. Scope `read`.

        Classes, sizes, formats, licences and sources of its images, and why candidates became none. 409 for
        a version that is not ready, or was built before numbers were kept: build it again.
        """
        return answered(await show_statistics(DatasetId(dataset_id), version, by=actor))

    @get(
        "/images",
        summary="List the images of a version",
        responses=success(
            200,
            Page[VersionImage],
            Page(items=[examples.IMAGE], total=200, page=1, size=1, pages=200),
            "The images, by class and SHA-256.",
        )
        | failures(401, 403, 404, 409, 422),
    )
    async def list_dataset_images(
        self,
        *,
        dataset_id: DatasetPath,
        window: Given[Window],
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        show_images: Given[ShowImages],
        version: Which = None,
        label: OfLabel = None,
        source: OfSource = None,
        license: OfLicense = None,  # noqa: A002 -- the parameter's name
        format: FileFormat = None,  # noqa: A002
        valid: IsValid = None,
        duplicate: IsDuplicate = None,
        min_width: Pixels = None,
        max_width: Pixels = None,
        min_height: Pixels = None,
        max_height: Pixels = None,
    ) -> Response[Page[VersionImage]]:
        """Its owner. Scope `read`.

        All that is given must hold. All images at once are in `/manifest`. 409 for a version that is not
        ready.
        """
        actor.must(READ)
        found = await dataset_reads.version(DatasetId(dataset_id), version, visible_to=actor)
        which = RowFilter(
            label=label,
            source=source,
            license=license,
            format=format,
            valid=valid,
            duplicate=duplicate,
            min_width=min_width,
            max_width=max_width,
            min_height=min_height,
            max_height=max_height,
        )
        return page_of(await show_images(found, window, which), window)

    @get(
        "/manifest",
        summary="Download the manifest of a version",
        responses={200: bytes_answer(NDJSON, "One JSON object per line and image.")}
        | failures(401, 403, 404, 409, 422),
    )
    async def download_manifest(
        self,
        dataset_id: DatasetPath,
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        open_manifest: Given[OpenManifest],
        version: Which = None,
    ) -> Response[Any]:
        """Its owner. Scope `read`.

        The rows that the version's `digest` sums up: their SHA-256 is it. Where an image was taken down since
        then, a tombstone stands. 409 for a version that is not ready.
        """
        actor.must(READ)
        found = await dataset_reads.version(DatasetId(dataset_id), version, visible_to=actor)
        pieces = await open_manifest(found)
        return Stream(pieces, media_type=NDJSON, headers={"cache-control": "private, no-store"})

    @get(
        "/diff",
        summary="Compare two versions",
        responses=success(200, Comparison, examples.COMPARISON, "What changed, and one page of it.")
        | failures(401, 403, 404, 409, 422),
    )
    async def compare_versions(
        self,
        *,
        dataset_id: DatasetPath,
        window: Given[Window],
        actor: Given[Actor],
        dataset_reads: Given[DatasetReads],
        compare_versions: Given[CompareVersions],
        from_: Annotated[
            int, QueryParameter(name="from", description="The older version.", ge=1, le=LARGEST_VERSION)
        ],
        to: Annotated[int, QueryParameter(description="The newer version.", ge=1, le=LARGEST_VERSION)],
    ) -> Response[Comparison]:
        """Its owner. Scope `read`.

        A picture is the same as long as its bytes are; in another class it is relabelled. 409 for a version
        that is not ready.
        """
        actor.must(READ)
        old = await dataset_reads.version(DatasetId(dataset_id), from_, visible_to=actor)
        new = await dataset_reads.version(DatasetId(dataset_id), to, visible_to=actor)
        return answered(await compare_versions(old, new, window))
