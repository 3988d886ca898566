"""Who made the pictures, and under which licence they are."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from pixcrawler.adapters.exporters.cells import csv_line
from pixcrawler.adapters.exporters.quoting import in_cell, in_markdown, markdown_link
from pixcrawler.domain.datasets.layout import Placed
from pixcrawler.domain.datasets.manifest import Manifest, ManifestRow

_COLUMNS = (
    "file_name",
    "label",
    "title",
    "author",
    "author_url",
    "license",
    "license_url",
    "license_raw",
    "attribution",
    "source",
    "page_url",
    "image_url",
)
_FREE = ("CC0", "PDM", "PUBLIC", "NOASSERTION-PD")
_CONDITIONS = {
    "BY": "credit the author",
    "SA": "share changes alike",
    "NC": "no commercial use",
    "ND": "no changed versions",
}


def attribution_head() -> bytes:
    """The first line of ``ATTRIBUTION.csv``: the names of its columns."""
    return csv_line(_COLUMNS)


def attribution_line(image: Placed, name: str) -> bytes:
    """One image, which has this name in the export; ``attribution`` is a credit ready to be printed."""
    row = image.row
    return csv_line(
        (
            *(in_cell(name), _again(row.label), in_cell(row.title or "")),
            *(_again(row.author or ""), _again(row.author_url or "")),
            *(_again(row.license), _again(row.license_url or ""), _again(row.license_raw or "")),
            *(in_cell(attribution_of(row)), _again(row.source)),
            *(in_cell(row.page_url or ""), in_cell(row.image_url)),
        )
    )


_again = lru_cache(1_024)(in_cell)  # of what many images have in common


def attribution_of(row: ManifestRow) -> str:
    """What the source says, else title, author, source and licence as far as they are known."""
    if row.attribution:
        return row.attribution
    title = f"“{row.title}”" if row.title else "Untitled"
    licence = row.license if row.license != "unknown" else "licence unknown"
    return f"{title} by {row.author or 'an unknown author'}, via {row.source}, {licence}"


class Licences:
    """How many images are under each licence, and a link to it."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._links: dict[str, str | None] = {}

    def add(self, row: ManifestRow) -> None:
        self._counts[row.license] += 1
        self._links[row.license] = self._links.get(row.license) or row.license_url

    def links(self) -> list[tuple[str, str | None]]:
        """(id, address of its text) of each, the most common first."""
        return [(name, self._links[name]) for name, _ in self._most_first()]

    def summary(self, manifest: Manifest) -> str:
        """``LICENSE-SUMMARY.md``."""
        return "\n".join([*self._lines(manifest), ""])

    def _lines(self, manifest: Manifest) -> Iterator[str]:
        images = self._counts.total()
        yield f"# Licences of {in_markdown(manifest.dataset)}, version {manifest.version}"
        yield ""
        yield "Each image keeps the licence of its author. This is what the sources said when the images were"
        yield "found; nobody has checked it, and it is no legal advice. Credits are in `ATTRIBUTION.csv`."
        yield ""
        yield "| licence | images | share | asks for |"
        yield "|---|---:|---:|---|"
        for licence, count in self._most_first():
            share, link = f"{count / images:.1%}", markdown_link(licence, self._links[licence])
            yield f"| {link} | {count:,} | {share} | {conditions(licence)} |"
        if unknown := self._counts["unknown"]:
            yield ""
            yield f"**{unknown:,} of {images:,} images have no known licence.**"

    def _most_first(self) -> list[tuple[str, int]]:
        return sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))


def conditions(licence: str) -> str:
    """What a licence asks for, read off its id; a hint and no legal advice."""
    name = licence.upper()
    if name == "UNKNOWN":
        return "not known: look at the page of each image before you publish or sell anything"
    if name.startswith(_FREE):
        return "nothing"
    asked = [words for code, words in _CONDITIONS.items() if code in name.split("-")]
    return ", ".join(asked) or "see its text"
