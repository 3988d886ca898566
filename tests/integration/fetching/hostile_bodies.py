"""Servers that misbehave on purpose, and the reason that each must get. Limits are those of the tests:
0.7 s in all, 100,000 bytes, at least 1,000 bytes per second over 0.3 s.
"""

import asyncio
import gzip
import os
import socket
import struct

from pixcrawler.domain.shared.reasons import Reason
from tests.integration.fetching.site import Answer, answer, cut, redirect

BIG = os.urandom(300_000)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        await writer.drain()


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent_body(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nxxxx")
    await asyncio.Event().wait()


async def steady_but_long(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
    while True:
        writer.write(b"x" * 100)
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + b"x" * 1000)
    await writer.drain()
    sock = writer.get_extra_info("socket")
    sock.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )  # SO_LINGER: an RST instead of a FIN
    writer.transport.abort()


async def early_end_of_chunks(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + b"x" * 100)
    await writer.drain()


async def huge_header(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 65536 + b"\r\nContent-Length: 1\r\n\r\nx")
    await writer.drain()


async def many_headers(writer: asyncio.StreamWriter) -> None:
    lines = b"".join(b"X-%d: y\r\n" % n for n in range(10_000))
    writer.write(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 1\r\n\r\nx")
    await writer.drain()


async def flood_of_informational(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100)
        await writer.drain()


async def endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: y\r\n" * 50)
        await writer.drain()
        await asyncio.sleep(0)


async def nothing(_: asyncio.StreamWriter) -> None:
    raise ConnectionError


async def dripping_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        writer.write(b"y")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless_trailer(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    while True:
        writer.write(b"X-More: y\r\n" * 50)
        await writer.drain()
        await asyncio.sleep(0)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
BOMB = gzip.compress(b"\0" * 5_000_000, mtime=0)

HOSTILE: list[tuple[str, Answer, Reason]] = [
    ("endless", endless, Reason.BODY_TOO_LARGE),
    ("announced too large", answer(200, b"", length=100_001), Reason.BODY_TOO_LARGE),
    ("larger than allowed by a byte", answer(200, b"x" * 100_001), Reason.BODY_TOO_LARGE),
    ("no length, too large", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + BIG, Reason.BODY_TOO_LARGE),
    ("drip", drip, Reason.TOO_SLOW),
    ("silent after the head", silent_body, Reason.TOO_SLOW),
    ("steady but far too long", steady_but_long, Reason.TIMEOUT),
    ("silent", silent, Reason.TIMEOUT),
    ("short", cut(200, b"x" * 10, length=50), Reason.INCOMPLETE_BODY),
    ("reset", reset, Reason.INCOMPLETE_BODY),
    ("chunks end early", early_end_of_chunks, Reason.INCOMPLETE_BODY),
    ("part of a file", answer(206, b"x", "Content-Range: bytes 0-0/9"), Reason.INCOMPLETE_BODY),
    ("empty", answer(200), Reason.EMPTY_BODY),
    ("empty, no length", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", Reason.EMPTY_BODY),
    ("no content", b"HTTP/1.1 204 No Content\r\n\r\n", Reason.EMPTY_BODY),
    ("gzip bomb", answer(200, BOMB, "Content-Encoding: gzip"), Reason.BAD_ENCODING),
    ("brotli", answer(200, b"x", "Content-Encoding: br"), Reason.BAD_ENCODING),
    ("zstd", answer(200, b"x", "Content-Encoding: zstd"), Reason.BAD_ENCODING),
    ("deflate", answer(200, b"x", "Content-Encoding: deflate"), Reason.BAD_ENCODING),
    ("an encoding that nobody knows", answer(200, b"x", "Content-Encoding: x"), Reason.BAD_ENCODING),
    ("gzip in two headers", answer(200, b"x", *["Content-Encoding: gzip"] * 2), Reason.BAD_ENCODING),
    ("zero bytes", nothing, Reason.CONNECTION),
    ("a head that never ends", endless_head, Reason.CONNECTION),
    ("a head that drips", dripping_head, Reason.TIMEOUT),
    (
        "a length and chunks",
        CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Length: 1\r\n\r\nx"),
        Reason.CONNECTION,
    ),
    ("a length that is no number", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nxx", Reason.CONNECTION),
    (
        "a length of 100 digits",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 100 + b"\r\n\r\nx",
        Reason.CONNECTION,
    ),
    ("a status of two digits", b"HTTP/1.1 20 OK\r\nContent-Length: 1\r\n\r\nx", Reason.CONNECTION),
    ("a status of four digits", b"HTTP/1.1 2000 OK\r\nContent-Length: 1\r\n\r\nx", Reason.CONNECTION),
    ("a status of 199 for ever", b"HTTP/1.1 199 x\r\n\r\n", Reason.TIMEOUT),
    (
        "a switch of protocols",
        b"HTTP/1.1 101 x\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx",
        Reason.EMPTY_BODY,
    ),
    ("a header without a name", b"HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 1\r\n\r\nx", Reason.CONNECTION),
    ("a NUL in a header", b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 1\r\n\r\nx", Reason.CONNECTION),
    ("a redirect of 64 KiB", redirect("/" + "x" * 65_536), Reason.CONNECTION),
    ("a redirect to nowhere", redirect(""), Reason.TOO_MANY_REDIRECTS),
    ("a redirect to a private address", redirect("http://169.254.169.254/latest/"), Reason.ADDRESS_DENIED),
    ("a redirect to a file", redirect("file:///etc/passwd"), Reason.BAD_URL),
    ("gzip twice", answer(200, b"x", "Content-Encoding: gzip, gzip"), Reason.BAD_ENCODING),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", Reason.CONNECTION),
    (
        "two lengths",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        Reason.CONNECTION,
    ),
    ("negative length", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nxx", Reason.CONNECTION),
    ("a header of 64 KiB", huge_header, Reason.CONNECTION),
    ("10,000 headers", many_headers, Reason.CONNECTION),
    ("informational answers without end", flood_of_informational, Reason.TIMEOUT),
]

MALFORMED: list[tuple[str, Answer]] = [
    ("a trailer that never ends", endless_trailer),
    ("a chunk of no size", CHUNKED + b"\r\nx\r\n"),
    ("a chunk of a negative size", CHUNKED + b"-1\r\nx\r\n"),
    ("a chunk of an enormous size", CHUNKED + b"f" * 16 + b"\r\nx\r\n"),
    ("a chunk longer than its size", CHUNKED + b"1\r\nxxxx\r\n0\r\n\r\n"),
]
