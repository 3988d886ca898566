from collections.abc import Iterator

from pixcrawler.domain.imaging.prints import Print, Prints
from pixcrawler.domain.shared.lazy import Lazy, Passing
from tests.fakes.aggregates import facts


class Twice(Passing[int]):
    def __iter__(self) -> Iterator[int]:
        return iter((1, 1))

    def __len__(self) -> int:
        return 2


def test_items_are_made_when_they_are_looked_at() -> None:
    made: list[int] = []

    def make(number: int) -> str:
        made.append(number)
        return "abc"[number]

    letters = Lazy(3, make)
    assert (len(letters), made) == (3, [])
    assert (letters[-1], letters[1:], made) == ("c", ["b", "c"], [2, 1, 2])


def test_it_equals_any_sequence_of_the_same_items() -> None:
    letters = Lazy(2, "ab".__getitem__)
    assert letters == ["a", "b"]
    assert letters == ("a", "b")
    assert letters != ["a"]
    assert Lazy(0, "".__getitem__) == ()


def test_what_passes_by_can_be_looked_for() -> None:
    assert 1 in Twice()
    assert 2 not in Twice()


def test_prints_keep_what_near_duplicates_are_found_by() -> None:
    largest = 2**64 - 1
    prints = Prints([facts(phash=largest, width=3, height=2**31), facts(phash=5)])
    assert (prints[0].phash, prints[0].height, prints[1].phash, len(prints)) == (largest, 2**31, 5, 2)
    assert list(prints) == [prints[0], prints[1]]
    assert isinstance(prints[0], Print)
