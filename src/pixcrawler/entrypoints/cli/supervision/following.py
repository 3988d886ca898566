"""What servers that are not our children write into their logs, as far as people should see it."""

import asyncio
import re
from collections.abc import AsyncGenerator
from pathlib import Path

from pixcrawler.entrypoints.cli.supervision.records import Record, Records

PAUSE = 0.5
MOST = 1_000_000
"""Seconds between two looks at a file, and bytes that one look reads at most."""

_WORTH_TELLING = re.compile(
    r" (?:WARNING|ERROR|FATAL|PANIC):  | LOG:  (?:database system is|server process .* was terminated)|"
    r"^\d+:[A-Z] .*\d # | Ready to accept connections"
)
"""Warnings and worse, ends and beginnings: of Postgres, and of Valkey, which marks them by a ``#``."""


def worth_telling(record: Record) -> bool:
    return bool(_WORTH_TELLING.search(record[0]))


async def followed(path: Path) -> AsyncGenerator[Record, None]:
    """What is worth telling of what is written from now on. The file may be missing, or cut to nothing."""
    records, place = Records(), _size(path)
    while True:
        await asyncio.sleep(PAUSE)
        if _size(path) < place:
            place = 0
        data = _read(path, place)
        place += len(data)
        for record in records.feed(data) + records.pause():
            if worth_telling(record):
                yield record


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _read(path: Path, place: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(place)
            return file.read(MOST)
    except OSError:
        return b""
