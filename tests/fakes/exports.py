"""Exports into a folder of the test's own, without database or task."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from pixcrawler.adapters.archives.folder import FolderTarget
from pixcrawler.adapters.archives.targets import ChosenTargets
from pixcrawler.adapters.storage.workspace import LocalWorkspace
from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.converter import Converter
from pixcrawler.application.ports.exporter import Exporter, ExportOptions, ExportSummary
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.target import OpenTarget
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import ExportPlan
from pixcrawler.domain.shared.ids import ExportId, UserId


def silent(done: int, total: int) -> None:
    """Nobody watches."""


@asynccontextmanager
async def folder_target(into: Path, store: ObjectStore) -> AsyncIterator[FolderTarget]:
    async with LocalWorkspace([into]).building(into) as part:
        yield FolderTarget(part, store)


async def exported(
    exporter: Exporter,
    manifest: Manifest,
    options: ExportOptions,
    store: ObjectStore,
    into: Path,
    *,
    converter: Converter | None = None,
    progress: Callable[[int, int], None] = silent,
) -> ExportSummary:
    """Written into the folder, which then has nothing else."""
    async with folder_target(into, store) as target:
        pictures = StoredPictures(store, conversion=options.conversion, converter=converter)
        async with pictures:
            summary = await exporter.write(manifest, options, pictures, target, progress=progress)
        await target.publish(unless_lost=_not_lost)
    return summary


async def _not_lost() -> None:
    """Nobody else works on it."""


@asynccontextmanager
async def archive_target(archive: Archive, store: ObjectStore, room: Path) -> AsyncIterator[OpenTarget]:
    """An archive in the store, with this folder for what is on disk meanwhile."""
    targets = ChosenTargets(
        store=store, workspace=LocalWorkspace([]), rooms=LocalWorkspace([room]), room=room
    )
    plan = ExportPlan(splits=SplitPlan({"train": 1.0}), archive=archive)
    export, owner = ExportId(Uuid7()()), UserId(Uuid7()())
    async with targets.opened(export, plan, owner=owner, name="test-set-v3") as target:
        yield target
