"""Which good images stay: settled once, by rank, from what the chunks recorded.

The input is the record of a job: for every keyword its chunks in order, for every chunk the
candidates it sighted by rank (but those that their description there ruled out), for every candidate
its picture or its reason. The decision depends on the shortest closed beginnings that hold enough, so
it is the same whatever the order in which workers came by.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from pixcrawler.domain.crawling.conflicts import AS_FOUND, Conflicts, Labels, contested, found_under
from pixcrawler.domain.crawling.standing import Quota, shares
from pixcrawler.domain.shared.copies import copies
from pixcrawler.domain.shared.lazy import Lazy


class Review(StrEnum):
    """What somebody said of a picture: that it is nobody's copy, or the copy to keep."""

    APART = "apart"
    PREFERRED = "preferred"


class Picture(msgspec.Struct, frozen=True):
    """A good picture of a job: its size in pixels and bytes; near-duplicates are told apart by these."""

    pixels: int
    bytes: int
    digest: str
    review: Review | None = None

    @property
    def quality(self) -> tuple[bool, int, int, str]:
        """Best first: the one that somebody preferred, then most pixels, then most bytes, then the smaller
        digest. Nothing depends on arrival, and no two pictures of a job are equal in it."""
        return (self.review is not Review.PREFERRED, -self.pixels, -self.bytes, self.digest)


class Sighted(msgspec.Struct, frozen=True):
    """One candidate in one chunk's page. ``picture`` is None for a rejected one; both may be unknown yet.
    ``label`` is the source's own for it there; without one it is the keyword's."""

    candidate: int
    picture: int | None
    known: bool
    label: str | None = None


class Record(msgspec.Struct, frozen=True):
    """One keyword: the sightings of its chunks in rank order, which chunks are closed, how many good
    pictures each counted when it was recorded, and whether no more can come."""

    chunks: Sequence[Sequence[Sighted]]
    closed: Sequence[bool]
    counted: Sequence[int]
    exhausted: bool


class Kept(msgspec.Struct, frozen=True):
    """An image that stays: which picture, by which candidate's sighting, for which keyword. ``labels`` are
    all that it was found under, its own first, where the job wants them all."""

    picture: int
    candidate: int
    keyword: int
    chunk: int
    labels: tuple[str, ...] = ()


class Settlement(msgspec.Struct, frozen=True):
    """The decision, or what is still needed for one.

    ``kept`` is what stays. ``near`` maps a dropped picture to the one that stays instead. ``holders``
    maps each picture in the considered beginnings to the candidate that stands for it; other
    candidates of that picture are exact duplicates. ``contested`` are pictures that were dropped because
    they, or copies of them, were found under two labels.

    Where ``decided`` is False, more must come first: ``lacking`` is how many images each keyword still
    wants, ``lost`` how many more its closed beginning had counted than really stay (below zero where
    another keyword's chunk had counted them).
    """

    decided: bool
    kept: Sequence[Kept]
    near: Mapping[int, int]
    holders: Mapping[int, int]
    lost: list[int]
    lacking: list[int]
    contested: tuple[int, ...] = ()


def settle(
    total: int,
    records: Sequence[Record],
    pictures: Sequence[Picture],
    near: Mapping[int, Sequence[int]],
    quotas: Sequence[Quota] = (),
    *,
    had: Collection[int] = (),
    labels: Labels = AS_FOUND,
) -> Settlement:
    """Decide which pictures stay. ``near`` maps a picture to those that count as the same; ``quotas`` are
    the parts of ``total`` that belong to some keywords alone; pictures in ``had`` do not stay, as there are
    copies of them elsewhere.

    Beginnings grow chunk by chunk until each keyword has its share; a keyword that has none to give
    any more leaves its share to the others. One that met an open end blocks the decision, even if the
    growth of the others made up for it: had its next chunk been there, it would have grown too.
    """
    reach = [0] * len(records)
    owed = [0] * len(records)
    while True:
        first = _first_sightings(records, reach, len(pictures))
        winners, losers = _best_copies(first, pictures, near, had)
        under = _found_under(records, reach, labels, losers)
        disputed = contested(under, losers) if labels.conflicts is Conflicts.DROP else set()
        winners = [picture for picture in winners if picture not in disputed] if disputed else winners
        have = [0] * len(records)
        for picture in winners:
            have[first.keyword(picture)] += 1
        supply = [have[i] if _is_spent(record, reach[i]) else None for i, record in enumerate(records)]
        targets = shares(total, supply, quotas)
        now = [max(0, target - have[i]) if supply[i] is None else 0 for i, target in enumerate(targets)]
        lacking = [max(pair) for pair in zip(now, owed, strict=True)]
        if not any(lacking):
            several = under if labels.conflicts is Conflicts.MULTI else {}
            return Settlement(
                decided=True,
                kept=_by_rank(winners, first, targets, several),
                near={loser: leader for loser, leader in losers.items() if loser not in disputed},
                holders=first,
                lost=[],
                lacking=[],
                contested=tuple(sorted(disputed)),
            )
        if any(owed):
            lost = [sum(record.counted[: reach[i]]) - have[i] for i, record in enumerate(records)]
            return Settlement(decided=False, kept=(), near={}, holders={}, lost=lost, lacking=lacking)
        reach, owed = _grow(records, reach, lacking)


