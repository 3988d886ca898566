"""Server-sent events (HTML Living Standard, §9.2): fields in lines, a blank line ends a message."""

from typing import Literal

import msgspec

MEDIA_TYPE = "text/event-stream"

RECONNECT = b"retry: 2000\n"
"""Milliseconds after which a browser whose connection broke off comes back."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A message as its reader gets it. ``data`` is JSON: a snapshot of the job, or at the end its status.
    ``retry`` is in milliseconds."""

    event: Literal["progress", "end"]
    data: str
    id: str | msgspec.UnsetType = msgspec.UNSET
    retry: int | msgspec.UnsetType = msgspec.UNSET


def message(content: msgspec.Struct, *, number: int) -> bytes:
    """A snapshot. Its JSON holds no line break, so it is one ``data`` line."""
    return RECONNECT + b"event: progress\nid: %d\ndata: %b\n\n" % (number, msgspec.json.encode(content))


def end(status: str, *, number: int | None) -> bytes:
    """The last message of a stream."""
    name = b"" if number is None else b"id: %d\n" % number
    return b"event: end\n%bdata: %b\n\n" % (name, msgspec.json.encode({"status": status}))
