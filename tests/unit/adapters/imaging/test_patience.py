"""When processes that stand idle are let go."""

from collections.abc import Iterable

import pytest

from pixcrawler.adapters.imaging.patience import MOST, Patience


def after(pauses: Iterable[float]) -> tuple[Patience, float]:
    """One that has seen a file before the first and after each of these pauses, and when the last ended."""
    patience, now = Patience(0.0, least=2.0), 1.0
    for pause in (0.0, *pauses):
        now += pause
        patience.asked(now)
        now += 0.1
        patience.answered(now)
    return patience, now


def starts(pauses: Iterable[float]) -> int:
    """How often processes had to be started anew."""
    patience, now = after(())
    count = 0
    for pause in pauses:
        now += pause
        count += patience.is_over(now)
        patience.asked(now)
        patience.answered(now)
    return count


def test_nothing_is_over_before_anything_was_asked_for() -> None:
    assert not Patience(0.0, least=2.0).is_over(1_000.0)


def test_after_quick_work_the_least_is_enough() -> None:
    patience, now = after([0.01] * 100)
    assert not patience.is_over(now + 1.9)
    assert patience.is_over(now + 2.1)


def test_while_something_is_wanted_nothing_is_over() -> None:
    patience, now = after(())
    patience.asked(now)
    patience.asked(now)
    patience.answered(now)
    assert not patience.is_over(now + 1_000)


@pytest.mark.parametrize("pause", [0.5, 3.0, 10.0, 19.0])
def test_steady_slow_work_starts_processes_anew_twice_at_most(pause: float) -> None:
    assert starts([pause] * 200) <= 2


def test_uneven_slow_work_seldom_starts_processes_anew() -> None:
    assert starts([1.0, 4.0, 2.5, 6.0, 3.0, 5.0, 1.5, 7.0] * 25) <= 3


def test_a_single_pause_is_no_reason_to_wait_for_the_next() -> None:
    patience, now = after([10.0, *[0.01] * 50])
    assert patience.is_over(now + 2.1)


def test_pauses_count_for_a_minute_at_least_and_two_at_most() -> None:
    patience, now = after([9.0, 9.0, *[0.5] * 100])
    assert not patience.is_over(now + 17.0)
    patience, now = after([9.0, 9.0, *[0.5] * 205])
    assert patience.is_over(now + 2.1)


def test_very_long_pauses_are_not_waited_for() -> None:
    patience, now = after([MOST + 1] * 10)
    assert patience.is_over(now + 2.1)
