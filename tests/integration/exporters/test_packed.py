"""Shards, opened as their readers open them."""

import hashlib
import io
import json
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
import webdataset
from PIL import Image, ImageChops

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.imaging.facts import Format
from tests.fakes import manifests
from tests.fakes.converter import StampingConverter
from tests.fakes.exports import exported
from tests.integration.exporters.hugging_face import HuggingFace

OPTIONS = ExportOptions(name="Packed", splits=parse_split("80/10/10", seed=3))
SMALL = msgspec.structs.replace(OPTIONS, shard_size=400)
ROWS = manifests.rows({"cat": 20, "dog": 20}, title="2019-05-06")
PACKED = ("webdataset", "parquet")
SPLITS = {"train": {"cat": 16, "dog": 16}, "val": {"cat": 2, "dog": 2}, "test": {"cat": 2, "dog": 2}}


async def written(
    name: str, rows: list[ManifestRow], place: Path, options: ExportOptions = OPTIONS, **how: Any
) -> Path:
    store = LocalObjectStore(place / "store")
    await manifests.stored(ROWS, store)
    await exported(FORMATS[name], manifests.manifest(rows), options, store, place / "out", **how)
    return place / "out"


async def every_format(place: Path) -> tuple[LocalObjectStore, list[ManifestRow], dict[str, bytes]]:
    """One picture in each format that is accepted, and their bytes by their id."""
    store = LocalObjectStore(place / "store")
    rows, pictures = [], {}
    for number, kind in enumerate(Format):
        data = manifests.picture(number, file_format="JPEG" if kind is Format.JPEG else kind.value)
        digest = hashlib.sha256(data).hexdigest()
        await store.put(digest, data)
        rows.append(
            manifests.row(number, "cat", sha256=digest, key=digest, format=kind.value, bytes=len(data))
        )
        pictures[digest[:16]] = data
    return store, rows, pictures


