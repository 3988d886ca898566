"""URL lists on disk, and what the reader makes of them."""

import io
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest
from pyarrow import parquet

from pixcrawler.adapters.sources.url_list_reader import read_url_list
from pixcrawler.adapters.sources.url_row import UrlRow
from pixcrawler.domain.crawling.errors import InvalidUrlList


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows_of(path: Path) -> list[UrlRow]:
    out = io.BytesIO()
    count = read_url_list(path, out.write)
    rows = [msgspec.json.decode(line, type=UrlRow) for line in out.getvalue().splitlines()]
    assert len(rows) == count
    return rows


def complaint(path: Path) -> str:
    with pytest.raises(InvalidUrlList) as caught:
        read_url_list(path, io.BytesIO().write)
    assert caught.value.field == "input"
    return str(caught.value)


def as_parquet(objects: list[dict[str, object]]) -> bytes:
    out = io.BytesIO()
    flat = [{key: value for key, value in one.items() if key != "extra"} for one in objects]
    parquet.write_table(pa.Table.from_pylist(flat), out)
    return out.getvalue()
