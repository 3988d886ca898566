"""What the exporters write passes the SDK's look, as a folder and as an archive; changed, it does not."""

from pathlib import Path

import msgspec
import pytest

import pixcrawler_sdk
from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.application.datasets.pictures import StoredPictures
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.manifest import digest
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler_sdk.manifest import SCHEMA
from tests.contract import archives
from tests.fakes import manifests
from tests.fakes.converter import StampingConverter
from tests.fakes.exports import exported, silent
from tests.fakes.object_store import MemoryObjectStore

OPTIONS = ExportOptions(name="Test set", splits=parse_split("80/10/10", seed=7))
CONVERTED = ExportOptions(
    name="Test set", splits=OPTIONS.splits, conversion=Conversion(format=PictureFormat.WEBP)
)
ROWS = manifests.rows({"cat": 6, "train": 6, "../x": 1, "": 1})


@pytest.fixture
async def store() -> MemoryObjectStore:
    store = MemoryObjectStore()
    await manifests.stored(ROWS, store)
    return store


@pytest.mark.parametrize("options", [OPTIONS, CONVERTED], ids=["as found", "converted"])
@pytest.mark.parametrize("name", FORMATS)
async def test_a_folder_is_as_it_says(
    name: str, options: ExportOptions, store: MemoryObjectStore, tmp_path: Path
) -> None:
    into, manifest = tmp_path / "out", manifests.manifest(ROWS, classes=("bird",))
    summary = await exported(FORMATS[name], manifest, options, store, into, converter=StampingConverter())
    report = pixcrawler_sdk.verify(into)
    assert report.problems == ()
    assert (report.images, report.counts) == (summary.images, summary.counts)
    assert report.digest == (None if options.conversion else digest(manifest.rows))
    with pixcrawler_sdk.open_dataset(into) as dataset:
        assert dataset.stats.schema == SCHEMA
    picture = max((path for path in into.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    picture.chmod(0o644)
    picture.write_bytes(picture.read_bytes()[::-1])
    assert not pixcrawler_sdk.verify(into).ok


@pytest.mark.parametrize("name", FORMATS)
async def test_so_is_a_folder_of_several_picture_formats(name: str, tmp_path: Path) -> None:
    formats = ("jpg", "png", "webp")
    rows = [msgspec.structs.replace(row, format=formats[at % 3]) for at, row in enumerate(ROWS)]
    store = MemoryObjectStore()
    await manifests.stored(rows, store)
    await exported(FORMATS[name], manifests.manifest(rows), OPTIONS, store, tmp_path / "out")
    assert pixcrawler_sdk.verify(tmp_path / "out").problems == ()


@pytest.mark.parametrize("archive", Archive)
@pytest.mark.parametrize("name", ["imagefolder", "webdataset"])
async def test_an_archive_is_as_it_says(
    name: str, archive: Archive, store: MemoryObjectStore, tmp_path: Path
) -> None:
    async with archives.opened(store, tmp_path, archive, in_folder=True) as target:
        async with StoredPictures(store) as pictures:
            manifest = manifests.manifest(ROWS)
            summary = await FORMATS[name].write(manifest, OPTIONS, pictures, target, progress=silent)
        await target.publish(unless_lost=archives.never)
    (path,) = (tmp_path / "out").iterdir()
    report = pixcrawler_sdk.verify(path)
    assert report.problems == ()
    assert (report.kind, report.images, report.counts) == (archive, summary.images, summary.counts)
