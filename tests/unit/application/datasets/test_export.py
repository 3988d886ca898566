"""Writing a dataset version into a folder."""

import asyncio
import hashlib
from pathlib import Path

import msgspec
import pytest

from pixcrawler.application.ports.exporter import SHARD_SIZE
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.errors import (
    BrokenManifest,
    DatasetVersionNotFound,
    ExportMismatch,
    ExportNotFound,
    InvalidShardSize,
    UnknownFormat,
    VersionNotReady,
)
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import BuildStatus, ExportPlan
from pixcrawler.domain.shared.errors import Forbidden, LeaseLost, StorageFull, Unavailable
from pixcrawler.domain.shared.ids import DatasetVersionId
from tests.unit.application.datasets.stage import EXPORT, REPORT, Datasets

PLAN = ExportPlan(splits=SplitPlan({"train": 1.0}))


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    return Datasets(tmp_path / "out")


async def test_a_request_is_pending_in_the_lane_that_was_asked_for(datasets: Datasets) -> None:
    export = datasets.export(await datasets.asked(datasets.out))
    assert (export.status, export.format) == (BuildStatus.PENDING, "list")
    (task,) = datasets.crawl.database.tasks(name=EXPORT)
    assert (task.lane, task.subject_id) == ("local:9", export.id)


async def test_an_unknown_format_is_refused_and_the_known_ones_named(datasets: Datasets) -> None:
    version_id = await datasets.built()
    with pytest.raises(UnknownFormat, match="there is list"):
        await datasets.request_export(version_id, "nothing", PLAN, by=datasets.crawl.owner, lane="x")


async def test_a_strangers_version_is_not_there(datasets: Datasets) -> None:
    version_id = await datasets.built()
    for key in (version_id, DatasetVersionId(datasets.crawl.new_id())):
        with pytest.raises(DatasetVersionNotFound):
            await datasets.request_export(key, "list", PLAN, by=datasets.crawl.stranger, lane="x")


async def test_an_export_is_written_and_asks_for_its_page(datasets: Datasets) -> None:
    export_id = await datasets.asked(datasets.out)
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    export = datasets.export(export_id)
    assert (export.status, export.images, export.counts) == (BuildStatus.READY, 3, {"train": {"cat": 3}})
    assert len((datasets.out / "list.txt").read_text().splitlines()) == 3
    assert lease.closed
    assert len(datasets.crawl.database.tasks(name=REPORT)) == 1


async def test_what_could_not_be_written_whole_is_not_there(datasets: Datasets) -> None:
    await datasets.asked(datasets.out)
    datasets.exporter.error = ExportMismatch("It is not what the manifest says.")
    payload, lease = datasets.claimed(EXPORT)
    with pytest.raises(ExportMismatch):
        await datasets.write_export(payload, lease=lease)
    assert list(datasets.out.iterdir()) == []
    assert not lease.closed


async def test_a_folder_that_nobody_allowed_is_refused(datasets: Datasets, tmp_path: Path) -> None:
    await datasets.asked(tmp_path / "elsewhere")
    payload, lease = datasets.claimed(EXPORT)
    with pytest.raises(Forbidden):
        await datasets.write_export(payload, lease=lease)
    assert not (tmp_path / "elsewhere").exists()


async def test_without_a_folder_it_is_one_object_that_the_row_names(datasets: Datasets) -> None:
    export_id = await datasets.asked(None)
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    export = datasets.export(export_id)
    whole = await datasets.crawl.store.get(export.key or "")
    assert export.plan.archive is Archive.ZIP
    assert whole.startswith(b"cats-v1/list.txt")
    assert (export.digest, export.bytes) == (hashlib.sha256(whole).hexdigest(), len(whole))


