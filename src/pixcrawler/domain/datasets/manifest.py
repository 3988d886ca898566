"""What a dataset version consists of: one row per image, in one order, in one spelling.

Names, titles and addresses in a row come from the web. They are data and never become a path as they
are; ``layout`` gives every image its place.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import msgspec

from pixcrawler.domain.shared.lazy import Passing


class ManifestRow(msgspec.Struct, frozen=True, kw_only=True):
    """One image and where it came from.

    ``sha256`` is hex. ``key`` says where the store has the bytes; it is not part of the dataset and never
    exported. ``label`` is the true class name, empty for none; ``labels`` holds it and any others.
    ``label_source`` is ``query``, ``category``, ``taxon``, ``model`` or ``person``; ``label_confidence`` is 0
    to 1, None where nobody measured one.
    ``phash`` and ``dhash`` are 16 hex digits, None
    where the picture was not decoded. ``width`` and ``height`` are in pixels as a viewer shows
    them. ``format`` is the usual file name extension. ``retrieved_at`` is what ``timestamp`` gives.
    Images with an equal ``dedup_group`` are versions of one picture and stay in one split. ``quality`` holds
    the scores of a strict look, 0 to 1, and under ``issues`` the reasons that they gave; None without one.
    ``original_sha256`` is that of the picture as it was found, None where the file still is that.
    """

    sha256: str
    key: str
    label: str
    width: int
    height: int
    format: str
    bytes: int
    source: str
    image_url: str
    retrieved_at: str
    phash: str | None
    dhash: str | None
    labels: tuple[str, ...] = ()
    label_source: str = "query"
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
    quality: dict[str, float | list[str]] | None = None
    original_sha256: str | None = None

    @property
    def id(self) -> str:
        """The first 16 digits of the SHA-256 of the picture as it was found: short, and the file's name in
        exports."""
        return (self.original_sha256 or self.sha256)[:16]


class CrawlFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How the images were found, for the dataset card.

    ``classes`` are all labels that were asked for, also those without a single image. ``filters`` are
    (name, value) in the words of the command line. ``asked`` is how many images were wanted.
    ``tool`` is the program and its version.
    """

    queries: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    seed: int = 0
    asked: int | None = None
    tool: str = "PixCrawler"


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """Stands for an image that was taken down after the version was made: what it was called, and since
    when it is gone. Nothing else of it is told any more."""

    id: str
    sha256: str
    label: str
    taken_down_at: str
    reason: str | None


Rows = Collection[ManifestRow]
"""Rows that can be gone through again and again. A hundred thousand of them fill some hundred MB as objects:
nobody should hold them all, whoever needs a column keeps that column."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A dataset version. ``rows`` are sorted by (label, sha256): make one with ``manifest_of``, or read one
    with ``stored_manifest.read``.

    ``rejected`` counts the candidates that did not become an image, by reason. ``tombstones`` stand for
    rows that are there no more; they are no part of what is stored, nor of the digest.
    """

    dataset: str
    version: int
    rows: Rows
    rejected: dict[str, int]
    facts: CrawlFacts
    tombstones: tuple[Tombstone, ...] = ()


_encoder = msgspec.json.Encoder(order="deterministic")


def manifest_of(
    rows: Iterable[ManifestRow],
    *,
    dataset: str,
    version: int,
    rejected: dict[str, int] | None = None,
    facts: CrawlFacts | None = None,
) -> Manifest:
    """A manifest of these rows, whatever their order."""
    return Manifest(
        dataset=dataset,
        version=version,
        rows=tuple(sorted(rows, key=lambda row: (row.label, row.sha256))),
        rejected=dict(sorted((rejected or {}).items())),
        facts=facts or CrawlFacts(),
    )


_NOT_TOLD = "key"
_TOLD_WHERE_KNOWN = ("quality", "original_sha256")
"""So that rows without are, and sum up to, what they were before there were a strict look and conversions."""

TOLD = tuple(name for name in ManifestRow.__struct_fields__ if name != _NOT_TOLD)
"""The fields that a dataset shows of its images."""


def telling(names: Iterable[str]) -> Callable[[ManifestRow], msgspec.Struct]:
    """What gives these fields of a row to an encoder, in this order, quicker than a dictionary would."""
    chosen = tuple(names)
    kind = msgspec.defstruct(
        "Told",
        [(name, Any, None if name in _TOLD_WHERE_KNOWN else msgspec.UNSET) for name in chosen],
        omit_defaults=True,
    )
    picked = itemgetter(*map(ManifestRow.__struct_fields__.index, chosen))
    return lambda row: kind(*picked(msgspec.structs.astuple(row)))


_in_order = telling(sorted(TOLD))


def canonical(row: ManifestRow) -> bytes:
    """The row as its version's digest sums it up: JSON with sorted keys, UTF-8, no blanks, ended by LF."""
    return _encoder.encode(_in_order(row)) + b"\n"


class RowsDigest:
    """SHA-256 (hex) over rows: one JSON object per line, UTF-8, keys sorted, no blanks, ended by LF.

    ``key`` is left out, so the same pictures with the same facts have the same digest in every store.
    """

    def __init__(self) -> None:
        self._summed = hashlib.sha256()

    def add(self, row: ManifestRow) -> None:
        self._summed.update(canonical(row))

    def hexdigest(self) -> str:
        return self._summed.hexdigest()


def digest(rows: Iterable[ManifestRow]) -> str:
    """The ``RowsDigest`` of all of them, in their order."""
    summed = RowsDigest()
    for row in rows:
        summed.add(row)
    return summed.hexdigest()


class _Left(Passing[ManifestRow]):
    """Rows without those with some SHA-256."""

    def __init__(self, rows: Rows, taken: frozenset[str], count: int) -> None:
        self._rows, self._taken, self._count = rows, taken, count

    def __iter__(self) -> Iterator[ManifestRow]:
        return (row for row in self._rows if row.sha256 not in self._taken)

    def __len__(self) -> int:
        return self._count


def entombed(manifest: Manifest, taken: Mapping[str, tuple[datetime, str | None]]) -> Manifest:
    """The manifest as it may still be shown: a tombstone for each row whose SHA-256 was taken down, with
    when and why."""
    if not taken:
        return manifest
    graves = tuple(
        Tombstone(
            id=row.id,
            sha256=row.sha256,
            label=row.label,
            taken_down_at=timestamp(taken[row.sha256][0]),
            reason=taken[row.sha256][1],
        )
        for row in manifest.rows
        if row.sha256 in taken
    )
    left = _Left(manifest.rows, frozenset(taken), len(manifest.rows) - len(graves))
    return msgspec.structs.replace(manifest, rows=left, tombstones=graves)


def timestamp(at: datetime) -> str:
    """ISO 8601 in UTC to the second, such as ``2026-11-21T08:30:00Z``."""
    return f"{at.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"
