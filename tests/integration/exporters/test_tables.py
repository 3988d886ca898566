"""What stands in csv and jsonl exports."""

import csv
import json
from pathlib import Path

import msgspec

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.fakes.object_store import MemoryObjectStore

OPTIONS = ExportOptions(name="Animals", splits=parse_split("100"))


async def export(name: str, rows: list[ManifestRow], into: Path) -> None:
    store = MemoryObjectStore()
    for number in range(len(rows)):
        await store.put(manifests.row(number, "").key, manifests.picture(number))
    await exported(FORMATS[name], manifests.manifest(rows), OPTIONS, store, into)


async def table(rows: list[ManifestRow], into: Path) -> list[dict[str, str]]:
    await export("csv", rows, into)
    with (into / "train.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


async def test_what_is_not_known_is_an_empty_cell(tmp_path: Path) -> None:
    (row,) = await table([manifests.row(0, "cat", title="A cat", label_confidence=0.5)], tmp_path / "out")
    assert (row["title"], row["author"], row["dedup_group"]) == ("A cat", "", "")
    assert (row["width"], row["label_confidence"], row["license"]) == ("12", "0.5", "unknown")


async def test_a_file_is_where_the_table_says(tmp_path: Path) -> None:
    (row,) = await table([manifests.row(0, "cat")], tmp_path / "out")
    assert row["file_name"] == f"train/images/{manifests.row(0, 'cat').id}.png"
    assert (tmp_path / "out" / row["file_name"]).read_bytes() == manifests.picture(0)


async def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\N{FULLWIDTH EQUALS SIGN}1")
    rows = [manifests.row(number, text, title=text, author=text) for number, text in enumerate(evil)]
    starts = {cell[:1] for row in await table(rows, tmp_path / "out") for cell in row.values()}
    assert not starts & set("=+-@\t\r\N{FULLWIDTH EQUALS SIGN}")


async def test_texts_are_one_line_and_labels_what_they_are(tmp_path: Path) -> None:
    (row,) = await table([manifests.row(0, "two\nlines", title="two\nlines")], tmp_path / "out")
    assert (row["label"], row["title"]) == ("two\nlines", "two lines")
    assert json.loads(row["labels"]) == ["two\nlines"]


async def test_a_picture_under_two_labels_has_two_lines_and_two_files(tmp_path: Path) -> None:
    first = manifests.row(0, "cat")
    rows = await table([first, msgspec.structs.replace(first, label="dog")], tmp_path / "out")
    assert [row["label"] for row in rows] == ["cat", "dog"]
    assert len({row["file_name"] for row in rows}) == 2


async def test_lines_of_json_name_files_beside_them(tmp_path: Path) -> None:
    await export("jsonl", manifests.rows({"cat": 2}), tmp_path / "out")
    lines = (tmp_path / "out" / "train" / "metadata.jsonl").read_text().splitlines()
    names = [json.loads(line)["file_name"] for line in lines]
    assert all((tmp_path / "out" / "train" / name).is_file() for name in names)
    assert {Path(name).parent.as_posix() for name in names} == {"images"}
