"""What stands in an imagefolder, file by file."""

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import DatasetCard

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.manifest import Manifest, digest
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported

EVIL = {
    "title": '=HYPERLINK("http://evil.example")',
    "author": "@SUM(1+1) | <script>alert(1)</script>",
    "license": "CC-BY-SA-4.0",
    "license_url": "https://creativecommons.org/licenses/by-sa/4.0/",
    "license_raw": "-2+3",
    "page_url": "javascript:alert(1)",
    "attribution": None,
}


async def export(
    manifest: Manifest, tmp_path: Path, name: str = "Cats & dogs", conversion: Conversion | None = None
) -> Path:
    store = LocalObjectStore(tmp_path / "store")
    await manifests.stored(sorted(manifest.rows, key=lambda row: int(row.phash or "", 16)), store)
    into = tmp_path / "out"
    options = ExportOptions(name=name, splits=parse_split("80/10/10", seed=4), conversion=conversion)
    await exported(FORMATS["imagefolder"], manifest, options, store, into)
    return into


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def front_matter(folder: Path) -> dict[str, Any]:
    """As the Hub's own library reads it."""
    found: dict[str, Any] = DatasetCard.load(folder / "README.md").data.to_dict()
    return found


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    rows = manifests.rows({"cat": 10, "dog": 5}, **EVIL)
    rejected = {"http_404": 2, "duplicate_exact": 1}
    facts = {"queries": ("cat", "dog", "ox"), "classes": ("cat", "dog", "ox"), "asked": 30, "seed": 4}
    return await export(manifests.manifest(rows, rejected=rejected, **facts), tmp_path)


async def test_sha256sum_accepts_every_file_of_the_folder(folder: Path) -> None:
    done = run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], folder)
    assert done.returncode == 0, done.stdout + done.stderr
    listed = {line.split("  ", 1)[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert listed == files(folder) - {"SHA256SUMS"}


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


async def test_images_are_hard_links_into_the_store(folder: Path) -> None:
    image = next((folder / "train" / "cat").iterdir())
    assert image.stat().st_nlink == 2


async def test_the_manifest_has_every_field_but_where_the_store_keeps_the_bytes(folder: Path) -> None:
    rows = lines(folder / "manifest.jsonl")
    assert len(rows) == 15
    assert "key" not in rows[0]
    assert {row["file_name"] for row in rows} == {name for name in files(folder) if name.endswith(".png")}
    assert rows[0]["file_name"] == f"{rows[0]['split']}/cat/{rows[0]['id']}.png"
    assert rows[0]["title"] == EVIL["title"]


async def test_each_split_lists_its_images_without_a_null(folder: Path) -> None:
    for split, count in {"train": 12, "val": 2, "test": 1}.items():
        rows = lines(folder / split / "metadata.jsonl")
        assert len(rows) == count
        assert all((folder / split / row["file_name"]).is_file() for row in rows)
        assert not any(value is None for row in rows for value in row.values())


async def test_no_cell_of_the_credits_is_a_formula(folder: Path) -> None:
    with (folder / "ATTRIBUTION.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 15
    assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert rows[0]["title"] == "'" + str(EVIL["title"])
    assert rows[0]["attribution"].endswith("via openverse, CC-BY-SA-4.0")


async def test_the_card_names_the_splits_as_the_library_does(folder: Path) -> None:
    matter = front_matter(folder)
    assert matter["configs"] == [
        {
            "config_name": "default",
            "data_files": [
                {"split": "train", "path": "train/**"},
                {"split": "validation", "path": "val/**"},
                {"split": "test", "path": "test/**"},
            ],
        }
    ]
    assert matter["pretty_name"] == "Cats & dogs"
    assert (matter["license"], matter["size_categories"]) == ("cc-by-sa-4.0", ["n<1K"])


async def test_the_card_tells_what_is_missing_and_what_was_left_out(folder: Path) -> None:
    card = (folder / "README.md").read_text()
    assert "15 images in 2 classes" in card
    assert "| ox | 0 | 0 | 0 | 0 |" in card
    assert "Images asked for: 30; in the dataset: 15" in card
    assert "| http\\_404 | 2 | The picture is gone \\(404\\). |" in card


async def test_the_card_says_no_quality_of_png_which_has_none(tmp_path: Path) -> None:
    manifest = manifests.manifest(manifests.rows({"cat": 2}))
    to_png = Conversion(format=PictureFormat.PNG, quality=70, max_side=100)
    into = await export(manifest, tmp_path, conversion=to_png)
    told = "- Pictures: converted to PNG, longer side at most 100 pixels;"
    assert told in (into / "README.md").read_text()


async def test_statistics_count_classes_without_an_image(folder: Path) -> None:
    stats = json.loads((folder / "stats.json").read_text())
    assert stats["classes"] == {"cat": 10, "dog": 5, "ox": 0}
    assert stats["splits"]["train"] == {"cat": 8, "dog": 4}


async def test_pictures_under_several_licences_make_the_card_say_other(tmp_path: Path) -> None:
    rows = [
        manifests.row(0, "cat", license="CC0-1.0", license_url="https://creativecommons.org/zero/"),
        manifests.row(1, "cat", license="unknown"),
    ]
    folder = await export(manifests.manifest(rows), tmp_path)
    assert front_matter(folder)["license"] == "other"
    summary = (folder / "LICENSE-SUMMARY.md").read_text()
    assert "| [CC0-1.0](<https://creativecommons.org/zero/>) | 1 | 50.0% | nothing |" in summary
    assert "**1 of 2 images have no known licence.**" in summary


async def test_texts_from_the_web_stay_texts_in_markdown_and_front_matter(tmp_path: Path) -> None:
    label = "</td><img src=x onerror=1> | [a](javascript:x)\n# head `code`"
    folder = await export(
        manifests.manifest([manifests.row(0, label)], queries=(label,)),
        tmp_path,
        'a"b: [c]\n---\nlicense: mit',
    )
    assert front_matter(folder)["pretty_name"] == 'a"b: [c] --- license: mit'
    card = (folder / "README.md").read_text()
    assert "\\<img src=x onerror=1\\> \\| \\[a\\]\\(javascript:x\\) \\# head \\`code\\`" in card
    assert "\n# head" not in card


async def test_the_digest_on_the_card_is_that_of_the_manifest(tmp_path: Path) -> None:
    manifest = manifests.manifest(manifests.rows({"cat": 3}))
    folder = await export(manifest, tmp_path)
    assert f"Manifest digest: `{digest(manifest.rows)}`" in (folder / "README.md").read_text()
