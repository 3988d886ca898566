"""How soon a process that died comes back."""

from pixcrawler.entrypoints.cli.supervision.restarts import Restarts


def test_pauses_double_up_to_a_limit() -> None:
    restarts = Restarts()
    pauses = [restarts.after(lived=0.1) for _ in range(8)]
    assert pauses == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_after_too_many_deaths_in_a_row_it_is_given_up() -> None:
    restarts = Restarts(most=3)
    assert [restarts.after(lived=1) for _ in range(4)] == [0.5, 1, 2, None]


def test_who_lived_long_starts_anew() -> None:
    restarts = Restarts(most=2)
    assert [restarts.after(lived=29), restarts.after(lived=29)] == [0.5, 1]
    assert restarts.after(lived=30) == 0.5
    assert restarts.after(lived=0) == 1
    assert restarts.after(lived=0) is None
