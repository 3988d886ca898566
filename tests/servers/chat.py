"""A server that speaks the chat API, well or badly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web


class ChatServer:
    """``say`` makes the answers: a body as it is, or (status, body). ``asked`` are the requests so far."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Any = said("{}")
        self.slow = False

    async def completions(self, request: web.Request) -> web.StreamResponse:
        self.keys.append(request.headers.get("Authorization"))
        self.asked.append(msgspec.json.decode(await request.read()))
        if self.slow:
            await asyncio.Event().wait()
        made = self.answer(self.asked[-1]) if callable(self.answer) else self.answer
        status, body = made if isinstance(made, tuple) else (200, made)
        headers = {"Location": f"{self.url}/elsewhere"} if status in (301, 302, 307) else {}
        return web.Response(status=status, body=body, headers=headers)


def said(content: str | None, **more: Any) -> bytes:
    """An answer of the chat API."""
    message = {"role": "assistant", "content": content}
    return msgspec.json.encode({"choices": [{"index": 0, "message": message, **more}]})


@asynccontextmanager
async def chat_server() -> AsyncIterator[ChatServer]:
    server = ChatServer()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_post("/v1/chat/completions", server.completions)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
