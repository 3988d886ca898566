"""What every export format must do."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import Exporter, ExportOptions
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.shared.errors import StorageFull
from tests.fakes import manifests
from tests.fakes.object_store import MemoryObjectStore

STORES: dict[str, Callable[[Path], ObjectStore]] = {
    "memory": lambda _: MemoryObjectStore(),
    "local": LocalObjectStore,
}
OPTIONS = ExportOptions(name="Test set", splits=parse_split("80/10/10", seed=7))
ROWS = manifests.rows({"cat": 10, "dog": 10})


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    return STORES[request.param](tmp_path / "store")


@pytest.fixture(params=FORMATS)
def exporter(request: pytest.FixtureRequest, store: ObjectStore) -> Exporter:
    return FORMATS[request.param](store)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def silent(done: int, total: int) -> None:
    """Nobody watches."""


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def contents(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


async def test_it_is_registered_under_its_own_id(store: ObjectStore) -> None:
    assert {name: make(store).id for name, make in FORMATS.items()} == {name: name for name in FORMATS}


async def test_it_counts_what_it_wrote(exporter: Exporter, store: ObjectStore, into: Path) -> None:
    await manifests.stored(ROWS, store)
    summary = await exporter.write(manifests.manifest(ROWS), OPTIONS, into, progress=silent)
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
    again.mkdir()
    await manifests.stored(ROWS, store)
    await exporter.write(manifests.manifest(ROWS), OPTIONS, into, progress=silent)
    await exporter.write(manifests.manifest(list(reversed(ROWS))), OPTIONS, again, progress=silent)
    assert contents(into) == contents(again)


async def test_progress_goes_up_to_all(exporter: Exporter, store: ObjectStore, into: Path) -> None:
    told: list[tuple[int, int]] = []
    await manifests.stored(ROWS, store)
    await exporter.write(
        manifests.manifest(ROWS), OPTIONS, into, progress=lambda done, total: told.append((done, total))
    )
    assert told[-1] == (20, 20)
    assert told == sorted(told)


async def test_an_empty_dataset_is_written_too(exporter: Exporter, into: Path) -> None:
    summary = await exporter.write(manifests.manifest([], classes=("cat",)), OPTIONS, into, progress=silent)
    assert (summary.images, summary.counts) == (0, {})
    assert contents(into)


async def test_an_image_that_the_store_lost_is_reported(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    await store.delete(ROWS[3].key)
    with pytest.raises(ExportMismatch, match=f"{ROWS[3].id}.* no longer in the store"):
        await exporter.write(manifests.manifest(ROWS), OPTIONS, into, progress=silent)


async def test_an_image_of_another_size_than_its_row_says_is_reported(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    await store.put(ROWS[3].key, b"cut off")
    with pytest.raises(ExportMismatch, match=f"{ROWS[3].id}.*7 bytes on disk"):
        await exporter.write(manifests.manifest(ROWS), OPTIONS, into, progress=silent)


async def test_a_file_that_was_there_before_is_reported(
    exporter: Exporter, store: ObjectStore, into: Path
) -> None:
    await manifests.stored(ROWS, store)
    (into / "notes.txt").write_text("mine")
    with pytest.raises(ExportMismatch, match=r"notes\.txt"):
        await exporter.write(manifests.manifest(ROWS), OPTIONS, into, progress=silent)


class FullStore(MemoryObjectStore):
    """A store whose copies find no room after the fifth."""

    placed = 0

    async def place(self, *wanted: tuple[str, Path]) -> None:
        self.placed += len(wanted)
        if self.placed > 5:
            raise StorageFull("The disk is full; make room and try again.")
        await super().place(*wanted)


@pytest.mark.parametrize("name", FORMATS)
async def test_a_full_disk_is_told_as_such(name: str, into: Path) -> None:
    store = FullStore()
    await manifests.stored(ROWS, store)
    with pytest.raises(StorageFull):
        await FORMATS[name](store).write(manifests.manifest(ROWS), OPTIONS, into, progress=silent)
