"""The digest that a dataset version goes by, summed up again from its manifest."""

import hashlib

import msgspec

PLACE = ("id", "file_name", "split", "key", "row")
"""Where an export has a picture: no part of the version."""


class Identity:
    """SHA-256 over the rows without their ``PLACE``: one JSON object per line, UTF-8, keys sorted, no blanks,
    each line ended by LF. All fields count, also those that this release does not know."""

    def __init__(self) -> None:
        self._summed = hashlib.sha256()
        self._known = True
        self._encode = msgspec.json.Encoder(order="sorted").encode

    def add(self, line: bytes) -> None:
        if not self._known:
            return
        try:
            row = msgspec.json.decode(line, type=dict)
            self._known = row.get("original_sha256") is None
            for name in PLACE:
                row.pop(name, None)
            self._summed.update(self._encode(row) + b"\n")
        except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
            self._known = False

    def hexdigest(self) -> str | None:
        """None where a row cannot be read, or was converted: the version is of what was found, and that is
        not all in the row."""
        return self._summed.hexdigest() if self._known else None
