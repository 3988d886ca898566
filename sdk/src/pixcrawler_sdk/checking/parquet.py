"""Parquet files, as far as pyarrow is there and the container lets one jump about in a file."""

import importlib
from collections.abc import Mapping
from typing import Any

from pixcrawler_sdk.checking.reading import Reader
from pixcrawler_sdk.checking.report import Code, Problems

NOT_COUNTED = "The rows of Parquet files were not counted: {}."


def compare(reader: Reader, rows: Mapping[str, int], problems: Problems, *, rewinds: bool) -> str | None:
    """Hold the number of rows of each file against the manifest's. A sentence where that was not possible."""
    files = sorted(name for name in reader.inventory if name.endswith(".parquet"))
    if not files:
        return None
    if rewinds:
        return NOT_COUNTED.format("that needs the dataset unpacked, or in a zip or tar")
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError:
        return NOT_COUNTED.format("that needs pip install 'pixcrawler-sdk[parquet]'")
    for name in files:
        _compare(reader, name, rows.get(name, 0), parquet, problems)
    return None


def _compare(reader: Reader, name: str, expected: int, parquet: Any, problems: Problems) -> None:  # noqa: ANN401
    try:
        with reader.open(name) as file:
            count = parquet.ParquetFile(file).metadata.num_rows
    except Exception as error:  # noqa: BLE001 - a hostile file may make a reader raise anything
        problems.add(
            Code.UNREADABLE, name, f"it is no Parquet file that can be read ({type(error).__name__})"
        )
        return
    if count != expected:
        told = f"it has {count:,} rows, and the manifest has {expected:,} for it"
        problems.add(Code.STATS_MISMATCH, name, told)
