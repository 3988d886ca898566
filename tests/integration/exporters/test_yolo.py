"""What stands in a yolo export, and what never gets into one."""

import json
from pathlib import Path
from typing import Any

import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.errors import CannotConvert
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.converter import StampingConverter
from tests.fakes.exports import exported
from tests.fakes.object_store import MemoryObjectStore


async def export(
    rows: list[ManifestRow], into: Path, split: str = "50/50", conversion: Conversion | None = None
) -> ExportSummary:
    store = MemoryObjectStore()
    await manifests.stored(rows, store)
    options = ExportOptions(name="Animals", splits=parse_split(split), conversion=conversion)
    manifest = manifests.manifest(rows)
    return await exported(FORMATS["yolo"], manifest, options, store, into, converter=StampingConverter())


def rows_as(*formats: str, **changes: Any) -> list[ManifestRow]:
    return [manifests.row(number, "cat", format=one, **changes) for number, one in enumerate(formats)]


async def test_split_folders_hold_nothing_but_pictures_in_folders_of_classes(tmp_path: Path) -> None:
    await export(manifests.rows({"cat": 4, "dog": 4}), tmp_path / "out")
    found = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    deep = [path for path in found if len(path.parts) > 1]
    assert len(deep) == 8
    assert {path.parts[:-1] for path in deep} == {
        (split, name) for split in ("train", "val") for name in ("cat", "dog")
    }


async def test_pictures_that_a_reader_would_skip_are_refused_with_their_number_and_a_remedy(
    tmp_path: Path,
) -> None:
    rows = rows_as("png", "gif", "gif", "avif")
    with pytest.raises(CannotConvert, match=r"skip 1 AVIF and 2 GIF pictures .*\(--convert jpeg\)"):
        await export(rows, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


async def test_converted_they_may_come(tmp_path: Path) -> None:
    rows = rows_as("png", "gif", "avif")
    summary = await export(rows, tmp_path / "out", conversion=Conversion(format=PictureFormat.JPEG))
    assert summary.images == 3


async def test_conversion_into_what_a_reader_skips_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotConvert, match="skip 2 AVIF pictures"):
        await export(
            rows_as("png", "jpg"), tmp_path / "out", conversion=Conversion(format=PictureFormat.AVIF)
        )


async def test_pictures_that_ultralytics_takes_for_broken_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotConvert, match=r"2 pictures with a side of less than 10 pixels.*10x10"):
        await export(rows_as("png", "png", height=9), tmp_path / "out")


async def test_pictures_that_conversion_makes_too_narrow_are_refused(tmp_path: Path) -> None:
    rows = rows_as("png", width=1000, height=100)
    with pytest.raises(CannotConvert, match="1 pictures with a side"):
        await export(rows, tmp_path / "out", conversion=Conversion(max_side=64))


async def test_classes_are_numbered_as_readers_number_them(tmp_path: Path) -> None:
    await export(manifests.rows({"train": 2, "zebra": 2, "Ant": 2, "": 2}), tmp_path / "out")
    classes = json.loads((tmp_path / "out" / "classes.json").read_text())
    folders = sorted(path.name for path in (tmp_path / "out" / "train").iterdir())
    assert [one["folder"] for one in classes] == folders == ["Ant", "_unlabeled", "cls=train", "zebra"]
    assert [one["label"] for one in classes] == ["Ant", "", "train", "zebra"]
    assert classes[3] == {"id": 3, "folder": "zebra", "label": "zebra", "images": {"train": 1, "val": 1}}


@pytest.mark.parametrize(
    ("split", "said"),
    [
        ("100", "no `val` and no `test`; Ultralytics does not train"),
        ("train=0.5,test=0.5", "no `val`: Ultralytics validates on `test`"),
        ("50/50", "`val` has no image of “ant”"),
    ],
)
async def test_the_card_says_what_ultralytics_will_miss(tmp_path: Path, split: str, said: str) -> None:
    await export(manifests.rows({"ant": 1, "bee": 4}), tmp_path / "out", split)
    assert said in (tmp_path / "out" / "README.md").read_text()


async def test_a_card_does_not_list_every_missing_class(tmp_path: Path) -> None:
    counts = {f"c{number:03}": 1 for number in range(40)} | {"many": 4}
    await export(manifests.rows(counts), tmp_path / "out")
    assert "“c009” and 30 more" in (tmp_path / "out" / "README.md").read_text()
