"""What is compared to find near-duplicates: a picture's hashes and its shape."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec


class Print(msgspec.Struct, frozen=True):
    """Of the ``Facts`` of a picture, those that tell it from others."""

    width: int
    height: int
    phash: int
    dhash: int
    detail: int


class Printed(Protocol):
    """``Facts`` and ``Print`` are."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def phash(self) -> int: ...
    @property
    def dhash(self) -> int: ...
    @property
    def detail(self) -> int: ...


class Album(Protocol):
    """Pictures in an order that can be gone through again."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Printed]: ...


class Prints:
    """Many prints in columns, in 28 bytes each instead of some hundreds."""

    def __init__(self, of: Iterable[Printed] = ()) -> None:
        self._hashes = array("Q")
        self._shapes = array("I")
        for one in of:
            self.append(one)

    def append(self, one: Printed) -> None:
        self._hashes.extend((one.phash, one.dhash))
        self._shapes.extend((one.width, one.height, one.detail))

    def __len__(self) -> int:
        return len(self._hashes) // 2

    def __getitem__(self, number: int) -> Print:
        phash, dhash = self._hashes[2 * number : 2 * number + 2]
        width, height, detail = self._shapes[3 * number : 3 * number + 3]
        return Print(width, height, phash, dhash, detail)

    def __iter__(self) -> Iterator[Print]:
        return (self[number] for number in range(len(self)))
