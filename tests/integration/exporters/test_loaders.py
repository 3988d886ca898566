"""The folders open elsewhere, with the same counts: the real library, and the written rules of the others."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary
from pixcrawler.domain.datasets.class_names import class_folders
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import parse_split
from pixcrawler.domain.imaging.facts import Format
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.integration.exporters.hugging_face import HuggingFace
from tests.integration.exporters.names import ALIKE, HUB, NASTY


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def export(
    rows: list[ManifestRow], tmp_path: Path, name: str = "imagefolder"
) -> tuple[Path, ExportSummary]:
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(rows, store)
    into = tmp_path / "out"
    options = ExportOptions(name="Nasty", splits=parse_split("50/25/25", seed=1))
    summary = await exported(FORMATS[name], manifests.manifest(rows), options, store, into)
    return into, summary


def expected(summary: ExportSummary) -> dict[str, dict[str, int]]:
    return {HUB[split]: inside for split, inside in summary.counts.items()}


async def test_hugging_face_is_not_fooled_by_folder_names_even_without_the_metadata(
    tmp_path: Path, hugging_face: HuggingFace
) -> None:
    into, summary = await export(manifests.rows(dict.fromkeys(NASTY, 4)), tmp_path)
    for split in summary.counts:
        (into / split / "metadata.jsonl").unlink()
    folders = class_folders(NASTY)
    by_folder = {
        split: {folders[label]: count for label, count in inside.items()}
        for split, inside in expected(summary).items()
    }
    assert hugging_face.opened(into, "imagefolder") == by_folder


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ALIKE])
async def test_hugging_face_opens_a_dataset_with_one_split_and_one_image(
    tmp_path: Path, hugging_face: HuggingFace, name: str
) -> None:
    into, summary = await export(manifests.rows({"cat": 1}), tmp_path, name)
    assert summary.counts == {"train": {"cat": 1}}
    label = "(no label)" if name == "yolo" else "cat"  # one class alone is no class to the library
    assert hugging_face.opened(into) == {"train": {label: 1}}


async def test_hugging_face_opens_every_accepted_format(tmp_path: Path, hugging_face: HuggingFace) -> None:
    store = LocalObjectStore(tmp_path / "store")
    rows = []
    for number, file_format in enumerate(Format):
        encoder = "JPEG" if file_format is Format.JPEG else file_format.value
        data = manifests.picture(number, file_format=encoder, size=(64, 64))
        sha256 = hashlib.sha256(data).hexdigest()
        await store.put(sha256, data)
        change = {"sha256": sha256, "key": sha256, "format": file_format.value, "bytes": len(data)}
        rows.append(manifests.row(number, "cat", **change))
    into = tmp_path / "out"
    options = ExportOptions(name="Formats", splits=parse_split("100"))
    await exported(FORMATS["imagefolder"], manifests.manifest(rows), options, store, into)
    counts = {"train": {"cat": len(Format)}}
    assert hugging_face.both(into) == {"path": counts, "imagefolder": counts}


async def test_texts_that_look_like_dates_and_missing_ones_do_not_set_the_splits_at_odds(
    tmp_path: Path, hugging_face: HuggingFace
) -> None:
    rows = [
        *manifests.rows({"cat": 3}, title="A cat", author="Ann", page_url="https://pictures.example/"),
        manifests.row(10, "2020-01-01", title="2019-05-06", author="2020-02-02T10:00", license="CC0-1.0"),
        manifests.row(11, "2020-01-01", title=None),
    ]
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(rows[:3], store)
    await manifests.stored(rows[3:], store, first=10)
    into = tmp_path / "out"
    options = ExportOptions(name="Dates", splits=parse_split("50/50", seed=0))
    summary = await exported(FORMATS["imagefolder"], manifests.manifest(rows), options, store, into)
    assert {"2020-01-01"} <= set(summary.counts["val"])
    for found in hugging_face.both(into).values():
        told = {split: {label.rstrip(): n for label, n in inside.items()} for split, inside in found.items()}
        assert told == expected(summary)


def torchvision_counts(split: Path) -> Counter[str]:
    """The rules of torchvision 0.29 ``ImageFolder``: sub-folders are classes, by extension, none empty."""
    extensions = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
    counts: Counter[str] = Counter()
    for folder in sorted(entry for entry in split.iterdir() if entry.is_dir()):
        images = [path for path in folder.rglob("*") if path.name.lower().endswith(extensions)]
        assert images, f"torchvision refuses the empty class {folder.name}"
        counts[folder.name] = len(images)
    return counts


@pytest.mark.parametrize("split", ["train", "val", "test"])
async def test_torchvision_and_ultralytics_find_the_same_images(tmp_path: Path, split: str) -> None:
    rows = manifests.rows(dict.fromkeys(NASTY, 4))
    into, summary = await export(rows, tmp_path)
    counts = torchvision_counts(into / split)
    assert sorted(counts.values()) == sorted(summary.counts[split].values())
    assert counts.keys() == torchvision_counts(into / "train").keys(), "Ultralytics wants equal classes"


async def test_fiftyone_finds_only_images_in_class_folders(tmp_path: Path) -> None:
    into, summary = await export(manifests.rows(dict.fromkeys(NASTY, 4)), tmp_path)
    inside = [path for path in (into / "train").glob("*/*") if not path.parent.name.startswith(".")]
    assert len(inside) == sum(summary.counts["train"].values())
    assert {path.suffix for path in inside} == {".png"}


async def test_no_folder_name_leads_out_or_troubles_another_file_system(tmp_path: Path) -> None:
    into, _ = await export(manifests.rows(dict.fromkeys(NASTY, 4)), tmp_path)
    folders = [path.name for path in (into / "train").iterdir() if path.is_dir()]
    assert len({name.casefold() for name in folders}) == len(NASTY)
    assert all(len(name.encode()) <= 100 for name in folders)
    assert not any(set(name) & set('\\/:*?"<>|\n') or name[-1] in ". " or name[0] == "." for name in folders)
    assert names_in(tmp_path) == ["out", "store"]
