"""What stands in exports with label files."""

import json
from pathlib import Path

import pytest
import yaml

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.fakes.object_store import MemoryObjectStore

SUFFIXES = ("txt", "json", "csv", "yaml")


async def export(suffix: str, counts: dict[str, int], into: Path) -> Path:
    store, rows = MemoryObjectStore(), manifests.rows(counts, title="A\ntitle", label_confidence=0.25)
    await manifests.stored(rows, store)
    options = ExportOptions(name="Animals", splits=parse_split("50/50"))
    await exported(FORMATS[f"labels-{suffix}"], manifests.manifest(rows), options, store, into)
    return into


@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_every_picture_has_a_label_file_of_its_name(suffix: str, tmp_path: Path) -> None:
    train = await export(suffix, {"cat": 4, "test tube": 4}, tmp_path / "out") / "train"
    pictures = {path.relative_to(train / "images").with_suffix("") for path in train.glob("images/*/*")}
    labels = {
        path.relative_to(train / "labels").with_suffix("") for path in train.glob(f"labels/*/*.{suffix}")
    }
    assert pictures == labels
    assert {path.parent.name for path in labels} == {"cat", "cls=test tube"}


async def test_a_label_file_has_the_first_designs_fields(tmp_path: Path) -> None:
    out = await export("json", {"cat": 1}, tmp_path / "out")
    (path,) = (out / "train" / "labels" / "cat").iterdir()
    fields = json.loads(path.read_text())
    row = manifests.row(0, "cat")
    told = {
        "category": "cat",
        "keyword": "cat",
        "image_path": f"train/images/cat/{row.id}.png",
        "filename": f"{row.id}.png",
        "width": 12,
        "height": 12,
        "format": "png",
        "size": row.bytes,
        "timestamp": "2026-11-21T08:30:00Z",
    }
    assert told.items() <= fields.items()
    assert (fields["title"], fields["author"], fields["label_confidence"]) == ("A\ntitle", None, 0.25)


@pytest.mark.parametrize("suffix", SUFFIXES)
async def test_an_index_names_the_classes_of_each_split(suffix: str, tmp_path: Path) -> None:
    out = await export(suffix, {"cat": 4, "dog": 1}, tmp_path / "out")
    text = (out / "val" / f"category_index.{suffix}").read_text()
    told = {
        "txt": "class_id: 1\ncategory: dog\nfolder: dog\nimages: 0\n",
        "json": '"category": "dog",\n    "folder": "dog",\n    "images": 0',
        "csv": "class_id,category,folder,images\n0,cat,cat,2\n1,dog,dog,0\n",
        "yaml": '- class_id: 1\n  category: "dog"\n  folder: "dog"\n  images: 0\n',
    }
    assert told[suffix] in text


async def test_an_index_of_yaml_is_a_list(tmp_path: Path) -> None:
    out = await export("yaml", {"a: b": 2, "- [": 2}, tmp_path / "out")
    index = yaml.safe_load((out / "train" / "category_index.yaml").read_text())
    assert [one["category"] for one in index] == ["- [", "a: b"]
