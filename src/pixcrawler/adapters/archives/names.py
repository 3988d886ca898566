"""Names of members: relative, with ``/``, and staying where they are unpacked."""

import re

from pixcrawler.domain.shared.errors import Invalid

_LONGEST = 4_096
"""Bytes of UTF-8; what Linux takes as a path. A zip could hold 65,535."""

_PART = r"(?!\.\.?(?:/|\Z))[^/\\\x00-\x1f\x7f\ud800-\udfff]+"
_GOOD = re.compile(rf"(?![A-Za-z]:){_PART}(?:/{_PART})*")


def checked(name: str) -> str:
    """The name itself.

    Raises:
        Invalid: somebody's program would unpack it elsewhere, or could not unpack it: it is absolute, has a
            ``.``, ``..`` or empty part, a backslash or a control character, or is too long.
    """
    short = len(name) <= _LONGEST // 4 or len(name.encode(errors="replace")) <= _LONGEST
    if not short or not _GOOD.fullmatch(name):
        raise Invalid(f"“{ascii(name[:80])[1:-1]}” cannot be the name of a file in an archive.", field="name")
    return name
