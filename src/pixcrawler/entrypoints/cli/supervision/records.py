"""From the bytes that a process writes to whole records: a line, and what belongs to it."""

import re
from dataclasses import dataclass, field

LONGEST_LINE = 16_384
LONGEST_RECORD = 500
"""Bytes, and lines. What is longer is cut in pieces, so that nothing can fill the memory."""

_BEGINS = re.compile(r"[\[{0-9]")
"""JSON, a time, a level in brackets: how log lines of ours and of the embedded servers begin.
A traceback's lines do not, so they stay with the line before them."""

Record = tuple[str, ...]


@dataclass(slots=True)
class Records:
    """Takes bytes as they come, gives records once it is known that they are whole."""

    _line: bytes = b""
    _open: list[str] = field(default_factory=list)

    def feed(self, data: bytes) -> list[Record]:
        """The records that ended with these bytes: each when the next one began."""
        *lines, self._line = (self._line + data).split(b"\n")
        while len(self._line) > LONGEST_LINE:
            lines.append(self._line[:LONGEST_LINE])
            self._line = self._line[LONGEST_LINE:]
        done: list[Record] = []
        for line in lines:
            text = readable(line)
            if self._open and (_BEGINS.match(text) or len(self._open) >= LONGEST_RECORD):
                done += self._cut()
            self._open.append(text)
        return done

    def pause(self) -> list[Record]:
        """Nothing came for a while: what is open is whole, but for a line that has no end yet."""
        return self._cut()

    def end(self) -> list[Record]:
        """Nothing will come any more."""
        if self._line:
            self._open.append(readable(self._line))
            self._line = b""
        return self._cut()

    def _cut(self) -> list[Record]:
        record, self._open = tuple(self._open), []
        return [record] if record else []


def readable(line: bytes) -> str:
    """Text without anything that a terminal would obey: a log may quote strangers."""
    text = line.rstrip(b"\r").decode(errors="backslashreplace")
    return "".join(c if c.isprintable() or c == "\t" else c.encode("unicode_escape").decode() for c in text)
