"""An HTTP server on loopback that stands before another one and spoils part of what passes through."""

import asyncio
import io
import random
from collections import Counter
from enum import StrEnum
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from yarl import URL

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "expect"}


class Fault(StrEnum):
    """What can happen to a request. Of the last two the server behind knows nothing."""

    LOST_ANSWER = "applied, and the answer dropped"
    BROKEN_ANSWER = "applied, and the answer broken off half-way"
    REFUSED = "answered 503"
    CUT = "cut before it arrives"


class FaultyProxy:
    """Hands on to ``target``, but spoils ``share`` of all requests, and lets each wait ``delay`` seconds."""

    def __init__(self, target: str, *, share: float, delay: float = 0.0, seed: int = 1) -> None:
        self.spoilt: Counter[Fault] = Counter()
        self.faults = tuple(Fault)
        self.share = share
        self.cut_from: str | None = None
        """When a GET asks for an address that has this in it, that and all that follows is cut."""
        self.url = ""
        self._target = target.rstrip("/")
        self._delay = delay
        self._random = random.Random(seed)
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=2**30)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        assert self._session is not None
        await self._runner.cleanup()
        await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if self.cut_from and request.method == "GET" and self.cut_from in request.raw_path:
            self.share, self.faults = 1.0, (Fault.CUT,)
        fault = self._random.choice(self.faults) if self._random.random() < self.share else None
        self.spoilt.update([fault] if fault else [])
        await asyncio.sleep(self._delay)
        body = await request.read()
        if fault is Fault.REFUSED:
            return web.Response(status=503, text="<Error><Code>SlowDown</Code></Error>")
        if fault is Fault.CUT:
            return _cut(request)
        answer, data = await self._handed_on(request, body)
        if fault is Fault.LOST_ANSWER:
            return _cut(request)
        headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
        told = web.StreamResponse(status=answer.status, headers=dict(headers))
        told.content_length = int(answer.headers.get("content-length", len(data)))
        await told.prepare(request)
        if fault is Fault.BROKEN_ANSWER:
            await told.write(data[: len(data) // 2])
            return _cut(request)
        await told.write(data)
        return told

    async def _handed_on(self, request: web.Request, body: bytes) -> tuple[aiohttp.ClientResponse, bytes]:
        assert self._session is not None
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP]
        address = f"{self._target}{request.raw_path}"
        sending = self._session.request(
            request.method,
            URL(address, encoded=True),
            data=io.BytesIO(body) if body else None,
            headers=headers,
            skip_auto_headers=["content-type", "user-agent", "accept", "accept-encoding"],
        )
        async with sending as answer:
            return answer, await answer.read()


def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
