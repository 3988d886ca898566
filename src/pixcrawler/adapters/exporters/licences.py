"""Who made the pictures, and under which licence they are."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence

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


def attribution_csv(placed: Sequence[Placed]) -> str:
    """One line per image; the ``attribution`` column is a credit ready to be printed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for image in placed:
        row = image.row
        values = {
            "file_name": image.path,
            "attribution": attribution_of(row),
            **{name: getattr(row, name) for name in _COLUMNS if name not in ("file_name", "attribution")},
        }
        writer.writerow(in_cell(values[name] or "") for name in _COLUMNS)
    return text.getvalue()


def attribution_of(row: ManifestRow) -> str:
    """What the source says, else title, author, source and licence as far as they are known."""
    if row.attribution:
        return row.attribution
    title = f"“{row.title}”" if row.title else "Untitled"
    licence = row.license if row.license != "unknown" else "licence unknown"
    return f"{title} by {row.author or 'an unknown author'}, via {row.source}, {licence}"


def licence_summary(manifest: Manifest) -> str:
    """``LICENSE-SUMMARY.md``."""
    return "\n".join([*_summary(manifest), ""])


def conditions(licence: str) -> str:
    """What a licence asks for, read off its id; a hint and no legal advice."""
    name = licence.upper()
    if name == "UNKNOWN":
        return "not known: look at the page of each image before you publish or sell anything"
    if name.startswith(_FREE):
        return "nothing"
    asked = [words for code, words in _CONDITIONS.items() if code in name.split("-")]
    return ", ".join(asked) or "see its text"


def _summary(manifest: Manifest) -> Iterator[str]:
    counts = Counter(row.license for row in manifest.rows)
    links: dict[str, str | None] = {}
    for row in manifest.rows:
        links[row.license] = links.get(row.license) or row.license_url
    yield f"# Licences of {in_markdown(manifest.dataset)}, version {manifest.version}"
    yield ""
    yield "Each image keeps the licence of its author. This is what the sources said when the images were"
    yield "found; nobody has checked it, and it is no legal advice. Credits are in `ATTRIBUTION.csv`."
    yield ""
    yield "| licence | images | share | asks for |"
    yield "|---|---:|---:|---|"
    for licence, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        share = f"{count / len(manifest.rows):.1%}"
        yield f"| {markdown_link(licence, links[licence])} | {count:,} | {share} | {conditions(licence)} |"
    if counts["unknown"]:
        yield ""
        yield f"**{counts['unknown']:,} of {len(manifest.rows):,} images have no known licence.**"
