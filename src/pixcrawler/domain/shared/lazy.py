"""Collections whose items are made when somebody looks at them: from columns that hold them in a few bytes,
or from a file."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Passing(Collection[T], Generic[T]):
    """What can be gone through again and again, and says how much there is; nothing else."""

    def __contains__(self, item: object) -> bool:
        return any(item == one for one in self)


class Lazy(Sequence[T], Generic[T]):
    """``make(number)`` for every number below ``count``. Equal to any sequence of equal items."""

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._numbers, self._make = range(count), make

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[T]:
        return map(self._make, self._numbers)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        if isinstance(at, slice):
            return [self._make(number) for number in self._numbers[at]]
        return self._make(self._numbers[at])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of other containers
