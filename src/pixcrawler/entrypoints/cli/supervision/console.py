"""The terminal that all share: each line says whose it is."""

import contextlib
from collections.abc import Iterable, Sequence
from typing import TextIO

from pixcrawler.entrypoints.cli.supervision.records import Record

OURS = "up"
COLOURS = ("36", "33", "35", "32", "34")
"""Of ECMA-48: cyan, yellow, magenta, green, blue. Bold is ours."""


class Console:
    """``stream`` may be a terminal that is closed on the way: then what is said is lost, and nothing else."""

    def __init__(self, stream: TextIO, names: Sequence[str], *, coloured: bool) -> None:
        self._stream = stream
        self._width = max(map(len, (OURS, *names)))
        self._styles = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
        self._coloured = coloured

    def show(self, name: str, record: Record) -> None:
        """The lines of one record, together."""
        self._write(name, record)

    def say(self, sentence: str) -> None:
        """Something of our own."""
        self._write(OURS, sentence.splitlines())

    def _write(self, name: str, lines: Iterable[str]) -> None:
        start = self._prefix(name)
        text = "".join(f"{start}{line}\n" for line in lines)
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()

    def _prefix(self, name: str) -> str:
        padded = f"{name:<{self._width}} | "
        return f"\x1b[{self._styles.get(name, '1')}m{padded}\x1b[0m" if self._coloured else padded
