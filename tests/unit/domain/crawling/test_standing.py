"""How far a keyword has come, and what is opened next."""

from typing import Any

import pytest

from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.domain.crawling.chunk import Chunk, ChunkStatus, chunk_size
from pixcrawler.domain.crawling.standing import (
    OPEN_AT_ONCE,
    Next,
    Quota,
    Standing,
    is_filled,
    shares,
    wanted,
    what_next,
)
from tests.fakes.aggregates import Aggregates

MAKE = Aggregates(Uuid7())
QUERY = MAKE.query(MAKE.job(MAKE.project(MAKE.profile())))
DONE, FAILED, ACTIVE, PENDING = (
    ChunkStatus.COMPLETED,
    ChunkStatus.FAILED,
    ChunkStatus.ACTIVE,
    ChunkStatus.PENDING,
)


def chunk(status: ChunkStatus, good: int = 0, **changes: Any) -> Chunk:
    return MAKE.chunk(QUERY, **{"status": status, "good": good, "done": good, "size": 10, **changes})


def standing(*chunks: Chunk, **changes: Any) -> Standing:
    values = {"keyword": 0, "searching": False, "exhausted": False, "lost": 0, **changes}
    return Standing(chunks=chunks, **values)


def test_only_the_closed_beginning_leads() -> None:
    assert standing(chunk(DONE, 3), chunk(FAILED, 1), chunk(ACTIVE, 9), chunk(DONE, 5)).leading == 4


def test_what_settling_took_away_does_not_lead() -> None:
    assert standing(chunk(DONE, 3), lost=2).leading == 1
    assert standing(chunk(DONE, 3), lost=5).leading == 0
    assert standing(chunk(DONE, 3), lost=-2).leading == 5


@pytest.mark.parametrize(
    ("one", "finished"),
    [
        (standing(exhausted=True), True),
        (standing(chunk(DONE), chunk(FAILED), exhausted=True), True),
        (standing(chunk(DONE), exhausted=True, searching=True), False),
        (standing(chunk(DONE)), False),
        (standing(chunk(DONE), chunk(PENDING), exhausted=True), False),
        (standing(chunk(ACTIVE), exhausted=True), False),
    ],
)
def test_a_keyword_is_finished_when_nothing_more_can_come(one: Standing, *, finished: bool) -> None:
    assert one.finished == finished


def test_active_chunks_and_the_search_are_open() -> None:
    assert standing(chunk(ACTIVE), chunk(DONE), chunk(PENDING), searching=True).open == 2


def test_opened_chunks_are_expected_to_do_as_well_as_so_far() -> None:
    half = standing(chunk(DONE, 4, done=9, size=9), chunk(ACTIVE, 0, done=0, size=10), chunk(PENDING))
    assert half.expected() == 4 + 0.5 * 10


def test_a_bad_beginning_leaves_a_tenth_of_hope() -> None:
    assert standing(chunk(DONE, 0, done=99, size=99), chunk(ACTIVE, done=0, size=10)).expected() == 1.0


def test_the_next_chunk_is_the_first_pending_one() -> None:
    first = chunk(PENDING)
    assert standing(chunk(DONE), first, chunk(PENDING)).next_pending == first
    assert standing(chunk(DONE)).next_pending is None


def test_pending_chunks_before_opened_ones_are_gaps() -> None:
    assert standing(chunk(PENDING), chunk(DONE), chunk(PENDING), chunk(ACTIVE), chunk(PENDING)).gaps == 2
    assert standing(chunk(DONE), chunk(PENDING)).gaps == 0
    assert standing().gaps == 0


@pytest.mark.parametrize(
    ("total", "supply", "dealt"),
    [
        (10, [None], [10]),
        (10, [None, None, None], [4, 3, 3]),
        (10, [1, None], [1, 9]),
        (10, [2, 3], [2, 3]),
        (10, [0, 0], [0, 0]),
        (5, [None, 1, None], [2, 1, 2]),
        (0, [None], [0]),
        (3, [], []),
    ],
)
def test_unused_shares_are_passed_on(total: int, supply: list[int | None], dealt: list[int]) -> None:
    assert shares(total, supply) == dealt


