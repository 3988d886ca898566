"""The two JSON files about images: one complete, one shaped for loaders."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from pixcrawler.domain.datasets.layout import Placed
from pixcrawler.domain.datasets.manifest import TOLD, Manifest, ManifestRow, telling

# Arrow reads JSON text of this shape as a time stamp. A column of nothing else changes its type, and
# `datasets` refuses splits whose types differ.
_LIKE_A_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?")

_encode = msgspec.json.Encoder().encode
_others = telling(name for name in TOLD if name != "label")


def manifest_line(image: Placed, place: Mapping[str, Any]) -> bytes:
    """A line of ``manifest.jsonl``: every field of the row except where the store keeps the bytes, and
    ``place``, which is where this export has them."""
    row = image.row
    head = _encode({"id": row.id, **place, "split": image.split, "label": row.label})
    return head[:-1] + b"," + _encode(_others(row))[1:] + b"\n"


def tombstone_lines(manifest: Manifest) -> Iterator[bytes]:
    """``tombstones.jsonl``: what was taken down since the version was made."""
    for grave in manifest.tombstones:
        yield _encode(grave) + b"\n"


def metadata_line(image: Placed, *, measured: bool) -> bytes:
    """A line of its split's ``metadata.jsonl``. The same columns in every line, none of them ever null: types
    are guessed per split and must be guessed alike, so what is not known is an empty text. With ``measured``,
    when every image of the dataset is, each score has a column."""
    row = image.row
    record: dict[str, Any] = {
        "file_name": image.in_split,
        "label": as_text(row.label),
        "id": row.id,
        "sha256": row.sha256,
        "width": row.width,
        "height": row.height,
        "bytes": row.bytes,
        "license": as_text(row.license),
        "license_url": as_text(row.license_url),
        "author": as_text(row.author),
        "author_url": as_text(row.author_url),
        "attribution": as_text(row.attribution),
        "title": as_text(row.title),
        "source": as_text(row.source),
        "image_url": as_text(row.image_url),
        "page_url": as_text(row.page_url),
        "query": as_text(row.query),
        "label_source": as_text(row.label_source),
        "labels": [as_text(label) for label in row.labels or (row.label,)],
        "dedup_group": as_text(row.dedup_group),
        "retrieved_at": row.retrieved_at,
    }
    if measured:
        record |= _quality(row)
    return _encode(record) + b"\n"


def all_measured(placed: Iterable[Placed]) -> bool:
    return all(image.row.quality is not None for image in placed)


def _quality(row: ManifestRow) -> dict[str, float | str]:
    """``quality_blur`` and so on, and the issues as one text."""
    found: dict[str, float | str] = {}
    for name, value in (row.quality or {}).items():
        found[f"quality_{name}"] = " ".join(value) if isinstance(value, list) else float(value)
    return found


def as_text(value: str | None) -> str:
    """A text that Arrow leaves a text: a space behind what looks like a date."""
    text = value or ""
    return f"{text} " if text[4:5] == "-" and _LIKE_A_DATE.fullmatch(text) else text


def from_text(text: str) -> str:
    """What ``as_text`` made this of."""
    short = text.removesuffix(" ")
    return short if short != text and _LIKE_A_DATE.fullmatch(short) else text
