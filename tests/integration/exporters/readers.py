"""What opens each format, and the images per split and class that it finds there.

Real libraries where they are, and else the standard library, as whoever has none would write it.
"""

import csv
import io
import json
import tarfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import yaml
from PIL import Image
from pycocotools.coco import COCO

from pixcrawler.adapters.exporters.cells import from_exact_cell
from pixcrawler.adapters.exporters.records import from_text

Counts = dict[str, dict[str, int]]
Rows = Iterable[tuple[str, Path]]
Reader = Callable[[Path], Counts]

SPLITS = ("train", "val", "test")


def by_split(read: Callable[[Path, str], Rows]) -> Reader:
    """A reader from (folder, split) to (label, picture); every picture has to decode."""

    def counted(folder: Path) -> Counts:
        counts: Counts = {}
        for split in SPLITS:
            labels: Counter[str] = Counter()
            for label, picture in read(folder, split):
                with Image.open(picture) as image:
                    image.load()
                labels[label] += 1
            if labels:
                counts[split] = dict(labels)
        return counts

    return counted


def with_pycocotools(folder: Path, split: str) -> Rows:
    with redirect_stdout(io.StringIO()):
        coco = COCO(str(folder / split / "labels.json"))
    for number, image in coco.imgs.items():
        annotations = coco.imgToAnns[number]
        label = coco.cats[annotations[0]["category_id"]]["name"] if annotations else ""
        yield label, folder / split / "data" / image["file_name"]


def as_fiftyone(folder: Path, split: str) -> Rows:
    """The rules of FiftyOne's ``COCODetectionDatasetImporter``: ``data/`` is listed, whatever is in there;
    ``labels.json`` names its files relative to it; categories by their ids."""
    listed = {
        path.relative_to(folder / split / "data").as_posix() for path in (folder / split / "data").rglob("*")
    }
    labels = json.loads((folder / split / "labels.json").read_text())
    names = {one["id"]: one["name"] for one in labels["categories"]}
    licenses = {one["id"] for one in labels["licenses"]}
    assert {one["file_name"] for one in labels["images"]} == listed
    assert {one["license"] for one in labels["images"]} <= licenses
    first = {one["image_id"]: one["category_id"] for one in reversed(labels["annotations"])}
    for image in labels["images"]:
        number = first.get(image["id"])
        yield "" if number is None else names[number], folder / split / "data" / image["file_name"]


def with_csv(folder: Path, split: str) -> Rows:
    with (folder / f"{split}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, strict=True):
            yield from_exact_cell(row["label"]), folder / row["file_name"]


def with_pandas_csv(folder: Path, split: str) -> Rows:
    table = pd.read_csv(folder / f"{split}.csv", dtype={"label": str}, keep_default_na=False)
    for label, name in zip(table["label"], table["file_name"], strict=True):
        yield from_exact_cell(label), folder / name


def with_pandas_json(folder: Path, split: str) -> Rows:
    table = pd.read_json(folder / split / "metadata.jsonl", lines=True, dtype=False)
    for label, name in zip(table["label"], table["file_name"], strict=True):
        yield from_text(label), folder / split / name


def with_json_lines(folder: Path, split: str) -> Rows:
    with (folder / split / "metadata.jsonl").open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield from_text(record["label"]), folder / split / record["file_name"]


def label_files(suffix: str, parse: Callable[[str], dict[str, str]]) -> Callable[[Path, str], Rows]:
    def read(folder: Path, split: str) -> Iterator[tuple[str, Path]]:
        for path in sorted((folder / split / "labels").rglob(f"*.{suffix}")):
            fields = parse(path.read_bytes().decode())
            yield fields["category"], folder / fields["image_path"]

    return read


def txt(content: str) -> dict[str, str]:
    lines = dict(line.split(": ", 1) for line in content.splitlines())
    return {name: json.loads(f'"{lines[name]}"') for name in ("category", "image_path")}


def csv_row(content: str) -> dict[str, str]:
    (row,) = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    return {name: from_exact_cell(row[name]) for name in ("category", "image_path")}


def as_torchvision(folder: Path, split: str) -> Rows:
    """The rules of torchvision 0.29 ``ImageFolder``: sub-folders are classes, none of them empty; pictures
    by the end of their name."""
    endings = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
    names = {one["folder"]: one["label"] for one in json.loads((folder / "classes.json").read_text())}
    for one in sorted(entry for entry in (folder / split).iterdir() if entry.is_dir()):
        found = [path for path in one.rglob("*") if path.name.lower().endswith(endings)]
        assert found, f"torchvision refuses the empty class {one.name}"
        yield from ((names[one.name], path) for path in found)


def with_tarfile(folder: Path) -> Counts:
    """Samples of WebDataset: members with one name up to the first dot."""
    counts: Counts = {}
    for path in sorted(folder.rglob("*.tar")):
        with tarfile.open(path) as shard:
            for member in shard:
                if member.name.endswith(".json"):
                    file = shard.extractfile(member)
                    assert file is not None
                    inside = counts.setdefault(path.parent.name, {})
                    label = json.load(file)["label"]
                    inside[label] = inside.get(label, 0) + 1
    return counts


def with_pandas_parquet(folder: Path) -> Counts:
    counts: Counts = {}
    for path in sorted((folder / "data").glob("*.parquet")):
        table = pd.read_parquet(path)
        split = path.name.partition("-")[0]
        inside = counts.setdefault("val" if split == "validation" else split, {})
        for label in table["label_name"].fillna(""):
            inside[label] = inside.get(label, 0) + 1
    return counts


_METADATA = {"json": by_split(with_json_lines), "pandas": by_split(with_pandas_json)}

READERS: dict[str, dict[str, Reader]] = {
    "imagefolder": _METADATA,
    "webdataset": {"tarfile": with_tarfile},
    "parquet": {"pandas": with_pandas_parquet},
    "coco": {"pycocotools": by_split(with_pycocotools), "fiftyone": by_split(as_fiftyone)},
    "yolo": {"torchvision": by_split(as_torchvision)},
    "csv": {"csv": by_split(with_csv), "pandas": by_split(with_pandas_csv)},
    "jsonl": _METADATA,
    "labels-txt": {"lines": by_split(label_files("txt", txt))},
    "labels-json": {"json": by_split(label_files("json", json.loads))},
    "labels-csv": {"csv": by_split(label_files("csv", csv_row))},
    "labels-yaml": {"yaml": by_split(label_files("yaml", yaml.safe_load))},
}
