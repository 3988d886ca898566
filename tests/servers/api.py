"""A real HTTP server on loopback that speaks one JSON API, and errs when told to."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web


@dataclass(frozen=True)
class Fault:
    """One answer out of order, given instead of the right one."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


class ApiServer:
    """Give ``faults`` what comes next; when it is empty the API answers as documented, but for what
    ``altering`` makes of it.

    ``path`` is a pattern of aiohttp's; its variable parts stand among what was asked.
    """

    path = "/"

    def __init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self.requests: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.altering: Callable[[web.Response], web.Response] = lambda answer: answer
        self.url = ""
        self.port = 0
        self._runner: web.AppRunner | None = None

    def answer(self, asked: dict[str, str], headers: dict[str, str]) -> web.Response:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get(self.path, self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        asked = {**request.match_info, **request.query}
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(asked)
        self.headers.append(headers)
        if self.faults:
            fault = self.faults.popleft()
            return web.Response(
                status=fault.status, text=fault.body, headers=fault.headers, content_type=fault.content_type
            )
        return self.altering(self.answer(asked, headers))
