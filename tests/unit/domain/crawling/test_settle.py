"""Which pictures stay, on small examples."""

from collections.abc import Mapping, Sequence

from pixcrawler.domain.crawling.settle import Kept, Picture, Record, Settlement, Sighted, settle

Page = Sequence[int | None]
SMALL, LARGE, LARGEST = 1, 2, 3


def sighted(number: int, picture: int | None) -> Sighted:
    return Sighted(number, picture, known=True)


def record(
    *pages: Page, first: int = 0, closed: int | None = None, exhausted: bool = False, counted: int = 0
) -> Record:
    """Pages of pictures; candidates are numbered from ``first``, and only so many chunks are closed."""
    numbers = iter(range(first, 1_000))
    chunks = [[sighted(next(numbers), picture) for picture in page] for page in pages]
    ends = len(pages) if closed is None else closed
    is_closed = [n < ends for n in range(len(pages))]
    return Record(chunks, is_closed, [counted] * len(pages), exhausted=exhausted)


def decide(
    total: int,
    *records: Record,
    pixels: Mapping[int, int] | None = None,
    near: Sequence[tuple[int, int]] = (),
) -> Settlement:
    alike: dict[int, list[int]] = {}
    for one, other in near:
        alike.setdefault(one, []).append(other)
        alike.setdefault(other, []).append(one)
    pictures = [Picture((pixels or {}).get(n, 1), 1, f"{n:064x}") for n in range(100)]
    return settle(total, records, pictures, alike)


def kept(settlement: Settlement) -> list[int]:
    assert settlement.decided
    return [one.picture for one in settlement.kept]


def test_the_best_ranked_stay() -> None:
    assert kept(decide(2, record([5, 4, 3]))) == [5, 4]


def test_rejected_candidates_are_passed_over() -> None:
    assert kept(decide(2, record([None, 4, None, 3]))) == [4, 3]


def test_a_picture_seen_again_counts_once_and_is_held_by_the_first() -> None:
    settlement = decide(2, record([4, 4, 3]))
    assert settlement.kept == (Kept(4, 0, 0, 0), Kept(3, 2, 0, 0))
    assert settlement.holders == {4: 0, 3: 2}


def test_a_picture_of_two_keywords_belongs_to_the_earlier_chunk_then_the_earlier_keyword() -> None:
    settlement = decide(4, record([1], [7, 8]), record([7, 2], first=50))
    assert [(one.picture, one.keyword) for one in settlement.kept] == [(1, 0), (7, 1), (2, 1), (8, 0)]
    tied = decide(2, record([7, 1]), record([7, 2], first=50))
    assert [(one.picture, one.keyword) for one in tied.kept] == [(7, 0), (2, 1)]


def test_the_larger_of_two_alike_stays_wherever_it_ranks() -> None:
    settlement = decide(1, record([1, 2]), pixels={2: LARGE}, near=[(1, 2)])
    assert kept(settlement) == [2]
    assert settlement.near == {1: 2}


def test_equals_in_size_are_told_apart_by_their_digest() -> None:
    assert kept(decide(1, record([2, 1]), near=[(1, 2)])) == [1]


def test_what_is_alike_to_a_dropped_picture_may_stay() -> None:
    settlement = decide(2, record([1, 2, 3]), pixels={2: LARGE, 3: LARGEST}, near=[(1, 2), (2, 3)])
    assert kept(settlement) == [1, 3]
    assert settlement.near == {2: 3}


def test_chunks_beyond_what_is_needed_are_not_considered() -> None:
    settlement = decide(1, record([1], [2]), pixels={2: LARGE}, near=[(1, 2)])
    assert kept(settlement) == [1]
    assert 2 not in settlement.holders


def test_a_keyword_that_has_no_more_leaves_its_share_to_the_others() -> None:
    settlement = decide(4, record([1], exhausted=True), record([2, 3, 4, 5], first=50))
    assert sorted(kept(settlement)) == [1, 2, 3, 4]


def test_fewer_when_nobody_has_more() -> None:
    assert kept(decide(9, record([1], exhausted=True), record(exhausted=True))) == [1]


def test_a_job_without_keywords_is_settled_empty() -> None:
    assert kept(decide(5)) == []


def test_an_open_end_says_what_is_lacking() -> None:
    settlement = decide(5, record([1, 2], counted=2))
    assert (settlement.decided, settlement.lacking, settlement.lost) == (False, [3], [0])


def test_an_open_end_says_how_many_the_counts_were_wrong_by() -> None:
    settlement = decide(2, record([1, 2], counted=2), pixels={1: LARGE}, near=[(1, 2)])
    assert (settlement.lacking, settlement.lost) == ([1], [1])


def test_a_chunk_that_is_not_closed_is_an_open_end() -> None:
    assert not decide(2, record([1], [2], closed=1, exhausted=True)).decided


def test_a_closed_chunk_with_a_candidate_of_another_chunk_that_has_no_fate_is_an_open_end() -> None:
    waiting = Record([[Sighted(0, None, known=False)]], [True], [0], exhausted=True)
    assert not decide(1, waiting).decided


def test_an_open_end_blocks_even_if_another_keyword_made_up_for_it() -> None:
    """Keyword 0 lacks one, as 1 drops 2 and 3. Then keyword 1 brings 9, which drops 1 and so frees both.

    Had the next chunk of keyword 0 been closed, its picture 5 would have dropped 2: so wait for it.
    """
    pixels = {9: 9, 1: 8, 5: 7}
    near = [(1, 2), (1, 3), (1, 9), (2, 5)]
    other = record([7, 7], [9], first=50)
    early = decide(4, record([1, 2, 3], [5], closed=1), other, pixels=pixels, near=near)
    assert not early.decided
    assert early.lacking[0] > 0
    late = decide(4, record([1, 2, 3], [5]), other, pixels=pixels, near=near)
    assert sorted(kept(late)) == [3, 5, 7, 9]
