"""Pictures under two labels are settled as the job chose, by what was considered and nothing else."""

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from pixcrawler.domain.crawling.conflicts import Conflicts, Labels
from pixcrawler.domain.crawling.settle import Settlement, settle
from tests.property.test_settlement import Crawl, crawls, decided, earlier


class Labelled(msgspec.Struct):
    crawl: Crawl
    labels: Labels


@st.composite
def labelled(draw: st.DrawFn, conflicts: Conflicts) -> Labelled:
    """A crawl whose keywords share two labels, and where some finds have a label of their source's."""
    crawl = draw(crawls())
    own = st.sampled_from([None, None, None, "a", "b", ""])
    records = [
        msgspec.structs.replace(
            record,
            chunks=[[msgspec.structs.replace(s, label=draw(own)) for s in chunk] for chunk in record.chunks],
        )
        for record in crawl.records
    ]
    names = [draw(st.sampled_from(["a", "b", ""])) for _ in records]
    return Labelled(msgspec.structs.replace(crawl, records=records), Labels(names, conflicts))


def settled(one: Labelled, crawl: Crawl | None = None) -> Settlement:
    crawl = crawl or one.crawl
    return settle(crawl.total, crawl.records, crawl.pictures, crawl.near, labels=one.labels)


def found_under(one: Labelled, settlement: Settlement, picture: int) -> set[str]:
    """All labels of a picture and its dropped copies, when everything was considered."""
    same = {picture} | {loser for loser, leader in settlement.near.items() if leader == picture}
    names = {
        one.labels.of_keyword[number] if seen.label is None else seen.label
        for number, record in enumerate(one.crawl.records)
        for chunk in record.chunks
        for seen in chunk
        if seen.picture in same
    }
    return names - {""}


# Property: dropping leaves no picture that the considered beginnings show under two labels, none of its
# copies, and never more than was asked for; each picture has one fate.
@settings(max_examples=100)
@given(labelled(Conflicts.DROP))
def test_a_picture_under_two_labels_is_dropped_with_its_copies(one: Labelled) -> None:
    settlement = settled(one)
    kept = {k.picture for k in settlement.kept}
    contested = set(settlement.contested)
    assert len(kept) <= one.crawl.total
    assert kept.isdisjoint(contested)
    assert contested.isdisjoint(settlement.near)
    assert contested.isdisjoint(settlement.near.values())
    if settlement.decided and len(kept) < one.crawl.total:  # so everything was considered
        assert all(len(found_under(one, settlement, picture)) <= 1 for picture in kept)


# Property: keeping all labels changes nothing in what is kept, and its first label is the plain one.
@settings(max_examples=100)
@given(labelled(Conflicts.MULTI))
def test_all_labels_are_kept_and_nothing_else_changes(one: Labelled) -> None:
    settlement = settled(one)
    plain = decided(one.crawl)
    assert [msgspec.structs.replace(k, labels=()) for k in settlement.kept] == list(plain.kept)
    for kept in settlement.kept:
        chunk = one.crawl.records[kept.keyword].chunks[kept.chunk]
        seen = next(s for s in chunk if s.picture == kept.picture)
        name = one.labels.of_keyword[kept.keyword] if seen.label is None else seen.label
        assert not name or kept.labels[0] == name
        assert set(kept.labels) <= found_under(one, settlement, kept.picture)
        assert len(set(kept.labels)) == len(kept.labels)


# Property: whoever comes first, two labels lead to one decision.
@settings(max_examples=100)
@given(st.sampled_from(list(Conflicts)).flatmap(labelled), st.integers(0, 2**32))
def test_the_order_of_closing_changes_nothing_for_two_labels(one: Labelled, seed: int) -> None:
    dice = random.Random(seed)
    order = [number for number, record in enumerate(one.crawl.records) for _ in record.chunks]
    dice.shuffle(order)
    closed = [0] * len(one.crawl.records)
    final = settled(one)
    for number in order:
        closed[number] += 1
        now = settled(one, earlier(one.crawl, list(closed)))
        assert not now.decided or now == final
