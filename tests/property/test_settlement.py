"""Settling decides once, by rank, and nothing but the closed beginnings of the keywords decides."""

import random
from collections.abc import Sequence
from itertools import combinations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pixcrawler.domain.crawling.settle import Picture, Record, Settlement, Sighted, settle
from pixcrawler.domain.crawling.standing import Quota, shares

MANY = settings(max_examples=120)


class Crawl(msgspec.Struct):
    """All that a finished crawl could ever know: every chunk closed, every candidate known."""

    total: int
    records: list[Record]
    pictures: list[Picture]
    near: dict[int, list[int]]


@st.composite
def crawls(draw: st.DrawFn) -> Crawl:
    """Up to 3 keywords, 5 chunks each; the same pictures turn up in many places; some are alike."""
    count = draw(st.integers(1, 14))
    sizes = st.integers(1, 3)
    pictures = [Picture(draw(sizes), draw(sizes), f"{number:064x}") for number in range(count)]
    pairs = draw(st.sets(st.sampled_from([*combinations(range(count), 2)] or [(0, 0)]), max_size=10))
    near: dict[int, list[int]] = {}
    for one, other in sorted(pairs):
        if one != other:
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    of_candidate = draw(st.lists(st.one_of(st.none(), st.integers(0, count - 1)), min_size=1, max_size=25))
    page = st.lists(st.integers(0, len(of_candidate) - 1), max_size=6)
    records = []
    for _ in range(draw(st.integers(1, 3))):
        pages = draw(st.lists(page, max_size=5))
        chunks = [[Sighted(number, of_candidate[number], known=True) for number in one] for one in pages]
        counted = [draw(st.integers(0, 6)) for _ in chunks]
        records.append(Record(chunks, [True] * len(chunks), counted, exhausted=draw(st.booleans())))
    return Crawl(draw(st.integers(1, 12)), records, pictures, near)


def decided(crawl: Crawl) -> Settlement:
    return settle(crawl.total, crawl.records, crawl.pictures, crawl.near)


def unknown(chunk: Sequence[Sighted], hidden: set[int]) -> list[Sighted]:
    """The chunk while these of its candidates have no fate yet."""
    return [Sighted(s.candidate, None, known=False) if s.candidate in hidden else s for s in chunk]


def earlier(crawl: Crawl, closed: list[int], *, found: list[int] | None = None) -> Crawl:
    """The same crawl when only so many chunks of each keyword were closed, and so many known at all."""
    records = []
    for number, record in enumerate(crawl.records):
        there = len(record.chunks) if found is None else max(found[number], closed[number])
        is_closed = [n < closed[number] for n in range(there)]
        chunks = [
            list(chunk) if is_closed[n] else unknown(chunk, {s.candidate for s in chunk})
            for n, chunk in enumerate(record.chunks[:there])
        ]
        exhausted = record.exhausted and there == len(record.chunks)
        records.append(Record(chunks, is_closed, record.counted[:there], exhausted))
    return msgspec.structs.replace(crawl, records=records)


@st.composite
def moments(draw: st.DrawFn) -> tuple[Crawl, Crawl, list[int]]:
    """A crawl, and an earlier moment of it."""
    crawl = draw(crawls())
    lengths = [len(record.chunks) for record in crawl.records]
    closed = [draw(st.integers(0, length)) for length in lengths]
    found = [draw(st.integers(0, length)) for length in lengths]
    return crawl, earlier(crawl, closed, found=found), closed


# Property: never more images than were asked for.
@MANY
@given(crawls())
def test_never_more_than_asked_for(crawl: Crawl) -> None:
    settlement = decided(crawl)
    kept = [one.picture for one in settlement.kept]
    assert len(kept) == len(set(kept)) <= crawl.total


# Property: each keyword gets its share, and what it cannot use is passed on.
@MANY
@given(crawls())
def test_each_keyword_gets_its_share_and_leaves_what_it_cannot_use(crawl: Crawl) -> None:
    settlement = decided(crawl)
    if not settlement.decided:
        return
    given_to = [sum(one.keyword == n for one in settlement.kept) for n in range(len(crawl.records))]
    base, rest = divmod(crawl.total, len(crawl.records))
    fair = [base + (number < rest) for number in range(len(crawl.records))]
    spent = [record.exhausted for record in crawl.records]
    for number, images in enumerate(given_to):
        assert spent[number] or images >= fair[number]
    rich = [images for images, done in zip(given_to, spent, strict=True) if not done]
    assert not rich or max(rich) - min(rich) <= 1
    if not all(spent):
        assert sum(given_to) == crawl.total


# Property: no two kept pictures are near.
@MANY
@given(crawls())
def test_no_two_kept_pictures_are_near(crawl: Crawl) -> None:
    kept = {one.picture for one in decided(crawl).kept}
    for picture in kept:
        assert kept.isdisjoint(crawl.near.get(picture, []))


# Property: a kept picture has no better considered neighbour but those dropped for an even better one.
@MANY
@given(crawls())
def test_a_kept_picture_is_the_best_of_its_considered_neighbours(crawl: Crawl) -> None:
    def quality(picture: int) -> tuple[int, int, str]:
        p = crawl.pictures[picture]
        return (-p.pixels, -p.bytes, p.digest)

    settlement = decided(crawl)
    kept = {one.picture for one in settlement.kept}
    for picture in kept:
        for other in crawl.near.get(picture, []):
            if other in settlement.holders and quality(other) < quality(picture):
                assert quality(settlement.near[other]) < quality(other)
    for loser, leader in settlement.near.items():
        assert leader in crawl.near[loser]
        assert quality(leader) < quality(loser)
        assert leader not in settlement.near
        assert {loser, leader} <= settlement.holders.keys()


