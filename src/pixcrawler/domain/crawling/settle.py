"""Which good images stay: settled once, by rank, from what the chunks recorded.

The input is the record of a job: for every keyword its chunks in order, for every chunk the
candidates it sighted by rank (but those that their description there ruled out), for every candidate
its picture or its reason. The decision depends on the shortest closed beginnings that hold enough, so
it is the same whatever the order in which workers came by.
"""

from collections.abc import Mapping, Sequence

import msgspec

from pixcrawler.domain.crawling.standing import Quota, shares


class Picture(msgspec.Struct, frozen=True):
    """A good picture of a job: its size in pixels and bytes; near-duplicates are told apart by these."""

    pixels: int
    bytes: int
    digest: str


class Sighted(msgspec.Struct, frozen=True):
    """One candidate in one chunk's page. ``picture`` is None for a rejected one; both may be unknown yet."""

    candidate: int
    picture: int | None
    known: bool


class Record(msgspec.Struct, frozen=True):
    """One keyword: the sightings of its chunks in rank order, which chunks are closed, how many good
    pictures each counted when it was recorded, and whether no more can come."""

    chunks: Sequence[Sequence[Sighted]]
    closed: Sequence[bool]
    counted: Sequence[int]
    exhausted: bool


class Kept(msgspec.Struct, frozen=True):
    """An image that stays: which picture, by which candidate's sighting, for which keyword."""

    picture: int
    candidate: int
    keyword: int
    chunk: int


class Settlement(msgspec.Struct, frozen=True):
    """The decision, or what is still needed for one.

    ``kept`` is what stays. ``near`` maps a dropped picture to the one that stays instead. ``holders``
    maps each picture in the considered beginnings to the candidate that stands for it; other
    candidates of that picture are exact duplicates.

    Where ``decided`` is False, more must come first: ``lacking`` is how many images each keyword still
    wants, ``lost`` how many more its closed beginning had counted than really stay (below zero where
    another keyword's chunk had counted them).
    """

    decided: bool
    kept: tuple[Kept, ...]
    near: Mapping[int, int]
    holders: Mapping[int, int]
    lost: list[int]
    lacking: list[int]


def settle(
    total: int,
    records: Sequence[Record],
    pictures: Sequence[Picture],
    near: Mapping[int, Sequence[int]],
    quotas: Sequence[Quota] = (),
) -> Settlement:
    """Decide which pictures stay. ``near`` maps a picture to those that count as the same; ``quotas`` are
    the parts of ``total`` that belong to some keywords alone.

    Beginnings grow chunk by chunk until each keyword has its share; a keyword that has none to give
    any more leaves its share to the others. One that met an open end blocks the decision, even if the
    growth of the others made up for it: had its next chunk been there, it would have grown too.
    """
    reach = [0] * len(records)
    owed = [0] * len(records)
    while True:
        first = _first_sightings(records, reach)
        winners, losers = _best_copies(first, pictures, near)
        have = [0] * len(records)
        for picture in winners:
            have[first[picture].keyword] += 1
        supply = [have[i] if _is_spent(record, reach[i]) else None for i, record in enumerate(records)]
        targets = shares(total, supply, quotas)
        now = [max(0, target - have[i]) if supply[i] is None else 0 for i, target in enumerate(targets)]
        lacking = [max(pair) for pair in zip(now, owed, strict=True)]
        if not any(lacking):
            kept = _by_rank(winners, first, targets)
            holders = {picture: seen.candidate for picture, seen in first.items()}
            return Settlement(
                decided=True, kept=tuple(kept), near=losers, holders=holders, lost=[], lacking=[]
            )
        if any(owed):
            lost = [sum(record.counted[: reach[i]]) - have[i] for i, record in enumerate(records)]
            return Settlement(decided=False, kept=(), near={}, holders={}, lost=lost, lacking=lacking)
        reach, owed = _grow(records, reach, lacking)


def _first_sightings(records: Sequence[Record], reach: Sequence[int]) -> dict[int, Kept]:
    """Each picture's first sighting: the lowest chunk, then keyword, then rank."""
    first: dict[int, Kept] = {}
    for number in range(max(reach, default=0)):
        for keyword, record in enumerate(records):
            if number >= reach[keyword]:
                continue
            for seen in record.chunks[number]:
                if seen.picture is not None and seen.picture not in first:
                    first[seen.picture] = Kept(seen.picture, seen.candidate, keyword, number)
    return first


def _best_copies(
    first: Mapping[int, Kept], pictures: Sequence[Picture], near: Mapping[int, Sequence[int]]
) -> tuple[list[int], dict[int, int]]:
    """Leader clustering: best first, a picture near to one that stays is dropped for it.

    Best is most pixels, then most bytes, then the smaller digest: nothing that depends on arrival.
    """

    def quality(picture: int) -> tuple[int, int, str]:
        p = pictures[picture]
        return (-p.pixels, -p.bytes, p.digest)

    crowded = sorted((p for p in first if near.get(p)), key=quality)
    losers: dict[int, int] = {}
    leaders: set[int] = set()
    for picture in crowded:
        leader = min((o for o in near[picture] if o in leaders), key=quality, default=None)
        if leader is None:
            leaders.add(picture)
        else:
            losers[picture] = leader
    return [p for p in first if p not in losers], losers


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


def _by_rank(winners: Sequence[int], first: Mapping[int, Kept], targets: Sequence[int]) -> list[Kept]:
    """The best-ranked of each keyword up to its share, in rank order (``winners`` come in that order)."""
    left = list(targets)
    kept: list[Kept] = []
    for picture in winners:
        seen = first[picture]
        if left[seen.keyword] > 0:
            left[seen.keyword] -= 1
            kept.append(seen)
    return kept
