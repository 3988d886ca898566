"""How much a stranger's file may cost."""

import msgspec


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at before a file is called hostile.

    ``files`` is how many members an archive or folder may have; each costs about half a kilobyte of memory,
    in a zip one and a half. An archive may unfold to ``ratio`` times its own size, and to ``unfolded`` bytes
    in any case. ``line`` and ``text`` are the bytes of a line of JSON and of a whole JSON document.
    """

    files: int = 1_000_000
    unfolded: int = 1 << 30
    ratio: int = 200
    line: int = 1 << 20
    text: int = 64 << 20
