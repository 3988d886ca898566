"""The file formats of URL lists, each read as a stream of rows."""

import csv
import gzip
import io
import math
import tempfile
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from typing import IO, TYPE_CHECKING, cast

import msgspec

from pixcrawler.adapters.fetching.json_text import read_json
from pixcrawler.adapters.sources.url_row import COLUMNS

LONGEST_LINE = 1_000_000
LARGEST_DOCUMENT = 256 * 1024 * 1024
BATCH = 1_000

if TYPE_CHECKING:
    from _csv import Reader


class BadFileError(Exception):
    """The whole file is no use; the message continues a sentence that starts with its name."""


class Row(msgspec.Struct, frozen=True):
    """What one line says, by our own column names, or the problem with it. ``place`` is ``line 3``."""

    place: str
    values: dict[str, str]
    problem: str | None = None


@contextmanager
def opened(path: Path, *, packed: bool) -> Iterator[io.BufferedReader]:
    """The file's bytes, unpacked on the way; failing to read them is a BadFileError."""
    try:
        with path.open("rb") as stream:
            yield io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=stream))) if packed else stream
    except FileNotFoundError as error:
        raise BadFileError("does not exist: check the path") from error
    except IsADirectoryError as error:
        raise BadFileError(
            "is a folder, not a URL list: name a file, or crawl it with --source folder"
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadFileError(f"is no whole gzip file: {error}") from error
    except OSError as error:
        raise BadFileError(f"cannot be read: {error.strerror or error}") from error


def _plain(stream: io.BufferedReader) -> Iterator[Row]:
    for number, line in _lines(stream):
        text = line.strip()
        if text and not text.startswith("#"):
            yield Row(f"line {number}", {"url": text})


def _comma_separated(stream: io.BufferedReader) -> Iterator[Row]:
    return _table(stream, ",")


def _tab_separated(stream: io.BufferedReader) -> Iterator[Row]:
    return _table(stream, "\t")


def _table(stream: io.BufferedReader, delimiter: str) -> Iterator[Row]:
    """The first line names the columns (RFC 4180 quoting)."""
    texts = (line for _, line in _lines(stream))
    cells = csv.reader(texts, delimiter=delimiter, strict=True, skipinitialspace=True)
    places: dict[str, int] | None = None
    for row in _unbroken(cells):
        if not any(cell.strip() for cell in row):
            continue
        if places is None:
            places = _places(row)
            continue
        values = {name: row[at].strip() for name, at in places.items() if at < len(row) and row[at].strip()}
        yield Row(f"line {cells.line_num}", values)


def _unbroken(cells: "Reader") -> Iterator[list[str]]:
    try:
        yield from cells
    except csv.Error as error:
        raise BadFileError(f"cannot be read at line {cells.line_num}: {error}") from error


def _json(stream: io.BufferedReader) -> Iterator[Row]:
    """One array of URLs or objects; or, when it does not start with a bracket, one of them per line."""
    if not stream.peek().removeprefix(BOM_UTF8).lstrip().startswith(b"["):
        yield from _json_lines(stream)
        return
    whole = stream.read(LARGEST_DOCUMENT + 1)
    if len(whole) > LARGEST_DOCUMENT:
        raise BadFileError("is too large for one JSON array: write one object per line and name it .jsonl")
    try:
        items = msgspec.convert(_decoded(whole.removeprefix(BOM_UTF8)), list[object])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFileError(f"is no valid JSON: {error}") from error
    for number, item in enumerate(items, 1):
        yield _from_item(f"item {number}", item)


def _json_lines(stream: io.BufferedReader) -> Iterator[Row]:
    for number, line in _lines(stream):
        if not line.strip():
            continue
        try:
            item = _decoded(line.encode())
        except (msgspec.DecodeError, RecursionError) as error:
            yield Row(f"line {number}", {}, f"is no valid JSON: {error}")
            continue
        yield _from_item(f"line {number}", item)


def _decoded(text: bytes) -> object:
    """As it is, or with U+FFFD for halves of emojis, which Python writes and JSON does not know. Raises
    UnicodeDecodeError, RecursionError, and msgspec.DecodeError for the text as it is."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        if b"\\ud" not in text.lower():
            raise
        try:
            return read_json(text)
        except ValueError:
            raise error from None


def _parquet(stream: io.BufferedReader) -> Iterator[Row]:
    with tempfile.TemporaryFile() as unpacked:
        if not isinstance(stream.raw, io.FileIO):  # its footer stands at the end: unpack it all first
            copyfileobj(stream, unpacked)
            yield from _parquet_rows(unpacked)
        else:
            yield from _parquet_rows(stream)


def _parquet_rows(stream: IO[bytes]) -> Iterator[Row]:
    import pyarrow as pa
    from pyarrow import parquet

    number = 0
    try:
        table = parquet.ParquetFile(stream)
        flat = [one.name for one in table.schema_arrow if not pa.types.is_nested(one.type)]
        names = {name: flat[at] for name, at in _places(flat).items()}
        for batch in table.iter_batches(batch_size=BATCH, columns=list(names.values())):
            header = batch.schema.names
            columns = [
                (name, batch.column(header.index(column)).to_pylist()) for name, column in names.items()
            ]
            for at in range(batch.num_rows):
                number += 1
                texts = ((name, _text(cells[at])) for name, cells in columns)
                yield Row(f"row {number}", {name: text for name, text in texts if text})
    except pa.ArrowException as error:
        raise BadFileError(f"is no valid parquet file: {error}") from error
    except UnicodeDecodeError as error:
        rows = f"{number + 1} to {number + BATCH}"
        raise BadFileError(f"holds text that is no UTF-8 (among rows {rows})") from error


FORMATS: dict[str, Callable[[io.BufferedReader], Iterator[Row]]] = {
    ".txt": _plain,
    ".csv": _comma_separated,
    ".tsv": _tab_separated,
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
}


def _lines(stream: io.BufferedReader) -> Iterator[tuple[int, str]]:
    """Numbered lines of UTF-8, a byte order mark tolerated; a line may not fill the memory."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise BadFileError(f"has a line {number} of more than {LONGEST_LINE:,} bytes: it is no URL list")
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BadFileError(f"is not UTF-8 text (line {number}): save it as UTF-8") from error


def _places(header: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands in the file's."""
    names = [name.strip().lower() for name in header]
    found: dict[str, int] = {}
    for column, spellings in COLUMNS.items():
        spelling = next((spelling for spelling in spellings if spelling in names), None)
        if spelling is not None:
            found[column] = names.index(spelling)
    if "url" not in found:
        there = ", ".join(name.strip()[:40] for name in header[:20])
        raise BadFileError(f"has no column 'url' (it has: {there}): name the column of the URLs 'url'")
    return found


def _from_item(place: str, item: object) -> Row:
    if isinstance(item, str):
        return Row(place, {"url": item.strip()})
    if not isinstance(item, dict):
        return Row(place, {}, "is neither a URL nor an object with a 'url'")
    lower = {str(key).strip().lower(): _text(value) for key, value in item.items()}
    values: dict[str, str] = {}
    for column, spellings in COLUMNS.items():
        text = next((lower[spelling] for spelling in spellings if lower.get(spelling)), None)
        if text is not None:
            values[column] = text
    return Row(place, values, None if "url" in values else "has no 'url'")


def _text(value: object) -> str | None:
    """Raises UnicodeDecodeError. Tables with gaps hold whole numbers as floats, and gaps as NaN."""
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 2**53
        return str(int(value) if whole else value) if math.isfinite(value) else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