async def test_a_second_attempt_has_an_object_of_its_own(datasets: Datasets) -> None:
    export_id = await datasets.asked(None)
    payload, lease = datasets.claimed(EXPORT)
    datasets.exporter.error = Unavailable("The store is away.")
    with pytest.raises(Unavailable):
        await datasets.write_export(payload, lease=lease)
    datasets.exporter.error = None
    await datasets.write_export(payload, lease=lease)
    assert (datasets.export(export_id).key or "").endswith("/2.zip")
    assert [key for key in await datasets.keys() if "/exports/" in key] == [datasets.export(export_id).key]


async def test_while_it_is_written_it_is_building(datasets: Datasets) -> None:
    export_id = await datasets.asked(None)
    payload, lease = datasets.claimed(EXPORT)
    datasets.exporter.asleep = awake = asyncio.Event()
    writing = asyncio.create_task(datasets.write_export(payload, lease=lease))
    await datasets.exporter.begun.wait()
    assert datasets.export(export_id).status is BuildStatus.BUILDING
    awake.set()
    await writing
    assert datasets.export(export_id).status is BuildStatus.READY


async def test_options_reach_the_format(datasets: Datasets) -> None:
    conversion = Conversion(format=PictureFormat.WEBP, quality=80)
    await datasets.asked(None, conversion=conversion, archive=Archive.TAR)
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    (options,), (pictures,) = datasets.exporter.options, datasets.exporter.pictures
    assert (options.name, options.conversion, options.shard_size) == ("Cats", conversion, SHARD_SIZE)
    assert pictures.converted


async def test_a_version_that_is_not_ready_cannot_be_exported(datasets: Datasets) -> None:
    version_id = await datasets.request_build(await datasets.crawled(), by=datasets.crawl.owner)
    with pytest.raises(VersionNotReady, match="Version 1 of this dataset is pending"):
        await datasets.request_export(version_id, "list", PLAN, by=datasets.crawl.owner, lane="x")


@pytest.mark.parametrize(
    ("sharded", "size", "sentence"),
    [
        (False, 10_000_000, "The format list has no shards"),
        (True, 1, "The shard size is 1 bytes; it is 1,048,576 to"),
        (True, 2**40, "it is 1,048,576 to 68,719,476,736"),
    ],
)
async def test_a_shard_size_must_be_possible(
    datasets: Datasets, sharded: bool, size: int, sentence: str
) -> None:
    version_id = await datasets.built()
    datasets.exporter.sharded = sharded
    plan = msgspec.structs.replace(PLAN, shard_size=size)
    with pytest.raises(InvalidShardSize, match=sentence):
        await datasets.request_export(version_id, "list", plan, by=datasets.crawl.owner, lane="x")


async def test_a_deleted_export_takes_its_object_along(datasets: Datasets) -> None:
    export_id = await datasets.asked(None)
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    with pytest.raises(ExportNotFound):
        await datasets.delete_export(export_id, by=datasets.crawl.stranger)
    await datasets.delete_export(export_id, by=datasets.crawl.owner)
    assert not [key for key in await datasets.keys() if "/exports/" in key]
    with pytest.raises(ExportNotFound):
        await datasets.delete_export(export_id, by=datasets.crawl.owner)


async def test_whoever_writes_a_deleted_export_publishes_nothing(datasets: Datasets) -> None:
    export_id = await datasets.asked(None)
    payload, lease = datasets.claimed(EXPORT)
    datasets.exporter.asleep = awake = asyncio.Event()
    writing = asyncio.create_task(datasets.write_export(payload, lease=lease))
    await datasets.exporter.begun.wait()
    await datasets.delete_export(export_id, by=datasets.crawl.owner)
    awake.set()
    with pytest.raises(LeaseLost):
        await writing
    assert not [key for key in await datasets.keys() if "/exports/" in key]


async def test_who_lost_the_lease_marks_nothing_ready(datasets: Datasets) -> None:
    export_id = await datasets.asked(datasets.out)
    payload, stale = datasets.claimed(EXPORT)
    datasets.crawl.database.claim(datasets.crawl.task(stale))
    with pytest.raises(LeaseLost):
        await datasets.write_export(payload, lease=stale)
    assert datasets.export(export_id).status is not BuildStatus.READY