class _First(Mapping[int, int]):
    """The first sighting of each considered picture, in their order: its candidate by its picture. A job may
    have a hundred thousand of them: sixteen bytes each."""

    def __init__(self, pictures: int) -> None:
        self._candidates = array("i", [-1]) * pictures
        self._keywords = array("i", [0]) * pictures
        self._chunks = array("i", [0]) * pictures
        self._order = array("i")

    def add(self, picture: int, candidate: int, keyword: int, chunk: int) -> None:
        if self._candidates[picture] < 0:
            self._candidates[picture] = candidate
            self._keywords[picture] = keyword
            self._chunks[picture] = chunk
            self._order.append(picture)

    def keyword(self, picture: int) -> int:
        return self._keywords[picture]

    def kept(self, picture: int, labels: tuple[str, ...]) -> Kept:
        return Kept(picture, self[picture], self._keywords[picture], self._chunks[picture], labels)

    def __getitem__(self, picture: int) -> int:
        if not 0 <= picture < len(self._candidates) or self._candidates[picture] < 0:
            raise KeyError(picture)
        return self._candidates[picture]

    def __iter__(self) -> Iterator[int]:
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._order)


def _first_sightings(records: Sequence[Record], reach: Sequence[int], pictures: int) -> _First:
    """Each picture's first sighting: the lowest chunk, then keyword, then rank."""
    first = _First(pictures)
    for number, keyword, seen in _in_order(records, reach):
        if seen.picture is not None:
            first.add(seen.picture, seen.candidate, keyword, number)
    return first


def _in_order(records: Sequence[Record], reach: Sequence[int]) -> Iterator[tuple[int, int, Sighted]]:
    """(chunk, keyword, sighting) of the considered beginnings."""
    for number in range(max(reach, default=0)):
        for keyword, record in enumerate(records):
            if number < reach[keyword]:
                for seen in record.chunks[number]:
                    yield number, keyword, seen


def _found_under(
    records: Sequence[Record], reach: Sequence[int], labels: Labels, losers: Mapping[int, int]
) -> Mapping[int, tuple[str, ...]]:
    """Where all labels are wanted, or none of two."""
    if labels.conflicts is Conflicts.KEEP:
        return {}
    sightings = (
        (seen.picture, labels.of_keyword[keyword] if seen.label is None else seen.label)
        for _, keyword, seen in _in_order(records, reach)
        if seen.picture is not None
    )
    return found_under(sightings, losers)


def _best_copies(
    first: Collection[int],
    pictures: Sequence[Picture],
    near: Mapping[int, Sequence[int]],
    had: Collection[int],
) -> tuple[Sequence[int], dict[int, int]]:
    """Leader clustering: best first, a picture near to one that stays is dropped for it."""

    def quality(picture: int) -> tuple[bool, int, int, str]:
        return pictures[picture].quality

    losers = copies((picture for picture in first if picture not in had), near, quality)
    return array("i", (p for p in first if p not in losers and p not in had)), losers


def _is_spent(record: Record, reach: int) -> bool:
    return record.exhausted and reach == len(record.chunks)


def _grow(
    records: Sequence[Record], reach: Sequence[int], lacking: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Longer beginnings for the keywords that lack images, and how many those that met an open end still do.

    A chunk's good sightings are at most what it adds, so no beginning grows longer than it must.
    """
    grown = list(reach)
    owed = [0] * len(records)
    for i, record in enumerate(records):
        more = lacking[i]
        while more > 0 and not _is_spent(record, grown[i]):
            if not _is_known(record, grown[i]):
                owed[i] = more
                break
            more -= sum(seen.picture is not None for seen in record.chunks[grown[i]])
            grown[i] += 1
    return grown, owed


def _is_known(record: Record, number: int) -> bool:
    """Whether the chunk is there, closed, and all that it sighted has a fate."""
    if number >= len(record.chunks) or not record.closed[number]:
        return False
    return all(seen.known for seen in record.chunks[number])


def _by_rank(
    winners: Sequence[int], first: _First, targets: Sequence[int], labels: Mapping[int, tuple[str, ...]]
) -> Sequence[Kept]:
    """The best-ranked of each keyword up to its share, in rank order (``winners`` come in that order)."""
    left = list(targets)
    kept = array("i")
    for picture in winners:
        keyword = first.keyword(picture)
        if left[keyword] > 0:
            left[keyword] -= 1
            kept.append(picture)
    return Lazy(len(kept), lambda number: first.kept(kept[number], labels.get(kept[number], ())))
