"""croissant.json, as its makers' library reads it."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.integration.exporters.croissant_reader import Described, described
from tests.integration.exporters.names import HUB, NASTY
from tests.integration.exporters.nasty import EXPECTED, nasty_export


def same_everywhere(found: Described, name: str) -> None:
    images = sum(sum(inside.values()) for inside in EXPECTED.values())
    assert found["issues"] == []
    expected = {"classes": len(NASTY) - 1, "manifest": images}
    if name == "parquet":
        expected |= {"images": images}
    elif name != "webdataset":
        expected |= {"images": images, "files": images}
    assert found["records"] == expected
    assert found["classes"] == sorted(label for label in NASTY if label)
    named = HUB if name == "parquet" else {split: split for split in HUB}
    assert found["labels"] == {named[split]: inside for split, inside in EXPECTED.items()}


@pytest.mark.long
async def test_records_are_the_images_with_their_labels_whatever_they_are_called(tmp_path: Path) -> None:
    folders = [(await nasty_export(name, tmp_path / name))[0] for name in FORMATS]
    for name, found in zip(FORMATS, described(*folders), strict=True):
        same_everywhere(found, name)


@pytest.mark.parametrize("name", FORMATS)
async def test_every_file_is_told_with_its_digest(tmp_path: Path, name: str) -> None:
    rows = manifests.rows({"cat": 3, "dog": 3})
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(rows, store)
    into = tmp_path / "out"
    options = ExportOptions(name="Pets", splits=parse_split("80/20"))
    await exported(FORMATS[name], manifests.manifest(rows), options, store, into)
    document = json.loads((into / "croissant.json").read_text())
    told = {one["contentUrl"]: one for one in document["distribution"] if one["@type"] == "cr:FileObject"}
    for path, one in told.items():
        data = (into / path).read_bytes()
        assert (one["sha256"], one["contentSize"]) == (hashlib.sha256(data).hexdigest(), f"{len(data)} B")
    pictures = [one["includes"] for one in document["distribution"] if one["@id"] == "pictures"]
    shards = {
        str(path.relative_to(into)) for ending in ("tar", "parquet") for path in into.rglob(f"*.{ending}")
    }
    assert shards <= told.keys()
    assert bool(pictures) != bool(shards)
    assert {"manifest.jsonl", "README.md", "stats.json", "ATTRIBUTION.csv"} <= told.keys()


async def test_it_says_whose_data_it_is_without_looking_at_a_clock(tmp_path: Path) -> None:
    rows = [
        msgspec.structs.replace(
            row, license=licence, license_url=url, retrieved_at=f"2026-0{n + 1}-02T03:04:05Z"
        )
        for n, (row, licence, url) in enumerate(
            zip(
                manifests.rows({"猫 “x”": 3}),
                ("CC-BY-4.0", "unknown", "strange"),
                ("https://creativecommons.org/licenses/by/4.0/", None, "javascript:alert(1)"),
                strict=True,
            )
        )
    ]
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(rows, store)
    into = tmp_path / "out"
    options = ExportOptions(name='Ten\n"}% {cats}', splits=parse_split("100"))
    manifest = manifests.manifest(rows, tool="PixCrawler 1.2", queries=("cat",))
    await exported(FORMATS["imagefolder"], manifest, options, store, into)
    document = json.loads((into / "croissant.json").read_text())
    assert document["name"] == 'Ten "}% {cats}'
    assert (document["version"], document["datePublished"]) == ("3.0.0", "2026-03-02T03:04:05Z")
    assert "3 images in 1 classes: “猫 “x””. Found on the web by PixCrawler 1.2." in document["description"]
    assert document["isLiveDataset"] is False
    assert {json.dumps(one) if isinstance(one, str) else one["name"] for one in document["license"]} == {
        '"https://creativecommons.org/licenses/by/4.0/"',
        "unknown",
        "strange",
    }
    assert document["citeAs"].count("{") == document["citeAs"].count("}")
    (found,) = described(into)
    assert (found["issues"], found["name"]) == ([], 'Ten "}% {cats}')
    assert found["labels"] == {"train": {"猫 “x”": 3}}
