"""Cells and lines of CSV tables: RFC 4180 quoting, UTF-8, lines ended by LF."""

import csv
import io
import re
from collections.abc import Iterable

# What a spreadsheet takes for the start of a formula (OWASP, CSV injection), behind any apostrophes.
_FORMULA = re.compile(
    "'*[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    "\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"
)
_QUOTED = re.compile('["\r\n]')
"""What makes the library quote a cell, beside a comma."""


def exact_cell(text: str) -> str:
    """A cell that no spreadsheet runs and from which ``from_exact_cell`` gets this very text back."""
    return f"'{text}" if _FORMULA.match(text) else text


def from_exact_cell(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_line(cells: Iterable[str | int | float]) -> bytes:
    texts = list(map(str, cells))
    together = ",".join(texts)
    if together and not _QUOTED.search(together):  # as the library writes it, in a third of the time
        return ",".join([f'"{text}"' if "," in text else text for text in texts]).encode() + b"\n"
    return _quoted(texts)


def _quoted(cells: list[str]) -> bytes:
    # With this end of lines the library quotes a lone CR too, which readers take for one.
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n").encode() + b"\n"
