"""What a folder should hold: every image's name, size and digest, in some fifty bytes each."""

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping

from pixcrawler.domain.datasets.layout import Placed

_DIGEST = 32


class Shelf:
    """The images of one class in one split, by their digests as they come."""

    def __init__(self, split: str, label: str) -> None:
        self.split, self.label = split, label
        self.sizes = array("Q")
        self._digests = bytearray()
        self._ids = array("Q")
        self._formats: list[str] = []

    def __len__(self) -> int:
        return len(self.sizes)

    def add(self, image: Placed) -> None:
        self.sizes.append(image.row.bytes)
        self._digests += bytes.fromhex(image.row.sha256)
        self._ids.append(int(image.row.id, 16))
        self._formats.append(image.row.format)

    def name(self, number: int) -> str:
        return f"{self._ids[number]:016x}.{self._formats[number]}"

    def digest(self, number: int) -> str:
        return self._digests[number * _DIGEST : (number + 1) * _DIGEST].hex()

    def find(self, name: str) -> int | None:
        """The number of the image of this name."""
        try:
            number = bisect_left(self._ids, int(name[:16], 16))
        except ValueError:
            return None
        return number if number < len(self) and self.name(number) == name else None

    @property
    def has_twins(self) -> bool:
        """Whether two images have the same name."""
        return any(self._ids[number] == self._ids[number - 1] for number in range(1, len(self)))


class Inventory:
    """Shelves by their folder, relative to the dataset's and ended by ``/``. Images come sorted by digest in
    each label, as in a manifest."""

    def __init__(self) -> None:
        self.shelves: dict[str, Shelf] = {}

    def __len__(self) -> int:
        return sum(map(len, self.shelves.values()))

    def add(self, image: Placed) -> None:
        folder = f"{image.split}/{image.folder}/"
        shelf = self.shelves.get(folder)
        if shelf is None:
            shelf = self.shelves[folder] = Shelf(image.split, image.row.label)
        shelf.add(image)

    def checksums(self, texts: Mapping[str, str]) -> Iterator[bytes]:
        """The lines of ``SHA256SUMS``, by name; ``texts`` are the digests of the files that are no images."""
        for name, digest in heapq.merge(self._named(), sorted(texts.items())):
            yield f"{digest}  {name}\n".encode()

    def _named(self) -> Iterator[tuple[str, str]]:
        for folder, shelf in sorted(self.shelves.items()):
            for number in range(len(shelf)):
                yield folder + shelf.name(number), shelf.digest(number)
