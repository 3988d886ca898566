"""Many hosts on one machine, some of them hostile: `python -m bench.hostile_origin FOLDER PORT LOG`.

Every address 127.1.x.y is a host of its own. 127.1.0.y serves the folder; 127.1.1.y misbehaves, each in
its way, by y. LOG gets a line per good picture that was sent whole: seconds since 1970.
"""

import asyncio
import contextlib
import sys
import time
from pathlib import Path
from typing import TextIO

WAYS = ("silent", "drips", "stalls", "fails", "busy", "endless", "resets", "loops", "slow_head", "lies")


class Origin:
    def __init__(self, folder: Path, log: TextIO) -> None:
        self.files = {f"/{path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*.jpg")}
        self.log = log

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0].split(".")
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                path = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1].decode()
                if address[2] == "0":
                    self.answer(path, writer)
                else:
                    await getattr(self, WAYS[int(address[3]) % len(WAYS)])(path, writer)
                await writer.drain()
        writer.close()

    def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        body = self.files.get(path)
        if body is None:
            writer.write(b"HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n")
            return
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        self.log.write(f"{time.time():.4f}\n")

    async def silent(self, _path: str, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async def drips(self, _path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.5)

    async def stalls(self, _path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n" + b"x" * 8_000)
        await asyncio.Event().wait()

    async def fails(self, _path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")

    async def busy(self, _path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 429 Later\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n")

    async def endless(self, _path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def resets(self, _path: str, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async def loops(self, path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 302 On\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % path.encode())

    async def slow_head(self, path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(8)
        self.answer("/none" + path, writer)

    async def lies(self, _path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nshort")
        await writer.drain()
        writer.close()


async def main(folder: Path, port: int, log: Path) -> None:
    with log.open("w", buffering=1) as lines:
        origin = Origin(folder, lines)
        server = await asyncio.start_server(origin.serve, "0.0.0.0", port, backlog=4096)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
