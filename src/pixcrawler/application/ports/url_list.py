"""Lists of URLs that users bring along."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import msgspec


class TextFormat(StrEnum):
    """How a list that is text may be written."""

    TXT = "txt"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"


class UrlText(msgspec.Struct, frozen=True):
    """A list that was sent as text, not as a file."""

    format: TextFormat
    content: str


class UrlListReader(Protocol):
    """Turns a user's list into the normal form that the URL list source reads."""

    def __call__(self, given: Path | UrlText, write: Callable[[bytes], object]) -> int:
        """Write the normal form piece by piece (NDJSON, one row per URL); how many rows there are.

        A file is read as a stream and blocks: call it in a thread. All of it is checked before this
        returns; when it raises, what was written is void and the caller's to discard. What ``write``
        raises passes through.

        Raises:
            InvalidUrlList: the list cannot be read, is empty, or has lines that are no URL (up to ten of
                them are named).
        """
        ...
