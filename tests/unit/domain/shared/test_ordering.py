"""Sorting without holding all keys."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.shared.ordering import AT_ONCE, ordered


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE])
@pytest.mark.parametrize("key", [lambda n: n * 7919 % 4096, lambda n: -n, lambda _: 0])
def test_the_order_is_that_of_sorted(count: int, key: Callable[[int], int]) -> None:
    assert list(ordered(range(count), key)) == sorted(range(count), key=key)


@given(st.permutations(range(10)), st.integers(0, 2 * AT_ONCE))
def test_equal_keys_keep_the_order_in_which_they_came(few: list[int], more: int) -> None:
    numbers = [*few, *range(10, 10 + more)]
    assert list(ordered(numbers, lambda _: 0)) == numbers
