"""Names of files as a dataset has them: relative, with ``/``, and harmless on every system."""

import re
import unicodedata
from collections.abc import Callable

LONGEST = 1_024
LONGEST_PART = 255
"""Bytes of UTF-8; what usual file systems allow between two slashes."""

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


_WRONG: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda name: not name or "\0" in name, "the name is empty or has a NUL in it"),
    (lambda name: len(name) > LONGEST, f"the name has more than {LONGEST:,} characters"),
    (lambda name: name.startswith(("/", "\\")) or _DRIVE.match(name), "the name is an absolute path"),
    (lambda name: "\\" in name, "the name has a backslash in it"),
    (lambda name: ".." in name.split("/"), "the name leads out of its folder"),
    (lambda name: {"", "."} & {*name.split("/")}, "the name is no plain relative path"),
    (_SURROGATE.search, "the name is not UTF-8"),
    (_CONTROL.search, "the name has control characters in it"),
    (
        lambda name: any(len(part.encode()) > LONGEST_PART for part in name.split("/")),
        f"a part of the name has more than {LONGEST_PART} bytes",
    ),
)


def what_is_wrong_with(name: str) -> str | None:
    """Why a file of this name should not be written anywhere; None where nothing is wrong with it."""
    return next((told for applies, told in _WRONG if applies(name)), None)


def folded(name: str) -> str:
    """Equal for names that some file systems take for one: by letter case and Unicode spelling."""
    return name if name.isascii() and name.islower() else unicodedata.normalize("NFC", name).casefold()


def shown(name: str, longest: int = 200) -> str:
    """The name on one line of a terminal: what cannot be printed escaped, the end of a long one cut off."""
    cut = name if len(name) <= longest else f"{name[: longest - 1]}…"
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in cut)
