"""Looking again at what was written."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from pixcrawler.adapters.exporters.inventory import Inventory, Shelf
from pixcrawler.domain.datasets.errors import ExportMismatch


class _Record(msgspec.Struct):
    """What counts of a line in ``metadata.jsonl``."""

    file_name: str
    label: str


def recount(inventory: Inventory, texts: Mapping[str, int], into: Path) -> int:
    """Read the folder afresh: names and sizes of all files, and the metadata of every split. The bytes of
    all files.

    Raises:
        ExportMismatch: a file is missing, too much, or of another size, or the metadata does not have
            exactly the images of its split. ``texts`` are the sizes of the files that are no images.
    """
    if any(shelf.has_twins for shelf in inventory.shelves.values()):
        raise ExportMismatch("Two images of the dataset have the same file name; build the version again.")
    seen = _Seen(inventory)
    missing = dict(texts)
    total = 0
    for folder, name, size in _files(into):
        image = seen.size(folder, name)
        expected = missing.pop(folder + name, None) if image is None else image
        if expected != size:
            raise ExportMismatch(_difference(folder + name, expected, size))
        total += size
    for name in (*sorted(missing), *seen.unseen()):
        raise ExportMismatch(f"{name} is missing from the export; export again.")
    for split in dict.fromkeys(shelf.split for shelf in inventory.shelves.values()):
        _compare_metadata(inventory, split, into)
    return total


class _Seen:
    """Ticks off images, one byte for each."""

    def __init__(self, inventory: Inventory) -> None:
        self._shelves = inventory.shelves
        self._ticks = {folder: bytearray(len(shelf)) for folder, shelf in inventory.shelves.items()}

    def size(self, folder: str, name: str) -> int | None:
        """Of the image of this name, which is seen now; None for what is no image, or was seen before."""
        shelf = self._shelves.get(folder)
        number = None if shelf is None else shelf.find(name)
        if shelf is None or number is None or self._ticks[folder][number]:
            return None
        self._ticks[folder][number] = 1
        return shelf.sizes[number]

    def label(self, folder: str) -> str | None:
        shelf = self._shelves.get(folder)
        return None if shelf is None else shelf.label

    def unseen(self) -> Iterator[str]:
        for folder, ticks in sorted(self._ticks.items()):
            if 0 in ticks:
                yield folder + self._shelves[folder].name(ticks.index(0))


def _compare_metadata(inventory: Inventory, split: str, into: Path) -> None:
    shelves: dict[str, Shelf] = {f: one for f, one in inventory.shelves.items() if one.split == split}
    seen = _Seen(inventory)
    decode = msgspec.json.Decoder(_Record).decode
    same, count = True, 0
    with (into / split / "metadata.jsonl").open("rb") as lines:
        for record in map(decode, lines):
            folder, _, name = record.file_name.rpartition("/")
            place = f"{split}/{folder}/"
            label = seen.label(place)
            # A label that looks like a date was written with a space behind it.
            same &= label is not None and label.rstrip() == record.label.rstrip()
            same &= seen.size(place, name) is not None
            count += 1
    if not same or count != sum(map(len, shelves.values())):
        raise ExportMismatch(f"{split}/metadata.jsonl does not list the images of {split}; export again.")


def _files(into: Path) -> Iterator[tuple[str, str, int]]:
    """(folder relative to this one and ended by ``/``, name, size in bytes) of every file."""
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(into / folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}{entry.name}/")
                else:
                    yield folder, entry.name, entry.stat(follow_symlinks=False).st_size


def _difference(name: str, expected: int | None, found: int) -> str:
    if expected is None:
        return f"{name} stands in the export's folder and does not belong there; use an empty folder."
    return f"{name} has {found:,} bytes on disk and {expected:,} in the manifest; export again."