def test_a_finished_keyword_is_wanted_no_more_of_than_it_has() -> None:
    poor = standing(chunk(DONE, 1), exhausted=True)
    assert wanted(10, [poor, standing(keyword=1)]) == [1, 9]


def test_a_job_is_filled_when_every_keyword_has_its_share_or_no_more() -> None:
    poor, rich = standing(chunk(DONE, 1), exhausted=True), standing(chunk(DONE, 9), keyword=1)
    assert is_filled(10, [poor, rich])
    assert not is_filled(11, [poor, rich])
    assert is_filled(11, [poor, standing(chunk(DONE, 9), keyword=1, exhausted=True)])


def test_a_keyword_without_chunks_is_searched() -> None:
    assert what_next(10, [standing()]) == Next((), (0,))


def test_a_keyword_is_searched_once_at_a_time() -> None:
    assert what_next(10, [standing(searching=True)]) == Next((), ())


def test_pending_chunks_go_before_another_search() -> None:
    first = chunk(PENDING, span=10)
    assert what_next(10, [standing(first)]) == Next((first,), ())
    assert what_next(30, [standing(first)]) == Next((first,), (0,))


def test_nothing_is_opened_for_a_keyword_that_has_its_share_or_hopes_for_it() -> None:
    assert what_next(5, [standing(chunk(DONE, 5), chunk(PENDING))]) == Next((), ())
    assert what_next(5, [standing(chunk(ACTIVE, 0, size=10), chunk(PENDING))]) == Next((), ())


def test_an_exhausted_keyword_is_not_searched() -> None:
    assert what_next(5, [standing(chunk(DONE, 1), exhausted=True)]) == Next((), ())


def test_a_gap_is_opened_whatever_stands_behind_it() -> None:
    gap = chunk(PENDING, good=2)
    assert what_next(5, [standing(gap, chunk(DONE, 9), chunk(PENDING))]) == Next((gap,), ())


def test_the_window_is_bounded_over_all_keywords_and_dealt_fairly() -> None:
    many = [standing(*(chunk(PENDING, span=10) for _ in range(40)), keyword=number) for number in range(2)]
    opened = what_next(10_000, many).chunks
    assert len(opened) == OPEN_AT_ONCE
    assert [one.id for one in opened[0::2]] == [one.id for one in many[0].chunks[:8]]
    busy = standing(*(chunk(ACTIVE) for _ in range(OPEN_AT_ONCE)))
    assert what_next(10_000, [busy, many[1]]) == Next((), ())


@pytest.mark.parametrize(("share", "size"), [(0, 10), (1, 10), (8, 10), (40, 50), (100, 125), (10_000, 125)])
def test_chunks_are_a_little_larger_than_what_is_wanted(share: int, size: int) -> None:
    assert chunk_size(share) == size


@pytest.mark.parametrize(
    ("total", "supply", "quotas", "dealt"),
    [
        (10, [None, None], [Quota(7, (0,)), Quota(3, (1,))], [7, 3]),
        (10, [2, None], [Quota(7, (0,)), Quota(3, (1,))], [2, 3]),
        (10, [2, None, None], [Quota(7, (0, 2))], [2, 3, 5]),
        (10, [None, None, None], [Quota(4, (1,))], [3, 4, 3]),
        (10, [None, 0, None], [Quota(4, (1,))], [3, 0, 3]),
        (4, [None, None], [Quota(4, (1,))], [0, 4]),
    ],
)
def test_what_belongs_to_a_quota_goes_to_its_keywords_alone(
    total: int, supply: list[int | None], quotas: list[Quota], dealt: list[int]
) -> None:
    assert shares(total, supply, quotas) == dealt


def test_a_job_with_quotas_is_filled_when_each_is() -> None:
    cats, dogs = standing(chunk(DONE, 8)), standing(chunk(DONE, 2), keyword=1)
    assert is_filled(10, [cats, dogs], [Quota(8, (0,)), Quota(2, (1,))])
    assert not is_filled(10, [cats, dogs], [Quota(7, (0,)), Quota(3, (1,))])