# Property: what is kept comes in rank order from where it was first seen.
@MANY
@given(crawls())
def test_the_best_ranked_of_each_keyword_stay(crawl: Crawl) -> None:
    settlement = decided(crawl)
    for keyword, record in enumerate(crawl.records):
        mine = [one for one in settlement.kept if one.keyword == keyword]
        assert [one.chunk for one in mine] == sorted(one.chunk for one in mine)
        for one in mine:
            seen = [s for s in record.chunks[one.chunk] if s.picture == one.picture]
            assert seen[0].candidate == one.candidate == settlement.holders[one.picture]


# Property: what was closed ahead of need, and in which order, changes nothing in a decision.
@settings(max_examples=200)
@given(moments())
def test_extra_chunks_change_nothing_in_what_is_kept(moment: tuple[Crawl, Crawl, list[int]]) -> None:
    crawl, before, _ = moment
    early = decided(before)
    if early.decided:
        assert early == decided(crawl)


# Property: chunks closed in any order lead to one decision.
@MANY
@given(crawls(), st.integers(0, 2**32))
def test_the_order_of_closing_changes_nothing(crawl: Crawl, seed: int) -> None:
    dice = random.Random(seed)
    order = [number for number, record in enumerate(crawl.records) for _ in record.chunks]
    dice.shuffle(order)
    closed = [0] * len(crawl.records)
    final = decided(crawl)
    for number in order:
        closed[number] += 1
        now = decided(earlier(crawl, list(closed)))
        assert not now.decided or now == final


# Property: an undecided settlement says what is lacking, and what it lacks is still to be had.
@settings(max_examples=150)
@given(moments())
def test_an_undecided_settlement_says_what_is_lacking(moment: tuple[Crawl, Crawl, list[int]]) -> None:
    _, crawl, closed = moment
    settlement = decided(crawl)
    if settlement.decided:
        assert (settlement.lost, settlement.lacking) == ([], [])
        return
    assert settlement.kept == ()
    assert len(settlement.lost) == len(settlement.lacking) == len(crawl.records)
    wanting = [number for number, images in enumerate(settlement.lacking) if images > 0]
    assert wanting
    assert min(settlement.lacking) >= 0

    def may_give_more(number: int) -> bool:
        record = crawl.records[number]
        return not record.exhausted or closed[number] < len(record.chunks)

    assert any(may_give_more(number) for number in wanting)


# Property: fewer images than asked for only when no keyword has more to give.
@MANY
@given(moments())
def test_fewer_only_when_every_keyword_is_exhausted(moment: tuple[Crawl, Crawl, list[int]]) -> None:
    for crawl in moment[:2]:
        settlement = decided(crawl)
        if settlement.decided and len(settlement.kept) < crawl.total:
            assert all(record.exhausted and all(record.closed) for record in crawl.records)


# Property: a decision rests on known candidates only.
@MANY
@given(crawls(), st.sets(st.integers(0, 24)))
def test_a_chunk_with_an_unknown_candidate_decides_nothing(crawl: Crawl, hidden: set[int]) -> None:
    records = [
        Record([unknown(chunk, hidden) for chunk in r.chunks], r.closed, r.counted, r.exhausted)
        for r in crawl.records
    ]
    early = decided(msgspec.structs.replace(crawl, records=records))
    if early.decided:
        assert early == decided(crawl)


supplies = st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=8)


# Property: shares add up to what can be had, and are even among those that have enough.
@settings(max_examples=150)
@given(st.integers(0, 60), supplies)
def test_shares_add_up_and_are_even(total: int, supply: list[int | None]) -> None:
    dealt = shares(total, supply)
    possible = total if None in supply else min(total, sum(n for n in supply if n is not None))
    assert sum(dealt) == possible
    assert all(most is None or share <= most for share, most in zip(dealt, supply, strict=True))
    free = [share for share, most in zip(dealt, supply, strict=True) if most is None]
    assert not free or max(free) - min(free) <= 1
    full = [share for share, most in zip(dealt, supply, strict=True) if most is not None and share < most]
    assert not free or not full or max(free) - min(full) <= 1


least = st.lists(st.integers(0, 12), min_size=3, max_size=3)


# Property: who wants a least number gets it before others get more, and nobody's share shrinks when
# another one turns out to have less to give.
@settings(max_examples=120)
@given(st.integers(0, 60), supplies, least, st.integers(0, 7), st.integers(0, 30))
def test_least_numbers_come_first(
    total: int, supply: list[int | None], wanted: list[int], who: int, fewer: int
) -> None:
    spread = list(range(len(supply)))
    quotas = [
        Quota(n, tuple(spread[part::3]), exact=False) for part, n in enumerate(wanted) if spread[part::3]
    ]
    if sum(quota.images for quota in quotas) > total:
        return
    dealt = shares(total, supply, quotas)
    assert sum(dealt) == sum(shares(total, supply))
    for quota in quotas:
        able = [supply[n] for n in quota.keywords]
        possible = quota.images if None in able else min(quota.images, sum(n for n in able if n is not None))
        assert sum(dealt[n] for n in quota.keywords) >= possible
    known = supply[who % len(supply)]
    if known is None or known > fewer:
        after = [*supply]
        after[who % len(supply)] = fewer
        later = shares(total, after, quotas)
        assert all(
            b >= a for n, (a, b) in enumerate(zip(dealt, later, strict=True)) if n != who % len(supply)
        )
