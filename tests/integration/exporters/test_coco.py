"""What stands in a coco export."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.exporters.coco import Coco
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.fakes.object_store import MemoryObjectStore


async def labels_of(rows: list[ManifestRow], into: Path, split: str = "50/50") -> dict[str, dict[str, Any]]:
    """``labels.json`` of each split."""
    store = MemoryObjectStore()
    for number in range(len(rows)):
        await store.put(manifests.row(number, "").key, manifests.picture(number))
    options = ExportOptions(name="Animals", splits=parse_split(split))
    summary = await exported(FORMATS["coco"], manifests.manifest(rows), options, store, into)
    return {name: json.loads((into / name / "labels.json").read_text()) for name in summary.counts}


async def test_nobody_is_told_that_somebody_drew_the_boxes(tmp_path: Path) -> None:
    labels = (await labels_of(manifests.rows({"cat": 1}), tmp_path / "out"))["train"]
    note = "each box is its picture's outline, and nobody drew it"
    assert note in labels["info"]["note"]
    assert note in (tmp_path / "out" / "README.md").read_text()
    assert labels["annotations"] == [
        {
            "id": 1,
            "image_id": 1,
            "category_id": 1,
            "bbox": [0, 0, 12, 12],
            "area": 144,
            "iscrowd": 0,
            "segmentation": [],
        }
    ]


async def test_categories_and_licences_are_the_same_in_every_split(tmp_path: Path) -> None:
    rows = [
        *manifests.rows({"cat": 4}),
        manifests.row(4, "ant", license="CC0-1.0", license_url="https://cc.example/0"),
    ]
    labels = await labels_of(rows, tmp_path / "out")
    for one in labels.values():
        assert [(c["id"], c["name"]) for c in one["categories"]] == [(1, "ant"), (2, "cat")]
        assert one["licenses"] == [
            {"id": 1, "name": "CC0-1.0", "url": "https://cc.example/0"},
            {"id": 2, "name": "unknown", "url": ""},
        ]
    numbers = [image["id"] for one in labels.values() for image in one["images"]]
    assert sorted(numbers) == [1, 2, 3, 4, 5]


async def test_a_picture_tells_where_it_came_from_and_when(tmp_path: Path) -> None:
    rows = [
        manifests.row(0, "cat", image_url="https://live.staticflickr.com/1/2.jpg"),
        manifests.row(1, "cat", image_url="https://[broken/2.jpg"),
    ]
    images = (await labels_of(rows, tmp_path / "out", "100"))["train"]["images"]
    by_name = {image["file_name"]: image for image in images}
    flickr = by_name[f"{rows[0].id}.png"]
    assert flickr["flickr_url"] == flickr["coco_url"] == "https://live.staticflickr.com/1/2.jpg"
    assert flickr["date_captured"] == "2026-11-21 08:30:00"
    assert "flickr_url" not in by_name[f"{rows[1].id}.png"]


async def test_a_picture_has_an_annotation_for_each_label_its_class_first(tmp_path: Path) -> None:
    rows = [manifests.row(0, "dog", labels=("animal", "dog")), manifests.row(1, "", labels=())]
    labels = (await labels_of(rows, tmp_path / "out", "100"))["train"]
    names = {one["id"]: one["name"] for one in labels["categories"]}
    assert [(one["image_id"], names[one["category_id"]]) for one in labels["annotations"]] == [
        (2, "dog"),
        (2, "animal"),
    ]
    assert len(labels["images"]) == 2, "one without a label is there and has no annotation"


async def test_a_picture_under_two_labels_is_there_twice(tmp_path: Path) -> None:
    first = manifests.row(0, "cat")
    labels = (
        await labels_of(
            [first, msgspec.structs.replace(first, label="dog", labels=("dog",))], tmp_path / "out", "100"
        )
    )["train"]
    names = [image["file_name"] for image in labels["images"]]
    assert len(set(names)) == 2
    assert {path.name for path in (tmp_path / "out" / "train" / "data").iterdir()} == set(names)


class Given:
    """Reads one file."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def files(self) -> Iterator[tuple[str, int]]:
        yield "train/labels.json", len(self.content)

    def open(self, name: str) -> BinaryIO:
        del name
        return io.BytesIO(self.content)


@pytest.mark.parametrize(
    "damage",
    [
        (b"\n,{", b"\n{"),
        (b'"images":[\n', b'"images":[\n,'),
        (b'"categories":[', b'"categories":{'),
        (b'"file_name":"', b'"file_name":'),
        (b"]}\n", b""),
    ],
)
async def test_a_file_that_is_no_json_is_seen_when_it_is_read_back(
    tmp_path: Path, damage: tuple[bytes, bytes]
) -> None:
    await labels_of(manifests.rows({"cat": 3}), tmp_path / "out", "100")
    whole = (tmp_path / "out" / "train" / "labels.json").read_bytes()
    form = Coco()
    form.splits["train"] = None
    assert len(list(form.read_back(Given(whole)))) == 3
    assert damage[0] in whole
    with pytest.raises((ValueError, KeyError)):
        list(form.read_back(Given(whole.replace(*damage))))
