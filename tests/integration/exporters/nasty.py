"""Exports of everything that fools somebody."""

from pathlib import Path

from pixcrawler.adapters.exporters import FORMATS
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.exporter import ExportOptions, ExportSummary
from pixcrawler.domain.datasets.splits import parse_split
from tests.fakes import manifests
from tests.fakes.exports import exported
from tests.integration.exporters.names import NASTY

EXPECTED = {
    "train": dict.fromkeys(NASTY, 2),
    "val": dict.fromkeys(NASTY, 1),
    "test": dict.fromkeys(NASTY, 1),
}
HOSTILE = (
    '=HYPERLINK("http://evil.example")',
    "first\r\nsecond\n---\n- third: [",
    "nothing \0 behind \x1b[31m",
    "abc\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
    "'; DROP TABLE images; --",
    "y" * 10_000,
    "\N{LINE SEPARATOR}{{7*7}} <script>",
    None,
)


async def nasty_export(name: str, place: Path) -> tuple[Path, ExportSummary]:
    """Four images under each nasty label, with hostile titles and authors, in this format."""
    rows = [
        manifests.row(number, row.label, title=HOSTILE[number % 8], author=HOSTILE[(number + 1) % 8])
        for number, row in enumerate(manifests.rows(dict.fromkeys(NASTY, 4)))
    ]
    store = LocalObjectStore(place / "store")
    await manifests.stored(rows, store)
    options = ExportOptions(name="a\n---\n\N{CAT FACE}", splits=parse_split("50/25/25", seed=1))
    summary = await exported(FORMATS[name], manifests.manifest(rows), options, store, place / "out")
    return place / "out", summary
