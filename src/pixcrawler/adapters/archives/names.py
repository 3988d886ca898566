"""Names of members: relative, with ``/``, and staying where they are unpacked."""

import re

from pixcrawler.domain.shared.errors import Invalid

_LONGEST = 4_096
"""Bytes of UTF-8; what Linux takes as a path. A zip could hold 65,535."""

_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")


def checked(name: str) -> str:
    """The name itself.

    Raises:
        Invalid: somebody's program would unpack it elsewhere, or could not unpack it: it is absolute, has a
            ``.``, ``..`` or empty part, a backslash or a control character, or is too long.
    """
    parts = name.split("/")
    good = not {"", ".", ".."}.intersection(parts) and not _DRIVE.match(name) and not _FORBIDDEN.search(name)
    if good:
        try:
            good = len(name.encode()) <= _LONGEST
        except UnicodeEncodeError:
            good = False
    if not good:
        raise Invalid(f"“{ascii(name[:80])[1:-1]}” cannot be the name of a file in an archive.", field="name")
    return name
