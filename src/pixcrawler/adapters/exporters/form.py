"""What a format says of itself; everything else of an export is the same for all.

A format is one file with one ``Form``, which is made anew for each export and may keep what it needs while
rows go by (some bytes an image: there may be a million). Where each picture becomes a file of its own, that
is all: ``TreeExporter(TheForm)`` writes it. Where pictures are packed together, its exporter gives the
target its shards and calls ``conclude`` (see conclude.py) with what it made.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from pixcrawler.adapters.exporters.croissant_parts import Parts
from pixcrawler.adapters.exporters.texts import Texts
from pixcrawler.application.ports.exporter import ExportOptions
from pixcrawler.application.ports.target import Reading
from pixcrawler.domain.datasets.class_names import class_folders
from pixcrawler.domain.datasets.layout import Layout, Placed
from pixcrawler.domain.datasets.manifest import Manifest
from pixcrawler.domain.datasets.statistics import Statistics

HUB_SPLITS = {"train": "train", "val": "validation", "test": "test"}
"""What `datasets` calls each split by itself, so that all ways of loading agree."""


class Seen(NamedTuple):
    """A picture as the format tells of it, read back. ``name`` is what ``Form.place`` says, with ``/``."""

    split: str
    label: str
    name: str


class Made(NamedTuple):
    """A file of packed pictures that the target has: its size in bytes, its SHA-256 in hex."""

    name: str
    size: int
    sha256: str


class Form(ABC):
    """One format's own part of one export. Names are relative to the export, with ``/``."""

    id: ClassVar[str]
    files: ClassVar[tuple[tuple[str, str], ...]]
    """(name, what it holds), in Markdown: the first lines of the card's table of files."""

    @staticmethod
    def folders(labels: Iterable[str]) -> Mapping[str, str]:
        """The folder of each label within its split's, in a tree; several may share one."""
        return class_folders(labels)

    def begin(self, manifest: Manifest, options: ExportOptions, layout: Layout) -> None:
        """Look at what comes, before any of a tree is written. Raises CannotConvert for what this format
        cannot hold, or its readers would skip."""
        del manifest, options, layout

    def file(self, image: Placed) -> str:
        """The name of the file that holds the picture; unique to it in a tree."""
        return image.path

    def place(self, image: Placed) -> dict[str, Any]:
        """Where the picture is, as ``manifest.jsonl`` says it, ``file_name`` first: unique to it."""
        return {"file_name": self.file(image)}

    def beside(self, image: Placed) -> Iterable[tuple[str, bytes]]:
        """Small files of the picture's own in a tree, with their content: the same each time."""
        del image
        return ()

    def passing(self, layout: Layout, texts: Texts) -> Iterator[Placed]:
        """Hand on all images of the layout, once, in its order, writing this format's own texts meanwhile or
        afterwards. Going through the layout more often is allowed, and costs decoding its rows again."""
        del texts
        yield from layout

    def front_matter(self, stats: Statistics) -> Iterable[str]:
        """Lines of YAML that tell the Hub how to open it (hf.co/docs/hub/datasets-manual-configuration)."""
        del stats
        return ()

    def croissant(self) -> Parts | None:
        """How Croissant tools read the pictures and what is told of them; None where each is a file."""
        return None

    @abstractmethod
    def loading(self) -> str:
        """How people open it, in Markdown, for the card: below a heading that is there already."""

    @abstractmethod
    def read_back(self, reading: Reading) -> Iterator[Seen]:
        """Every picture, as whoever opens this format will find it: from the files, not from memory.

        KeyError, ValueError and what msgspec raises mean that the export is not what it should be.
        """


def data_files(paths: Iterable[tuple[str, *tuple[str, ...]]]) -> Iterator[str]:
    """Front matter that names the files of each split: (split, patterns of paths…)."""
    lines = [
        line
        for split, *patterns in paths
        for line in (f"      - split: {HUB_SPLITS[split]}", *_path_lines(patterns))
    ]
    if lines:
        yield from ("configs:", "  - config_name: default", "    data_files:")
        yield from lines


def _path_lines(patterns: list[str]) -> Iterator[str]:
    if len(patterns) == 1:
        yield f'        path: "{patterns[0]}"'
        return
    yield "        path:"
    for pattern in patterns:
        yield f'          - "{pattern}"'
