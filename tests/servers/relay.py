"""What stands between a client and its server, and can be cut."""

import asyncio
import contextlib
from urllib.parse import urlsplit


class Relay:
    """Hands on to ``url``'s server; ``url`` is its own. While it is ``deaf`` it takes connections, counts
    them in ``came``, and says nothing."""

    def __init__(self, url: str) -> None:
        self._there = urlsplit(url)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self.deaf = False
        self.came = 0

    @property
    def url(self) -> str:
        login = self._there.netloc.rpartition("@")[0]
        here = f"{login}@127.0.0.1:{self._port}" if login else f"127.0.0.1:{self._port}"
        return self._there._replace(netloc=here).geturl()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Nobody is there, until it starts again, at the same place."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.break_off()

    async def break_off(self) -> None:
        """Every connection that there is."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        task = asyncio.ensure_future(self._hand_on(reader, writer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.deaf:
                await asyncio.Event().wait()
            there = await asyncio.open_connection(self._there.hostname, self._there.port)
            try:
                await asyncio.gather(_pour(reader, there[1]), _pour(there[0], writer))
            finally:
                there[1].close()
        finally:
            writer.close()


async def _pour(source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            drain.write(data)
            await drain.drain()
    drain.close()
