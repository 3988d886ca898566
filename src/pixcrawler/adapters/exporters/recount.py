"""Looking again at what was written."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from pixcrawler.application.ports.exporter import ExportSummary
from pixcrawler.domain.datasets.errors import ExportMismatch
from pixcrawler.domain.datasets.layout import Placed, count_images
from pixcrawler.domain.datasets.splits import SPLITS


class _Record(msgspec.Struct):
    """What counts of a line in ``metadata.jsonl``."""

    file_name: str
    label: str


def recount(placed: Sequence[Placed], texts: Mapping[str, int], into: Path) -> ExportSummary:
    """Read the folder afresh: names and sizes of all files, and the metadata of every split.

    Raises:
        ExportMismatch: a file is missing, too much, or of another size, or the metadata does not have
            exactly the images of its split. ``texts`` are the sizes of the files that are no images.
    """
    expected = {**texts, **{image.path: image.row.bytes for image in placed}}
    found = _sizes(into)
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise ExportMismatch(_difference(name, expected.get(name), found.get(name)))
    if len(expected) != len(texts) + len(placed):
        raise ExportMismatch("Two images of the dataset have the same file name; build the version again.")
    _compare_metadata(placed, into)
    return ExportSummary(images=len(placed), bytes=sum(found.values()), counts=count_images(placed))


def _compare_metadata(placed: Sequence[Placed], into: Path) -> None:
    decode = msgspec.json.Decoder(_Record).decode
    for split in SPLITS:
        inside = {image.in_split: image.row.label for image in placed if image.split == split}
        if not inside:
            continue
        with (into / split / "metadata.jsonl").open("rb") as lines:
            written = {record.file_name: record.label for record in map(decode, lines)}
        # A label that looks like a date was written with a space behind it.
        if {name: label.rstrip() for name, label in written.items()} != {
            name: label.rstrip() for name, label in inside.items()
        }:
            raise ExportMismatch(f"{split}/metadata.jsonl does not list the images of {split}; export again.")


def _sizes(into: Path) -> dict[str, int]:
    sizes: dict[str, int] = {}
    folders = [into]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    name = Path(entry.path).relative_to(into).as_posix()
                    sizes[name] = entry.stat(follow_symlinks=False).st_size
    return sizes


def _difference(name: str, expected: int | None, found: int | None) -> str:
    if found is None:
        return f"{name} is missing from the export; export again."
    if expected is None:
        return f"{name} stands in the export's folder and does not belong there; use an empty folder."
    return f"{name} has {found:,} bytes on disk and {expected:,} in the manifest; export again."
