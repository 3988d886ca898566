"""A manifest as it is stored: a line of JSON about the dataset, then one for every row, each ended by LF."""

from collections.abc import Iterable, Iterator

import msgspec

from pixcrawler.domain.datasets.difference import Place
from pixcrawler.domain.datasets.errors import BrokenManifest
from pixcrawler.domain.datasets.manifest import CrawlFacts, Manifest, ManifestRow, RowsDigest
from pixcrawler.domain.shared.lazy import Passing

SCHEMA = 1

_DAMAGED = "The stored manifest of this dataset version is damaged; build the version again."


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line. ``images`` is how many rows follow."""

    schema: int = SCHEMA
    dataset: str
    version: int
    images: int
    rejected: dict[str, int]
    facts: CrawlFacts


_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(ManifestRow)
_places = msgspec.json.Decoder(Place)


def line(of: Header | ManifestRow) -> bytes:
    """The header or a row, with its LF."""
    return _encoder.encode(of) + b"\n"


class _StoredRows(Passing[ManifestRow]):
    """Rows that are decoded whenever somebody goes through them."""

    def __init__(self, lines: Iterable[bytes], count: int) -> None:
        self._lines, self._count = lines, count

    def __iter__(self) -> Iterator[ManifestRow]:
        lines = iter(self._lines)
        next(lines, None)
        try:
            yield from map(_decoder.decode, lines)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BrokenManifest(_DAMAGED) from error

    def __len__(self) -> int:
        return self._count


def read(lines: Iterable[bytes], *, expected: str | None = None) -> Manifest:
    """The manifest that these lines hold, which can be gone through again and again; its rows are read from
    them each time. ``expected`` is the digest that they should have. All are looked at once before this
    returns.

    Raises:
        BrokenManifest: a line is missing or is not what it should be, or the digest is another.
    """
    try:
        header = msgspec.json.decode(next(iter(lines), b""), type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenManifest(_DAMAGED) from error
    if header.schema != SCHEMA:
        raise BrokenManifest(
            f"The stored manifest has schema {header.schema}, this program reads {SCHEMA}; upgrade it."
        )
    rows = _StoredRows(lines, header.images)
    if not _is_whole(rows, expected):
        raise BrokenManifest(_DAMAGED)
    return Manifest(
        dataset=header.dataset,
        version=header.version,
        rows=rows,
        rejected=header.rejected,
        facts=header.facts,
    )


def rows(lines: Iterable[bytes]) -> Iterator[ManifestRow]:
    """Of a stored manifest, once and in order; whether it is whole is not looked at.

    Raises:
        BrokenManifest: a line is not what it should be.
    """
    return iter(_StoredRows(lines, 0))


def places(lines: Iterable[bytes]) -> Iterator[Place]:
    """Of each row of a stored manifest only what is compared with another's.

    Raises:
        BrokenManifest: a line is not what it should be.
    """
    rows = iter(lines)
    next(rows, None)
    try:
        yield from map(_places.decode, rows)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenManifest(_DAMAGED) from error


def _is_whole(rows: _StoredRows, expected: str | None) -> bool:
    """As many as there should be, and the same."""
    summed = RowsDigest()
    count = 0
    for row in rows:
        count += 1
        if expected is not None:
            summed.add(row)
    return count == len(rows) and (expected is None or summed.hexdigest() == expected)
