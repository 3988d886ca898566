"""What is compared to find near-duplicates: a picture's hashes and its shape."""

from array import array
from collections.abc import Collection, Iterable, Iterator

import msgspec

from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.lazy import Passing


class Print(msgspec.Struct, frozen=True):
    """Of the ``Facts`` of a picture, those that tell it from others."""

    width: int
    height: int
    phash: int
    dhash: int
    detail: int


Printed = Print | Facts
Album = Collection[Printed]
"""Pictures in an order that can be gone through again."""


class Prints(Passing[Print]):
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
