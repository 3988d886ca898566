"""What every export format must do."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.exporter import Exporter, ExportOptions
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.errors import CannotConvert, ExportMismatch
from pixcrawler.domain.datasets.manifest import digest
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.shared.errors import StorageFull
from tests.fakes import manifests
from tests.fakes.converter import StampingConverter
from tests.fakes.exports import archive_target, exported, folder_target, silent
from tests.fakes.object_store import MemoryObjectStore

STORES: dict[str, Callable[[Path], ObjectStore]] = {
    "memory": lambda _: MemoryObjectStore(),
    "local": LocalObjectStore,
}
OPTIONS = ExportOptions(name="Test set", splits=parse_split("80/10/10", seed=7))
ROWS = manifests.rows({"cat": 10, "dog": 10})


# Every format with one store, and one of each kind with the other.
CASES = [*((name, "memory") for name in FORMATS), ("imagefolder", "local"), ("webdataset", "local")]


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[str, str]:
    found: tuple[str, str] = request.param
    return found


@pytest.fixture
def store(case: tuple[str, str], tmp_path: Path) -> ObjectStore:
    return STORES[case[1]](tmp_path / "store")


@pytest.fixture
def exporter(case: tuple[str, str]) -> Exporter:
    return FORMATS[case[0]]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "out"


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_it_is_registered_under_its_own_id() -> None:
    assert {name: exporter.id for name, exporter in FORMATS.items()} == {name: name for name in FORMATS}


async def test_it_counts_what_it_wrote(exporter: Exporter, store: ObjectStore, into: Path) -> None:
    await manifests.stored(ROWS, store)
    summary = await exported(exporter, manifests.manifest(ROWS), OPTIONS, store, into)
    assert summary.images == 20
    assert summary.counts == {
        "train": {"cat": 8, "dog": 8},
        "val": {"cat": 1, "dog": 1},
        "test": {"cat": 1, "dog": 1},
    }
    assert summary.bytes == bytes_in(into)


async def test_the_same_manifest_gives_the_same_bytes(
    exporter: Exporter, store: ObjectStore, into: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    await manifests.stored(ROWS, store)
    await exported(exporter, manifests.manifest(ROWS), OPTIONS, store, into)
    await exported(exporter, manifests.manifest(list(reversed(ROWS))), OPTIONS, store, again)
    assert contents(into) == contents(again)


async def test_progress_goes_up_to_all(exporter: Exporter, store: ObjectStore, into: Path) -> None:
    told: list[tuple[int, int]] = []
    await manifests.stored(ROWS, store)

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    await exported(exporter, manifests.manifest(ROWS), OPTIONS, store, into, progress=progress)
    assert told[-1] == (20, 20)
    assert told == sorted(told)


async def test_an_empty_dataset_is_written_too(exporter: Exporter, store: ObjectStore, into: Path) -> None:
    summary = await exported(exporter, manifests.manifest([], classes=("cat",)), OPTIONS, store, into)
    assert (summary.images, summary.counts) == (0, {})
    assert contents(into)


async def test_an_image_that_the_store_lost_is_reported(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    await store.delete(ROWS[3].key)
    with pytest.raises(ExportMismatch, match=f"{ROWS[3].id}.* no longer in the store"):
        await exported(exporter, manifests.manifest(ROWS), OPTIONS, store, into)


async def test_an_image_of_another_size_than_its_row_says_is_reported(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    await store.put(ROWS[3].key, b"cut off")
    with pytest.raises(ExportMismatch, match=f"{ROWS[3].id}.* 7 bytes"):
        await exported(exporter, manifests.manifest(ROWS), OPTIONS, store, into)


async def test_a_file_that_comes_from_elsewhere_is_reported(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    async with folder_target(into, store) as target, StoredPictures(store) as pictures:
        await target.add("notes.txt", b"mine")
        with pytest.raises(ExportMismatch, match=r"notes\.txt"):
            await exporter.write(manifests.manifest(ROWS), OPTIONS, pictures, target, progress=silent)


async def test_converted_pictures_are_told_of_as_they_are(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    options = msgspec.structs.replace(OPTIONS, conversion=Conversion(format=PictureFormat.WEBP))
    summary = await exported(
        exporter, manifests.manifest(ROWS), options, store, into, converter=StampingConverter()
    )
    told = [msgspec.json.decode(line) for line in (into / "manifest.jsonl").read_bytes().splitlines()]
    assert {row["original_sha256"] for row in told} == {row.sha256 for row in ROWS}
    assert {(row["format"], row["width"], row["height"]) for row in told} == {("webp", 8, 6)}
    assert not {row["sha256"] for row in told} & {row.sha256 for row in ROWS}
    assert (summary.images, summary.bytes) == (20, bytes_in(into))
    version = digest(manifests.manifest(ROWS).rows)
    assert f"Manifest digest: `{version}`" in (into / "README.md").read_text()
    assert f"manifest {version}" in msgspec.json.decode((into / "croissant.json").read_bytes())["citeAs"]
    assert msgspec.json.decode((into / "stats.json").read_bytes())["digest"] == version


async def test_a_picture_that_cannot_be_converted_is_named(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    options = msgspec.structs.replace(OPTIONS, conversion=Conversion(max_side=64))
    converter = StampingConverter(manifests.picture(3))
    with pytest.raises(CannotConvert, match=f"{ROWS[3].id}.*not a picture"):
        await exported(exporter, manifests.manifest(ROWS), options, store, into, converter=converter)
    assert list(into.iterdir()) == []


async def test_every_file_is_in_the_checksums(exporter: Exporter, store: ObjectStore, into: Path) -> None:
    await manifests.stored(ROWS, store)
    await exported(exporter, manifests.manifest(ROWS), OPTIONS, store, into)
    listed = (line.split("  ", 1) for line in (into / "SHA256SUMS").read_text().splitlines())
    found = contents(into)
    del found["SHA256SUMS"]
    assert {name: digest for digest, name in listed} == found


class FullStore(MemoryObjectStore):
    """A store that finds no room after the fifth picture was asked for."""

    asked = 0

    async def place(self, *wanted: tuple[str, str | Path]) -> None:
        self._ask(len(wanted))
        await super().place(*wanted)

    async def read(self, keys: Sequence[str]) -> list[bytes]:
        self._ask(len(keys))
        return await super().read(keys)

    def _ask(self, count: int) -> None:
        self.asked += count
        if self.asked > 5:
            raise StorageFull("The disk is full; make room and try again.")


async def test_a_full_disk_is_told_as_such(exporter: Exporter, into: Path) -> None:
    store = FullStore()
    await manifests.stored(ROWS, store)
    with pytest.raises(StorageFull):
        await exported(exporter, manifests.manifest(ROWS), OPTIONS, store, into)
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("archive", Archive)
@pytest.mark.parametrize("damage", [None, b"cut off"], ids=["lost", "cut"])
@pytest.mark.parametrize("name", ["imagefolder", "webdataset"])
async def test_in_an_archive_too_a_damaged_picture_is_reported_and_nothing_is_left(
    name: str, archive: Archive, damage: bytes | None, tmp_path: Path
) -> None:
    store, room = MemoryObjectStore(), tmp_path / "room"
    await manifests.stored(ROWS, store)
    await store.delete(ROWS[3].key)
    if damage is not None:
        await store.put(ROWS[3].key, damage)
    with pytest.raises(ExportMismatch, match=ROWS[3].id):
        async with archive_target(archive, store, room) as target, StoredPictures(store) as pictures:
            await FORMATS[name].write(manifests.manifest(ROWS), OPTIONS, pictures, target, progress=silent)
    assert [one.key async for one in store.keys("") if "/exports/" in one.key] == []
    assert list(room.iterdir()) == []
