"""The files that every export has beside its pictures, written while its rows go by once."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec

from pixcrawler.adapters.exporters.bag import Bag
from pixcrawler.adapters.exporters.card import Origin, card
from pixcrawler.adapters.exporters.croissant import About, croissant
from pixcrawler.adapters.exporters.croissant_tree import Patterns
from pixcrawler.adapters.exporters.form import Form, Made
from pixcrawler.adapters.exporters.licences import Licences, attribution_head, attribution_line
from pixcrawler.adapters.exporters.records import manifest_line, tombstone_lines
from pixcrawler.adapters.exporters.texts import Text, Texts, told_plainly
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.statistics import Statistics, statistics_of

SCHEMA = 1
"""Of manifest.jsonl, stats.json and SHA256SUMS. It grows when readers of the old one would be misled."""


class Written(msgspec.Struct, frozen=True):
    """The texts in the order in which the target takes them, the numbers, and what a reader has to find:
    (name, size) of all files, (split, label, name) of all pictures."""

    texts: tuple[Text, ...]
    stats: Statistics
    files: Bag
    pictures: Bag


class _Told:
    """What goes by with each row, whatever the format."""

    def __init__(self, form: Form, texts: Texts, *, tree: bool) -> None:
        self._form, self._texts, self._tree = form, texts, tree
        self._last = ""
        self.files, self.pictures = Bag(), Bag()
        self.licences, self.origin = Licences(), Origin()
        self.patterns = Patterns()

    def passing(self, layout: Layout) -> Iterator[Placed]:
        for image in self._form.passing(layout, self._texts):
            row, place = image.row, self._form.place(image)
            name = "/".join(map(str, place.values()))
            self._texts.write("manifest.jsonl", manifest_line(image, place))
            self._texts.write("ATTRIBUTION.csv", attribution_line(image, name))
            self.pictures.add(image.split, row.label, name)
            self.licences.add(row)
            self.origin.add(row)
            if self._tree:
                self._file(image)
            yield image

    def about(self, name: str, stats: Statistics) -> About:
        return About(name, stats, self.licences.links(), self.origin.last, self.origin.digest)

    def _file(self, image: Placed) -> None:
        """Equal names are neighbours: rows come by label and digest."""
        name = self._form.file(image)
        if name == self._last:
            raise ExportMismatch(
                "Two images of the dataset have the same file name; build the version again."
            )
        self._last = name
        self.patterns.add(name)
        self.files.add(name, str(image.row.bytes))
        self._texts.write("SHA256SUMS", checksum(image.row.sha256, name))
        for other, data in self._form.beside(image):
            self.files.add(other, str(len(data)))
            self._texts.write("SHA256SUMS", checksum(hashlib.sha256(data).hexdigest(), other))


def write_sidecars(
    manifest: Manifest,
    options: ExportOptions,
    layout: Layout,
    form: Form,
    folder: Path,
    *,
    made: Iterable[Made] | None,
) -> Written:
    """``made`` None: each picture is a file of its own, whose digest is known. ``layout`` tells of the
    pictures as they were written.

    Raises StorageFull, Unavailable, and ExportMismatch when two pictures would be one file.
    """
    with told_plainly(folder), ExitStack() as opened:
        texts = Texts(folder, opened)
        told = _Told(form, texts, tree=made is None)
        texts.write("manifest.jsonl", b"")
        texts.write("ATTRIBUTION.csv", attribution_head())
        texts.write("SHA256SUMS", b"")
        stats = statistics_of(manifest, told.passing(layout))
        told.origin.finish(manifest.rows, converted=options.conversion is not None)
        for line in tombstone_lines(manifest):
            texts.write("tombstones.jsonl", line)
        texts.write("LICENSE-SUMMARY.md", told.licences.summary(manifest).encode())
        described = {"schema": SCHEMA, "digest": told.origin.digest, **msgspec.structs.asdict(stats)}
        texts.write("stats.json", msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n")
        texts.write("README.md", card(manifest, stats, told.origin, options, form).encode())
        about = told.about(options.name, stats)
        pictures = form.croissant() or told.patterns.parts()
        texts.write(
            "croissant.json", croissant(manifest, about, [*(made or ()), *_finished(texts)], pictures)
        )
        for file in made or ():
            told.files.add(file.name, str(file.size))
            texts.write("SHA256SUMS", checksum(file.sha256, file.name))
        for text in _finished(texts):
            texts.write("SHA256SUMS", checksum(text.sha256, text.name))
        every = sorted(texts, key=lambda text: text.name == "SHA256SUMS")
    for text in every:
        told.files.add(text.name, str(text.size))
    return Written(tuple(every), stats, told.files, told.pictures)


def _finished(texts: Texts) -> list[Text]:
    """All but the checksums, which cover them."""
    return [text for text in texts if text.name != "SHA256SUMS"]


def checksum(sha256: str, name: str) -> bytes:
    """A line as `sha256sum` writes and reads it."""
    return f"{sha256}  {name}\n".encode()
