"""URL lists in Parquet, as other tools write them."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from pixcrawler.adapters.sources.url_row import UrlRow
from tests.integration.sources.lists import as_parquet, complaint, rows_of, written


def parquet_of(path: Path, table: pa.Table) -> Path:
    parquet.write_table(table, path)
    return path


ONE = UrlRow(url="https://a.example/1.jpg", title="A fox", label="3")
BROKEN = pa.Array.from_buffers(
    pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0"), pa.py_buffer(b"\xff\xfe\xfd")]
)


@pytest.mark.parametrize(
    "table",
    [
        {"url": pa.array([b"https://a.example/1.jpg"]), "title": pa.array([b"A fox"]), "label": ["3"]},
        {"url": ["https://a.example/1.jpg"], "title": ["A fox"], "label": [3.0], "author": [float("nan")]},
        {"image": [{"path": "1.jpg"}], "src": ["https://a.example/1.jpg"], "alt": ["A fox"], "label": [3]},
    ],
    ids=["texts as bytes", "whole numbers and gaps as floats", "a column of the name that is no text"],
)
def test_parquet_as_other_tools_write_it_is_read(tmp_path: Path, table: dict[str, object]) -> None:
    assert rows_of(parquet_of(tmp_path / "list.parquet", pa.table(table))) == [ONE]


def test_of_two_parquet_columns_of_one_name_the_first_counts(tmp_path: Path) -> None:
    names = ["url", "title", "title", "label"]
    table = pa.Table.from_arrays([pa.array([text]) for text in (ONE.url, "A fox", "x", "3")], names=names)
    assert rows_of(parquet_of(tmp_path / "list.parquet", table)) == [ONE]


def test_parquet_text_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = parquet_of(tmp_path / "list.parquet", pa.table({"url": [ONE.url], "title": BROKEN}))
    assert complaint(path) == "list.parquet holds text that is no UTF-8 (among rows 1 to 1000)"


def test_a_parquet_row_without_a_url_is_named_by_its_number(tmp_path: Path) -> None:
    path = written(tmp_path / "list.parquet", as_parquet([{"url": "https://a.example/1.jpg"}, {"url": None}]))
    assert complaint(path) == "row 2 of list.parquet has no URL (fix or remove it)"
