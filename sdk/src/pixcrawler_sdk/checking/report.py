"""What a look at a dataset found."""

from enum import StrEnum

import msgspec

from pixcrawler_sdk.errors import ChecksumMismatchError
from pixcrawler_sdk.names import shown


class Code(StrEnum):
    """Kinds of problems; other programs may rely on them."""

    NOT_A_DATASET = "not_a_dataset"
    BROKEN_ARCHIVE = "broken_archive"
    BOMB = "bomb"
    TOO_MANY_FILES = "too_many_files"
    NEWER_SCHEMA = "newer_schema"
    UNSAFE_NAME = "unsafe_name"
    DUPLICATE_NAME = "duplicate_name"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    SIZE_MISMATCH = "size_mismatch"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    DISAGREEMENT = "disagreement"
    BAD_CHECKSUMS = "bad_checksums"
    BAD_ROW = "bad_row"
    DUPLICATE_ROW = "duplicate_row"
    NOT_IN_MANIFEST = "not_in_manifest"
    TAKEN_DOWN = "taken_down"
    BAD_STATS = "bad_stats"
    STATS_MISMATCH = "stats_mismatch"


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong. ``name`` is the file's, or a file and a line; empty for the whole. It may come
    from a hostile archive: it is cut to 200 characters, nothing in it is unprintable, and it is no path to
    open."""

    code: Code
    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.name else self.message


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """``kind`` is ``folder``, ``zip``, ``tar``, ``tar.zst``, ``7z``, or empty for what is none of them.
    ``files`` and ``bytes`` are what was read, ``images`` the rows of the manifest, ``counts`` images per
    split and class. ``digest`` is what the rows sum up to, by which the version goes; None where pictures
    were converted or a row cannot be read. ``problems`` are the first ones, ``more`` how many were not
    listed. ``notes`` say what was not looked at."""

    path: str
    kind: str
    files: int
    bytes: int
    images: int
    counts: dict[str, dict[str, int]]
    digest: str | None
    problems: tuple[Problem, ...]
    more: int
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.problems

    def raise_for_problems(self) -> None:
        """Raise ChecksumMismatchError with the first problem, if there is one."""
        if self.problems:
            count = len(self.problems) + self.more
            told = f"{count} problems, the first: " if count > 1 else ""
            raise ChecksumMismatchError(f"{self.path}: {told}{self.problems[0]}")


class Problems:
    """Gathers them, up to a number."""

    def __init__(self, most: int) -> None:
        self.listed: list[Problem] = []
        self.more = 0
        self._most = most

    def add(self, code: Code, name: str, message: str) -> None:
        if len(self.listed) < self._most:
            self.listed.append(Problem(code, shown(name), shown(message, 500)))
        else:
            self.more += 1
