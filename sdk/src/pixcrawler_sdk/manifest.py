"""``manifest.jsonl``: one row per image, and all that is known of it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec

from pixcrawler_sdk.containers.base import told_plainly
from pixcrawler_sdk.errors import InvalidDatasetError, UnsupportedSchemaError
from pixcrawler_sdk.limits import Limits

SCHEMA = 1
"""The version of the files that describe a dataset which this package reads. ``stats.json`` says a dataset's
own under ``schema``. It grows when a reader of the old one would be misled; a new field does not make it."""

Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0)]
Side = Annotated[int, msgspec.Meta(ge=1)]


class ManifestRow(msgspec.Struct, frozen=True, kw_only=True):
    """One image and where it came from.

    ``file_name`` is relative to the dataset's folder, with ``/``. In formats that pack many images into one
    file it names that file, and ``key`` (WebDataset) or ``row`` (Parquet, counted from 0) the image in it.
    ``label`` is the true class name, empty for none. ``bytes`` is the picture's size, ``width`` and
    ``height`` are in pixels as a viewer shows them, ``format`` is the usual file name extension.
    ``retrieved_at`` is ISO 8601 in UTC. ``original_sha256`` is that of the picture as it was found, where it
    was converted.
    """

    id: str
    file_name: str
    split: str
    label: str
    sha256: Sha256
    width: Side
    height: Side
    format: str
    bytes: Count
    source: str
    image_url: str
    retrieved_at: str
    key: str | None = None
    row: Count | None = None
    phash: str | None = None
    dhash: str | None = None
    labels: tuple[str, ...] = ()
    label_source: str | None = None
    label_confidence: float | None = None
    source_id: str | None = None
    page_url: str | None = None
    title: str | None = None
    query: str | None = None
    license: str = "unknown"
    license_url: str | None = None
    license_raw: str | None = None
    author: str | None = None
    author_url: str | None = None
    attribution: str | None = None
    dedup_group: str | None = None
    tags: tuple[str, ...] = ()
    quality: dict[str, Any] | None = None
    original_sha256: Sha256 | None = None


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """What of ``stats.json`` can be counted again: images and bytes in all, and images per class, and per
    split and class. Classes without an image may be listed with 0. ``digest`` is that of the version, see
    ``checking.identity``; older releases did not write it."""

    images: Count
    bytes: Count
    classes: dict[str, Count]
    splits: dict[str, dict[str, Count]]
    schema: int = 1
    digest: Sha256 | None = None


class Manifest:
    """The rows of a ``manifest.jsonl``, read when they are asked for, one line in memory at a time.

    It can be gone through again and again.

    >>> import io
    >>> line = (
    ...     '{"id": "7d", "file_name": "train/cat/7d.png", "split": "train", "label": "cat",'
    ...     ' "sha256": "' + "7d" * 32 + '", "width": 12, "height": 9, "format": "png", "bytes": 70,'
    ...     ' "source": "openverse", "image_url": "https://pictures.example/1.png",'
    ...     ' "retrieved_at": "2026-11-21T08:30:00Z"}'
    ... )
    >>> manifest = Manifest(lambda: io.BytesIO(line.encode()))
    >>> [(row.label, row.file_name) for row in manifest]
    [('cat', 'train/cat/7d.png')]
    """

    def __init__(self, file: Path | str | Callable[[], BinaryIO], *, limits: Limits | None = None) -> None:
        """``file`` is a path, or opens the bytes anew each time."""
        self._open = file if callable(file) else partial(_opened, Path(file))
        self._limits = limits or Limits()

    def __iter__(self) -> Iterator[ManifestRow]:
        """Raises InvalidDatasetError at the first line that is no row, naming the line."""
        for number, row in self.numbered():
            if isinstance(row, str):
                raise InvalidDatasetError(f"manifest.jsonl, line {number:,}: {row}")
            yield row

    def numbered(
        self, each: Callable[[bytes], None] = lambda _line: None
    ) -> Iterator[tuple[int, ManifestRow | str]]:
        """Each line's number, from 1, with its row, or with what is wrong with it. ``each`` sees the line
        first."""
        decode = msgspec.json.Decoder(ManifestRow).decode
        for number, line in enumerate(self._lines(), 1):
            if len(line) > self._limits.line:
                yield number, f"the line is longer than {self._limits.line:,} bytes"
                return
            each(line)
            try:
                yield number, decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield number, str(error)

    def _lines(self) -> Iterator[bytes]:
        with told_plainly("manifest.jsonl"), self._open() as file:
            while line := file.readline(self._limits.line + 1):
                yield line


def read_stats(text: bytes, limits: Limits) -> Stats:
    """Raise InvalidDatasetError for what is no statistics of ours, UnsupportedSchemaError for newer ones."""
    if len(text) > limits.text:
        raise InvalidDatasetError(f"stats.json is larger than {limits.text:,} bytes")
    try:
        written_in = msgspec.json.decode(text, type=_Schema).schema
        if written_in > SCHEMA:
            raise UnsupportedSchemaError(
                f"the dataset is written in schema {written_in} and this pixcrawler-sdk reads {SCHEMA}: "
                "pip install --upgrade pixcrawler-sdk"
            )
        return msgspec.json.decode(text, type=Stats)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidDatasetError(f"stats.json: {error}") from error


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


class _Schema(msgspec.Struct, frozen=True):
    schema: int = 1
