"""A web server on loopback that says exactly what a test tells it to, byte by byte."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.application.ports.resolver import Resolver
from tests.networks import allowed_network

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Seen:
    path: str
    headers: dict[str, str]
    at: float


@dataclass
class Site:
    """``says`` gives one answer after the other for a path, the last for ever; any other path is a 404."""

    port: int = 0
    connections: int = 0
    seen: list[Seen] = field(default_factory=list)
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return self.url + path

    def asked(self, path: str) -> list[Seen]:
        return [one for one in self.seen if one.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")[:-2]
                path = first.split(" ")[1]
                pairs = (line.split(": ", 1) for line in lines)
                self.seen.append(Seen(path, {name.lower(): value for name, value in pairs}, time.monotonic()))
                await self.answer(path, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        series = self.answers.get(path, [answer(404)])
        one = series.pop(0) if len(series) > 1 else series[0]
        if callable(one):
            await one(writer)
            raise ConnectionError
        writer.write(one)
        await writer.drain()
        if b"\r\nConnection: close\r\n" in one:
            raise ConnectionError


def answer(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {status} Because",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def cut(status: int, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """As ``answer``, and then the connection ends."""
    return answer(status, body, "Connection: close", *headers, length=length)


def redirect(to: str, status: int = 302, *headers: str) -> bytes:
    return answer(status, b"", f"Location: {to}", *headers)


@asynccontextmanager
async def open_site(host: str = "127.0.0.1") -> AsyncIterator[Site]:
    site = Site()
    tasks: set[asyncio.Task[None]] = set()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(site.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, host, 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def guard_for(*sites: Site, resolver: Resolver | None = None) -> AddressGuard:
    """Opens exactly these sites' ports on 127.0.0.1."""
    allowed = [allowed_network(f"127.0.0.1/32:{site.port}") for site in sites]
    return AddressGuard(allowed=allowed, resolver=resolver)
