"""The files of an imagefolder that are no images, written while its rows go by once."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import msgspec

from pixcrawler.adapters.exporters.card import Origin, card
from pixcrawler.adapters.exporters.inventory import Inventory
from pixcrawler.adapters.exporters.licences import Licences, attribution_head, attribution_line
from pixcrawler.adapters.exporters.records import all_measured, manifest_line, metadata_line, tombstone_lines
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.statistics import Statistics, statistics_of


class Written(msgspec.Struct, frozen=True):
    """The images that are told of, the numbers about them, and the size in bytes of each file."""

    inventory: Inventory
    stats: Statistics
    sizes: dict[str, int]


def write_texts(manifest: Manifest, options: ExportOptions, layout: Layout, into: Path) -> Written:
    """All files that are not images, the checksums last. Raises OSError."""
    inventory, licences, origin = Inventory(), Licences(), Origin()

    def told(files: "_Files") -> Iterator[Placed]:
        measured = all_measured(layout)
        for image in layout:
            files.write(f"{image.split}/metadata.jsonl", metadata_line(image, measured=measured))
            files.write("manifest.jsonl", manifest_line(image))
            files.write("ATTRIBUTION.csv", attribution_line(image))
            inventory.add(image)
            licences.add(image.row)
            origin.add(image.row)
            yield image

    with ExitStack() as opened:
        files = _Files(into, opened)
        files.write("manifest.jsonl", b"")
        files.write("ATTRIBUTION.csv", attribution_head())
        stats = statistics_of(manifest, told(files))
        for line in tombstone_lines(manifest):
            files.write("tombstones.jsonl", line)
        files.write("LICENSE-SUMMARY.md", licences.summary(manifest).encode())
        files.write("stats.json", msgspec.json.format(msgspec.json.encode(stats), indent=2) + b"\n")
        files.write("README.md", card(manifest, stats, origin, options.splits, options.name).encode())
        for line in inventory.checksums(files.digests()):
            files.write("SHA256SUMS", line)
    return Written(inventory, stats, files.sizes)


class _Files:
    """Files in a folder that get their content piece by piece; each is new with its first one."""

    def __init__(self, into: Path, opened: ExitStack) -> None:
        self.sizes: dict[str, int] = {}
        self._into, self._opened = into, opened
        self._files: dict[str, IO[bytes]] = {}
        self._sums: dict[str, hashlib._Hash] = {}

    def write(self, name: str, piece: bytes) -> None:
        if name not in self._files:
            self._files[name] = self._opened.enter_context((self._into / name).open("xb"))
            self._sums[name] = hashlib.sha256()
            self.sizes[name] = 0
        self._files[name].write(piece)
        self._sums[name].update(piece)
        self.sizes[name] += len(piece)

    def digests(self) -> dict[str, str]:
        """SHA-256 (hex) of what was written, by name."""
        return {name: summed.hexdigest() for name, summed in self._sums.items()}
