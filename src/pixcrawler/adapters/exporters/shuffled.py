"""The images of a packed export, one split after another, in the order of their ids.

A manifest is sorted by label, and a shard that holds one class after another is bad to learn from: readers
shuffle in a buffer of some thousand samples. An id begins a SHA-256, so its order is as good as a drawn one,
and the same every time.
"""

import os
import tempfile
import weakref
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.datasets.splits import SPLITS

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(ManifestRow).decode


class Shard(NamedTuple):
    """The places of its images, and its number among those of its split. ``of`` is how many the split has."""

    split: str
    number: int
    of: int
    places: range


class Shuffled:
    """Every image by its place in the new order. Of each some forty bytes are held; its row waits in a file
    without a name, which goes when nobody has this any more: whoever reads ahead may still look a row up
    when an export has failed. Raises OSError."""

    def __init__(self, layout: Layout, scratch: Path) -> None:
        self._ids, self._sizes, self._offsets = array("Q"), array("Q"), array("Q", (0,))
        self._split_of, self._label_of = array("B"), array("I")
        self._folders: list[tuple[str, str]] = []
        self.formats: Counter[str] = Counter()
        self.scores: dict[str, type] = {}
        self.measured = len(layout) > 0
        with tempfile.TemporaryFile(dir=scratch) as rows:
            self._read(layout, rows)
            self._rows = os.dup(rows.fileno())
        weakref.finalize(self, os.close, self._rows)
        self.labels = tuple(sorted(label for label, _ in self._folders if label))
        self._class_of = {label: number for number, label in enumerate(self.labels)}
        self._order = self._sorted()
        self._ranges = dict(self._bounds())
        self._ordered = array("Q", (self._ids[number] for number in self._order))

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, place: int) -> Placed:
        number = self._order[place]
        start = self._offsets[number]
        row = _decode(os.pread(self._rows, self._offsets[number + 1] - start, start))
        folder = self._folders[self._label_of[number]][1]
        return Placed(row, SPLITS[self._split_of[number]], folder, f"{row.id}.{row.format}")

    def images(self, places: range) -> Iterator[Placed]:
        return map(self.__getitem__, places)

    def key(self, place: int) -> str:
        """The id, and a number behind it where the same picture stands there before, under another label."""
        own, before = self._ordered[place], place
        while before and self._ordered[before - 1] == own:
            before -= 1
        return f"{own:016x}" if before == place else f"{own:016x}-{place - before + 1}"

    def class_of(self, label: str) -> int | None:
        """Its place in ``labels``; None of an image without a label."""
        return self._class_of.get(label)

    def place_of(self, image: Placed) -> int:
        """Where this image of the layout stands."""
        start, end = self._ranges[image.split]
        place = bisect_left(self._ordered, int(image.row.id, 16), start, end)
        while self._folders[self._label_of[self._order[place]]][0] != image.row.label:
            place += 1
        return place

    def shards(self, size: int) -> Iterator[Shard]:
        """Shards of equal sizes, about and at most as large, in bytes of pictures as they are stored."""
        for split, (start, end) in self._ranges.items():
            ends = list(self._cut(start, end, size))
            for number, (first, last) in enumerate(zip([start, *ends], ends, strict=False)):
                yield Shard(split, number, len(ends), range(first, last))

    def _bounds(self) -> Iterator[tuple[str, tuple[int, int]]]:
        start = 0
        for number, split in enumerate(SPLITS):
            end = start + self._split_of.count(number)
            yield split, (start, end)
            start = end

    def _read(self, layout: Layout, rows: IO[bytes]) -> None:
        labels: dict[str, int] = {}
        for image in layout:
            row = image.row
            if row.label not in labels:
                labels[row.label] = len(labels)
                self._folders.append((row.label, image.folder))
            self._ids.append(int(row.id, 16))
            self._sizes.append(row.bytes)
            self._split_of.append(SPLITS.index(image.split))
            self._label_of.append(labels[row.label])
            self._offsets.append(self._offsets[-1] + rows.write(_encode(row)))
            self.formats[row.format] += 1
            self.measured = self.measured and row.quality is not None
            for name, value in (row.quality or {}).items():
                self.scores[name] = list if isinstance(value, list) else float
        rows.flush()

    def _sorted(self) -> "array[int]":
        import numpy as np  # not before it is used: every command line loads this file

        ids, splits = np.frombuffer(self._ids, np.uint64), np.frombuffer(self._split_of, np.uint8)
        return array("I", np.lexsort((ids, splits)).astype(np.uint32).tobytes())

    def _cut(self, start: int, end: int, size: int) -> Iterator[int]:
        total = sum(self._sizes[self._order[place]] for place in range(start, end))
        share = total / max(1, -(-total // size))
        filled, full = 0, share
        for place in range(start, end - 1):
            filled += self._sizes[self._order[place]]
            if filled >= full:
                yield place + 1
                full = (filled // share + 1) * share
        if end > start:
            yield end