def opened(*shards: Path, decode: bool = False) -> list[dict[str, Any]]:
    """The samples as ``webdataset`` hands them out. It leaves files to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        found = webdataset.WebDataset([str(path) for path in shards], shardshuffle=False)
        return list(found.decode("pil") if decode else found)


def samples(folder: Path, split: str, picture: str = "png") -> list[tuple[Any, int, dict[str, Any]]]:
    found = opened(*sorted((folder / split).glob("*.tar")), decode=True)
    return [(one[picture], one["cls"], one["json"]) for one in found]


def tables(folder: Path) -> Iterator[pq.ParquetFile]:
    return (pq.ParquetFile(path) for path in sorted((folder / "data").iterdir()))


def told(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]


def same(one: Image.Image, data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as other:
        return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


async def test_webdataset_finds_every_picture_with_its_class_and_metadata(tmp_path: Path) -> None:
    folder = await written("webdataset", ROWS, tmp_path, SMALL)
    names = json.loads((folder / "classes.json").read_text())
    assert len(list((folder / "train").iterdir())) > 3
    for split, counts in SPLITS.items():
        found = samples(folder, split)
        assert Counter(names[number] for _, number, _ in found) == counts
        for image, number, about in found:
            row = next(row for row in ROWS if row.id == about["id"])
            assert (about["label"], about["title"], about["image_url"]) == (
                names[number],
                row.title,
                row.image_url,
            )
            assert same(image, manifests.picture(ROWS.index(row)))


@pytest.mark.long
@pytest.mark.parametrize("name", PACKED)
async def test_datasets_finds_the_same_without_the_card(
    tmp_path: Path, hugging_face: HuggingFace, name: str
) -> None:
    sparse = [msgspec.structs.replace(row, title=None, label="") for row in ROWS[:5]]
    folder = await written(name, [*sparse, *ROWS[5:]], tmp_path, SMALL)
    with_card, without = hugging_face.opened(folder), hugging_face.opened(folder, name)
    assert with_card == without
    assert sum(sum(counts.values()) for counts in without.values()) == 40


async def test_pictures_of_all_formats_are_one_column_and_decode(
    tmp_path: Path, hugging_face: HuggingFace
) -> None:
    store, rows, pictures = await every_format(tmp_path)
    options = msgspec.structs.replace(OPTIONS, splits=parse_split("100"))
    folder = tmp_path / "out"
    await exported(FORMATS["webdataset"], manifests.manifest(rows), options, store, folder)
    found = samples(folder, "train", "jpg")
    assert {about["format"] for _, _, about in found} == {kind.value for kind in Format}
    assert all(same(image, pictures[about["id"]]) for image, _, about in found)
    assert hugging_face.opened(folder) == {"train": {"cat": len(Format)}}


async def test_a_picture_of_a_format_that_readers_know_keeps_its_name(tmp_path: Path) -> None:
    options = msgspec.structs.replace(OPTIONS, conversion=Conversion(format=PictureFormat.WEBP))
    folder = await written("webdataset", ROWS, tmp_path, options, converter=StampingConverter())
    found = opened(folder / "val" / "val-000000.tar")
    assert {tuple(name for name in sample if not name.startswith("__")) for sample in found} == {
        ("webp", "cls", "json")
    }


@pytest.mark.parametrize("name", PACKED)
async def test_a_picture_under_two_labels_is_two_samples(tmp_path: Path, name: str) -> None:
    twin = msgspec.structs.replace(ROWS[0], label="dog", labels=("dog",))
    folder = await written(name, [*ROWS, twin], tmp_path)
    places = [
        (row["file_name"], row.get("key", row.get("row"))) for row in told(folder) if row["id"] == twin.id
    ]
    assert len(set(places)) == 2
    if name == "webdataset":
        found = samples(folder, places[0][0].split("/")[0])
        labels = [about["label"] for _, _, about in found if about["id"] == twin.id]
    else:
        rows = [row for table in tables(folder) for row in table.read().to_pylist()]
        labels = [row["label_name"] for row in rows if row["id"] == twin.id]
    assert sorted(labels) == ["cat", "dog"]


async def test_the_manifest_says_which_sample_and_which_row_a_picture_is(tmp_path: Path) -> None:
    shards = await written("webdataset", ROWS, tmp_path / "w", SMALL)
    for row in told(shards):
        (sample,) = [one for one in opened(shards / row["file_name"]) if one["__key__"] == row["key"]]
        assert hashlib.sha256(sample["png"]).hexdigest() == row["sha256"]
    files = await written("parquet", ROWS, tmp_path / "p", SMALL)
    opened_files = {path.name: pq.read_table(path).to_pylist() for path in (files / "data").iterdir()}
    for row in told(files):
        found = opened_files[Path(row["file_name"]).name][row["row"]]
        assert hashlib.sha256(found["image"]["bytes"]).hexdigest() == found["sha256"] == row["sha256"]
        assert found["image"]["path"] == f"{row['id']}.png"


async def test_parquet_has_every_field_with_its_type_and_null_for_what_is_not_known(tmp_path: Path) -> None:
    quality: dict[str, float | list[str]] = {"blur": 0.25, "issues": ["blurry", "too_dark"]}
    known = {"author": "Ann", "tags": ("a", "b"), "label_confidence": 0.5, "quality": quality}
    rows = [msgspec.structs.replace(ROWS[0], **known), msgspec.structs.replace(ROWS[1], label="", title=None)]
    folder = await written(
        "parquet", rows, tmp_path, msgspec.structs.replace(OPTIONS, splits=parse_split("100"))
    )
    (file,) = tables(folder)
    found = {row["id"]: row for row in file.read().to_pylist()}
    full, bare = found[rows[0].id], found[rows[1].id]
    assert (full["label"], full["label_name"], full["author"], full["tags"]) == (0, "cat", "Ann", ["a", "b"])
    assert (full["quality_blur"], full["quality_issues"]) == (0.25, ["blurry", "too_dark"])
    assert (full["title"], full["retrieved_at"]) == ("2019-05-06", rows[0].retrieved_at)
    nothing = ("label", "label_name", "title", "author", "label_confidence", "quality_blur", "quality_issues")
    assert [bare[name] for name in nothing] == [None] * len(nothing)


async def test_parquet_can_be_read_a_picture_at_a_time(tmp_path: Path) -> None:
    store = LocalObjectStore(tmp_path / "store")
    await store.put("one", bytes(1_500_000))
    rows = [
        manifests.row(
            number, "cat", key="one", bytes=1_500_000, sha256=hashlib.sha256(b"%d" % number).hexdigest()
        )
        for number in range(24)
    ]
    await exported(FORMATS["parquet"], manifests.manifest(rows), OPTIONS, store, tmp_path / "out")
    train = next(table for table in tables(tmp_path / "out") if table.metadata.num_rows > 12)
    groups = [train.metadata.row_group(number) for number in range(train.num_row_groups)]
    assert len(groups) == 4
    assert max(group.total_byte_size for group in groups) < 10_000_000
    assert all(
        group.column(number).has_offset_index for group in groups for number in range(group.num_columns)
    )
    assert groups[0].column(0).compression == "UNCOMPRESSED"


@pytest.mark.parametrize("name", PACKED)
async def test_converted_shards_hold_what_conversion_made(tmp_path: Path, name: str) -> None:
    options = msgspec.structs.replace(SMALL, conversion=Conversion(format=PictureFormat.JPEG))
    folder = await written(name, ROWS, tmp_path, options, converter=StampingConverter())
    if name == "webdataset":
        found = [(json.loads(one["json"]), one["jpg"]) for one in opened(*folder.glob("*/*.tar"))]
    else:
        rows = [row for table in tables(folder) for row in table.read().to_pylist()]
        found = [(row, row["image"]["bytes"]) for row in rows]
    assert {about["original_sha256"] for about, _ in found} == {row.sha256 for row in ROWS}
    assert all(hashlib.sha256(data).hexdigest() == about["sha256"] for about, data in found)
    assert {(about["width"], about["height"], about["format"]) for about, _ in found} == {(8, 6, "jpg")}
