"""``SHA256SUMS``: one line per file, as ``sha256sum`` writes them."""

import re
from collections.abc import Iterator

from pixcrawler_sdk.checking.inventory import BESIDE, SUMS, Inventory
from pixcrawler_sdk.checking.reading import Reader
from pixcrawler_sdk.checking.report import Code, Problems
from pixcrawler_sdk.limits import Limits
from pixcrawler_sdk.names import what_is_wrong_with

_LINE = re.compile(rb"([0-9a-f]{64}) [ *]([^\r\n]+)\n?")


class Sums:
    """The digests that the file lists, held against those that were found.

    ``missing`` and ``wrong`` are names of files that are not there or of another digest. They are told later:
    the manifest may have more to say of them.
    """

    def __init__(self, inventory: Inventory, limits: Limits, problems: Problems) -> None:
        self.listed: dict[str, bytes] = {}
        self.missing: set[str] = set()
        self.wrong: set[str] = set()
        self._inventory, self._limits, self._problems = inventory, limits, problems

    def compare(self, reader: Reader) -> None:
        if not reader.could_read(SUMS):
            return
        try:
            with reader.open(SUMS) as file:
                for digest, name in self._lines(iter(lambda: file.readline(self._limits.line), b"")):
                    self._take(digest, name)
        except KeyError:
            self._problems.add(Code.MISSING, SUMS, "the file with the checksums is not there")
            return
        for name in self._inventory:
            if name != SUMS and name not in BESIDE and name not in self.listed:
                self._problems.add(Code.UNEXPECTED, name, "it is there and SHA256SUMS does not list it")

    def _take(self, digest: bytes, name: str) -> None:
        self.listed[name] = digest
        found = self._inventory.get(name)
        if found is None:
            self.missing.add(name)
        elif found.digest and found.digest != digest:  # what cannot be read has none, and was told
            self.wrong.add(name)

    def _lines(self, lines: Iterator[bytes]) -> Iterator[tuple[bytes, str]]:
        for number, line in enumerate(lines, 1):
            if number > self._limits.files:
                told = f"it has more than {self._limits.files:,} lines"
                self._problems.add(Code.BAD_CHECKSUMS, SUMS, told)
                return
            if wrong := self._wrong_with(line):
                self._problems.add(Code.BAD_CHECKSUMS, f"{SUMS}, line {number:,}", wrong)
                continue
            yield bytes.fromhex(line[:64].decode()), line[66:].rstrip(b"\n").decode()

    def _wrong_with(self, line: bytes) -> str | None:
        if not _LINE.fullmatch(line):
            return "it is no digest with a name behind it"
        try:
            name = line[66:].rstrip(b"\n").decode()
        except UnicodeDecodeError:
            return "the name is not UTF-8"
        return what_is_wrong_with(name) or ("the file is listed twice" if name in self.listed else None)
