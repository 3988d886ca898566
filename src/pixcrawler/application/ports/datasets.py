"""Datasets, their versions and exports by id. All methods belong to the unit of work that hands them out."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.application.ports.repositories import Repository
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.version import DatasetVersion, Export
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.ids import CrawlJobId, DatasetId, DatasetVersionId, ExportId, ImageId
from pixcrawler.domain.shared.validation import Validation


class Datasets(Repository[Dataset, DatasetId], Protocol):
    """``delete`` takes its versions and exports along, and their open tasks."""

    async def of_job(self, job: CrawlJobId) -> Dataset | None:
        """The oldest dataset that is of this job alone: its own, whatever else people make of it."""
        ...

    async def use(self, job: CrawlJobId) -> bool:
        """Whether any dataset is made from this job, alone or with others, or was: a version that is there
        still needs one of its pictures."""
        ...


class Description(msgspec.Struct, frozen=True, gc=False):
    """Of an accepted image, what selections ask for beside what ``AcceptedImage`` tells. ``rank`` is its best
    in the results in which it stands; ``reviewed``: somebody said anything of it."""

    rank: int
    source: str
    license: str
    format: str
    bytes: int
    validation: Validation
    scores: Scores | None
    review: str | None
    reviewed: bool
    retrieved_at: datetime


class DatasetVersions(Repository[DatasetVersion, DatasetVersionId], Protocol):
    def accepted(self, jobs: Sequence[CrawlJobId]) -> AsyncIterator[Sequence[AcceptedImage]]:
        """The accepted images of these jobs, sorted by (label, SHA-256, job), in pages. A picture that
        several jobs found comes as often."""
        ...

    async def described(self, images: Sequence[ImageId]) -> dict[ImageId, Description]:
        """Of some thousand at most; not of those that are accepted no longer."""
        ...

    async def manifest_rows(self, images: Sequence[ImageId]) -> list[ManifestRow]:
        """Of some thousand at most, in this order, ungrouped; not of those that are accepted no longer."""
        ...

    async def need(self, version: DatasetVersionId, images: Sequence[ImageId]) -> None:
        """From this commit on the version needs the objects of these images, so nobody removes them."""
        ...

    async def need_nothing(self, version: DatasetVersionId) -> None: ...

    async def waiting(self, job: CrawlJobId) -> list[DatasetVersionId]:
        """Pending versions of datasets that are made from this job, and from none that is still being
        labelled, oldest first."""
        ...

    async def newest(self, dataset: DatasetId) -> DatasetVersion | None: ...

    async def numbered(self, dataset: DatasetId, number: int) -> DatasetVersion:
        """Raises DatasetVersionNotFound."""
        ...

    async def ready_before(self, version: DatasetVersion) -> DatasetVersion | None:
        """The newest ready version of the same dataset with a smaller number."""
        ...


class Exports(Repository[Export, ExportId], Protocol):
    """``delete`` takes their open tasks along."""

    async def with_objects(self, keys: Sequence[str]) -> list[ExportId]:
        """Those of a version that needs one of these objects, which lie in a store or are being written."""
        ...