async def test_a_manifest_that_somebody_changed_is_not_exported(datasets: Datasets) -> None:
    export_id = await datasets.asked(datasets.out)
    key = datasets.version(datasets.export(export_id).version_id).manifest_key or ""
    kept = await datasets.crawl.store.get(key)
    await datasets.crawl.store.delete(key)
    await datasets.crawl.store.put(key, kept.replace(b'"cat"', b'"dog"'))
    payload, lease = datasets.claimed(EXPORT)
    with pytest.raises(BrokenManifest):
        await datasets.write_export(payload, lease=lease)
    assert not list(datasets.out.glob("*"))


async def test_who_wakes_up_after_its_heir_leaves_the_folder_as_the_heir_left_it(datasets: Datasets) -> None:
    await datasets.asked(datasets.out)
    payload, stale = datasets.claimed(EXPORT)
    datasets.exporter.asleep = awake = asyncio.Event()
    frozen = asyncio.create_task(datasets.write_export(payload, lease=stale))
    await datasets.exporter.begun.wait()
    (part,) = datasets.out.glob(".pixcrawler-part-*/files")
    datasets.exporter.asleep = None
    await datasets.write_export(payload, lease=datasets.crawl.database.claim(datasets.crawl.task(stale)))
    assert part.is_dir()
    (datasets.out / "list.txt").write_text("of the heir")
    awake.set()
    with pytest.raises(LeaseLost):
        await frozen
    assert [path.name for path in datasets.out.iterdir()] == ["list.txt"]
    assert (datasets.out / "list.txt").read_text() == "of the heir"


async def test_an_export_that_cannot_be_written_says_why(datasets: Datasets) -> None:
    export_id = await datasets.asked(datasets.out)
    payload, lease = datasets.claimed(EXPORT)
    await datasets.fail_export(payload, lease=lease, error=StorageFull("The disk is full."))
    export = datasets.export(export_id)
    assert (export.status, export.failure_code) == (BuildStatus.FAILED, "STORAGE_FULL")
    assert export.failure == "The disk is full."
    assert lease.closed


async def test_what_was_taken_down_since_is_a_tombstone(datasets: Datasets) -> None:
    export_id = await datasets.asked(datasets.out)
    told = await datasets.take_down("a", reason="her letter")
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    assert datasets.export(export_id).counts == {"train": {"cat": 2}}
    (written,) = datasets.exporter.manifests
    (grave,) = written.tombstones
    assert (grave.sha256, grave.label, grave.reason) == (told.pictures[0], "cat", "her letter")
    assert grave.sha256 not in [row.sha256 for row in written.rows]


async def test_an_archive_with_a_picture_that_is_taken_down_is_gone_and_says_why(datasets: Datasets) -> None:
    export_id = await datasets.asked(None)
    payload, lease = datasets.claimed(EXPORT)
    await datasets.write_export(payload, lease=lease)
    await datasets.take_down("a")
    export = datasets.export(export_id)
    assert (export.status, export.failure_code, export.key) == (BuildStatus.FAILED, "TAKEN_DOWN", None)
    assert not [key for key in await datasets.keys() if "/exports/" in key]


async def test_an_archive_that_is_being_written_is_written_again_without_it(datasets: Datasets) -> None:
    export_id = await datasets.asked(None)
    payload, lease = datasets.claimed(EXPORT)
    datasets.exporter.asleep = awake = asyncio.Event()
    writing = asyncio.create_task(datasets.write_export(payload, lease=lease))
    await datasets.exporter.begun.wait()
    await datasets.take_down("a")
    awake.set()
    with pytest.raises(ExportMismatch, match="it is written again"):
        await writing
    await datasets.write_export(payload, lease=lease)
    export = datasets.export(export_id)
    assert (export.status, export.images) == (BuildStatus.READY, 2)
