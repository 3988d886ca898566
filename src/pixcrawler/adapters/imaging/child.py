"""A decoding child: reads what descriptors it is given, answers, and knows nothing else of the world."""

import os
import socket

from pixcrawler.adapters.imaging import limits, wire
from pixcrawler.adapters.imaging.colour import appearance
from pixcrawler.adapters.imaging.conversions import unpacked
from pixcrawler.adapters.imaging.convert import convert
from pixcrawler.adapters.imaging.look import look
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.adapters.imaging.thumbnail import thumbnail
from pixcrawler.domain.shared.reasons import Reason

MOST_BYTES = 100_000_000


def serve(parent: socket.socket, cpu_seconds: int) -> None:
    """Answer requests in order until the parent closes its end.

    Ends after an answer that says that memory ran out: what is left of the heap may be too small for good
    pictures as well.
    """
    parent.send(wire.HELLO.pack(wire.GREETING, os.getpid()))
    while True:
        packet, descriptors, _, _ = socket.recv_fds(parent, wire.REQUEST.size * wire.BATCH, wire.BATCH)
        if not packet:
            return
        for request, descriptor in zip(wire.REQUEST.iter_unpack(packet), descriptors, strict=True):
            limits.allow_cpu(cpu_seconds)
            number, act, argument = request
            try:
                data = _read(descriptor)
                if act == wire.THUMBNAIL:
                    small = thumbnail(data, argument)
                    _send_picture(parent, wire.pack_picture(number, len(small)), small)
                elif act == wire.CONVERT:
                    made, form, size = convert(data, unpacked(argument))
                    _send_picture(parent, wire.pack_converted(number, len(made), form, size), made)
                elif act == wire.GLANCE:
                    parent.send(wire.pack_appearance(number, appearance(data)))
                else:
                    parent.send(wire.pack_facts(number, look(data, wire.LEVELS[act])))
            except Refused as refused:
                parent.send(wire.pack_refusal(number, refused))
                if refused.reason is Reason.DECODE_LIMIT:
                    return


def _read(descriptor: int) -> bytes:
    """The whole file, from its start. Raise Refused when it is larger than any picture may be."""
    try:
        size = os.fstat(descriptor).st_size
        if size > MOST_BYTES:
            raise Refused(Reason.BODY_TOO_LARGE, f"{size} bytes, {MOST_BYTES} are allowed")
        return os.pread(descriptor, size, 0)
    finally:
        os.close(descriptor)


def _send_picture(parent: socket.socket, announced: bytes, picture: bytes) -> None:
    parent.send(announced)
    for start in range(0, len(picture), wire.PIECE):
        parent.send(picture[start : start + wire.PIECE])
