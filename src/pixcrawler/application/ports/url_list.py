"""Lists of URLs that users bring along."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class UrlListReader(Protocol):
    """Turns a user's file into the normal form that the URL list source reads."""

    def __call__(self, path: Path, write: Callable[[bytes], object]) -> int:
        """Write the normal form piece by piece (NDJSON, one row per URL); how many rows there are.

        The file is read as a stream and blocks: call it in a thread. All of it is checked before this
        returns; when it raises, what was written is void and the caller's to discard. What ``write``
        raises passes through.

        Raises:
            InvalidUrlList: the file cannot be read, is empty, or has lines that are no URL (up to ten of
                them are named).
        """
        ...
