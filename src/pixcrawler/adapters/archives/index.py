"""Where members stand in an archive, by their names."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator


class Index:
    """Members in their order, each with ``width`` numbers, in about a hundred bytes: objects for each would
    take several times as much."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._names = bytearray(b"\0")
        self._starts = array("Q")
        self._numbers = array("Q")
        self._next = 0

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        for number in range(len(self)):
            yield self._name(number).decode(), self._of(number)

    def add(self, name: str, *numbers: int) -> None:
        self._starts.append(len(self._names))
        self._names += name.encode() + b"\0"
        self._numbers.extend(numbers)

    def find(self, name: str) -> tuple[int, ...]:
        """The numbers of the first member of this name. Fast for one that follows the last that was found.

        Raises KeyError.
        """
        text = name.encode()
        if self._next >= len(self) or self._name(self._next) != text:
            at = self._names.find(b"\0" + text + b"\0")
            if at < 0 or not text or 0 in text:
                raise KeyError(name)
            self._next = bisect_right(self._starts, at + 1) - 1
        self._next += 1
        return self._of(self._next - 1)

    def _name(self, number: int) -> bytes:
        last = number + 1 == len(self._starts)
        end = len(self._names) if last else self._starts[number + 1]
        return bytes(self._names[self._starts[number] : end - 1])

    def _of(self, number: int) -> tuple[int, ...]:
        return tuple(self._numbers[number * self._width : (number + 1) * self._width])
