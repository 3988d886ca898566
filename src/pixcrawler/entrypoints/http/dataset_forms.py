"""What is sent to ``/datasets`` and ``/exports``."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.datasets.change_dataset import DatasetChange
from pixcrawler.application.datasets.create_dataset import NewDataset
from pixcrawler.application.ports.exporter import LARGEST_SHARD, SMALLEST_SHARD
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import LARGEST_SIDE, SMALLEST_SIDE, Conversion, PictureFormat
from pixcrawler.domain.datasets.dataset import MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH
from pixcrawler.domain.datasets.dividing import MOST_PARTS, Division
from pixcrawler.domain.datasets.errors import InvalidSplit
from pixcrawler.domain.datasets.selection import MOST_STEPS, Ratio, Seed, Selection, Step
from pixcrawler.domain.datasets.splits import ROUNDING, SplitPlan
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.ids import DatasetId, ProjectId
from pixcrawler.entrypoints.http.job_fields import NO_NUL, ONE_LINE, Version
from pixcrawler.entrypoints.http.job_forms import sent

MOST_MERGED = 20
LONGEST_CHANGELOG = 10_000
USUAL_SPLIT = {"train": 0.8, "val": 0.1, "test": 0.1}

Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME_LENGTH, pattern=ONE_LINE)]
Description = Annotated[str, Meta(max_length=MAX_DESCRIPTION_LENGTH, pattern=NO_NUL)]
Changelog = Annotated[str, Meta(max_length=LONGEST_CHANGELOG, pattern=NO_NUL)]
Label = Annotated[str, Meta(max_length=500, pattern=NO_NUL)]
Labels = Annotated[tuple[Label, ...], Meta(min_length=1, max_length=10_000)]


class CreateDatasetForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that `selection` selects, and what the `datasets` select at this moment, each picture once; then
    the `steps`, one after another. One dataset and steps make a filter, several datasets a merge. All crawl
    jobs are of the project."""

    project_id: UUID
    name: Name
    description: Description = ""
    selection: Selection | None = None
    datasets: Annotated[tuple[UUID, ...], Meta(max_length=MOST_MERGED)] = ()
    steps: Annotated[tuple[Step, ...], Meta(max_length=MOST_STEPS)] = ()

    @property
    def command(self) -> NewDataset:
        return NewDataset(
            project_id=ProjectId(self.project_id),
            name=self.name,
            description=self.description,
            selections=() if self.selection is None else (self.selection,),
            datasets=tuple(DatasetId(one) for one in dict.fromkeys(self.datasets)),
            steps=self.steps,
        )


class ChangeDatasetForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different. With `version`, it is refused when the dataset has moved on from it."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    selection: Selection | UnsetType = UNSET
    version: Version | UnsetType = UNSET

    @property
    def command(self) -> DatasetChange:
        return DatasetChange(
            name=sent(self.name),
            description=sent(self.description),
            selection=sent(self.selection),
            version=sent(self.version),
        )


class BuildForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An empty `changelog` is written from what changed since the version before."""

    changelog: Changelog = ""


class SplitForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `ratios` or `labels`, by the names of the new datasets. Ratios add up to 1; they divide each
    class, and pictures that are alike stay together. No two parts have a label in common."""

    ratios: Annotated[dict[Name, Ratio], Meta(min_length=2, max_length=MOST_PARTS)] | None = None
    labels: Annotated[dict[Name, Labels], Meta(min_length=2, max_length=MOST_PARTS)] | None = None
    seed: Seed = 0

    @property
    def division(self) -> Division:
        return Division(ratios=self.ratios, labels=self.labels, seed=self.seed)


EITHER = Meta(
    extra_json_schema={
        "oneOf": [
            {
                "required": ["ratios"],
                "properties": {"ratios": {"type": "object"}, "labels": {"type": "null"}},
            },
            {
                "required": ["labels"],
                "properties": {"labels": {"type": "object"}, "ratios": {"type": "null"}},
            },
        ]
    }
)
"""For the document: what ``SplitForm.division`` asks for and no single field can say."""


class SplitsForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which share of each class goes where; they add up to 1. Who names one names all: what is 0 or left out
    has no such part. Where none is named they are 0.8, 0.1 and 0.1."""

    train: Annotated[float, Meta(gt=0, le=1)] | UnsetType = UNSET
    val: Annotated[float, Meta(ge=0, lt=1)] | UnsetType = UNSET
    test: Annotated[float, Meta(ge=0, lt=1)] | UnsetType = UNSET
    seed: Seed = 0

    @property
    def plan(self) -> SplitPlan:
        """Raises InvalidSplit."""
        asked = {"train": self.train, "val": self.val, "test": self.test}
        named = {name: ratio for name, ratio in asked.items() if ratio is not UNSET}
        ratios = named or USUAL_SPLIT
        total = sum(ratios.values())
        if abs(total - 1) > ROUNDING:
            raise InvalidSplit(f"train, val and test add up to {total:g} instead of 1.", field="splits")
        return SplitPlan({name: ratio for name, ratio in ratios.items() if ratio}, self.seed)


class ConversionForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done to pictures. `max_side` in pixels makes them smaller, never larger."""

    format: PictureFormat | None = None
    quality: Annotated[int, Meta(ge=1, le=100)] | None = None
    max_side: Annotated[int, Meta(ge=SMALLEST_SIDE, le=LARGEST_SIDE)] | None = None
    strip_metadata: bool = False

    @property
    def conversion(self) -> Conversion:
        return Conversion(
            format=self.format,
            quality=self.quality,
            max_side=self.max_side,
            strip_metadata=self.strip_metadata,
        )


class CreateExportForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A `version` of null is the newest that is ready. `shard_size` is bytes of pictures in a shard, about,
    of formats that have shards."""

    dataset_id: UUID
    format: Annotated[str, Meta(min_length=1, max_length=50)]
    version: Version | None = None
    archive: Archive = Archive.ZIP
    splits: SplitsForm = SplitsForm()
    conversion: ConversionForm | None = None
    shard_size: Annotated[int, Meta(ge=SMALLEST_SHARD, le=LARGEST_SHARD)] | None = None

    @property
    def plan(self) -> ExportPlan:
        return ExportPlan(
            splits=self.splits.plan,
            archive=self.archive,
            conversion=None if self.conversion is None else self.conversion.conversion,
            shard_size=self.shard_size,
        )
