"""Parts of files, and files that the client has already (RFC 9110, sections 13 and 14)."""

import re
from dataclasses import dataclass

from litestar.datastructures import Headers

from pixcrawler.entrypoints.http.errors import Refused

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.IGNORECASE | re.ASCII)
_TAG = re.compile(r'(W/)?("[^"]*")')
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Part:
    """``length`` bytes from offset ``start``; ``whole`` when nobody asked for less."""

    start: int
    length: int
    whole: bool


class RangeNotSatisfiable(Refused):
    """416, with the size that the ranges of the next try must fit."""

    def __init__(self, size: int) -> None:
        sentence = f"The file has {size} bytes, and the range begins behind them."
        super().__init__(416, "RANGE_NOT_SATISFIABLE", sentence, field="Range")
        self.headers = {"content-range": f"bytes */{size}"}


class PreconditionFailed(Refused):
    """412: the file is not the one that the client means."""

    def __init__(self) -> None:
        super().__init__(412, "PRECONDITION_FAILED", "The file has another ETag.", field="If-Match")


def not_modified(headers: Headers, tag: str) -> bool:
    """Whether the client has the file that ``tag`` (with its quotes) names. Raises PreconditionFailed."""
    if (wanted := headers.get("if-match")) is not None and not _names(wanted, tag, weakly=False):
        raise PreconditionFailed
    had = headers.get("if-none-match")
    return had is not None and _names(had, tag, weakly=True)


def part_of(headers: Headers, tag: str, size: int) -> Part:
    """What to send of ``size`` > 0 bytes. Several ranges, other units, and what makes no sense are ignored,
    as the standard allows. Raises RangeNotSatisfiable."""
    whole = Part(0, size, whole=True)
    found = _ONE_RANGE.fullmatch(headers.get("range", "").strip())
    if found is None or headers.get("if-range", tag).strip() != tag:
        return whole
    first, last = found.groups()
    if max(len(first), len(last)) > _MOST_DIGITS or not (first or last):
        return whole
    if not first:
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        if last and int(last) < start:
            return whole
        length = min(int(last) + 1 if last else size, size) - start
    if length <= 0:
        raise RangeNotSatisfiable(size)
    return Part(start, length, whole=False)


def _names(listed: str, tag: str, *, weakly: bool) -> bool:
    if listed.strip() == "*":
        return True
    return any(name == tag and (weakly or not weak) for weak, name in _TAG.findall(listed))
