"""httpx over connections that go only where the guard said."""

import ssl
import typing
from collections.abc import AsyncIterator, Iterable

import httpcore
import httpx

from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.trust import trusted

MOST_TRIED = 3  # addresses of one name
QUERY_EXTENSION = "pixcrawler.query"
"""An extension of a request: more of its query, encoded. httpx logs the URLs that it knows; not this."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """HTTP/1.1 only, so that no connection serves two hosts. Raises what httpx raises, or Denied."""

    def __init__(self, guard: AddressGuard, *, tls: ssl.SSLContext | None = None) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or trusted(),
            max_connections=16,
            keepalive_expiry=30.0,
            network_backend=_GuardedBackend(guard),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        target = url.raw_path
        if secret := request.extensions.get(QUERY_EXTENSION):
            target += (b"&" if b"?" in target else b"?") + secret
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = await self._pool.handle_async_request(asked)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.TransportError(str(error) or type(error).__name__) from error
        if not isinstance(answer.stream, typing.AsyncIterable):
            raise httpx.TransportError("the answer has no asynchronous body")
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Stream(answer),
            extensions=answer.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._answer.aiter_stream():
                yield data
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.TransportError(str(error) or type(error).__name__) from error

    async def aclose(self) -> None:
        await self._answer.aclose()


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Looks names up through the guard and dials the checked address; TLS still names the host."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        refused: Exception | None = None
        for one in (await self._guard.addresses(host, port))[:MOST_TRIED]:
            try:
                stream = await self._network.connect_tcp(one, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refused = error
                continue
            try:
                self._guard.check_peer(stream.get_extra_info("server_addr"), one)
            except Denied:
                await stream.aclose()
                raise
            return stream
        raise refused or httpcore.ConnectError("no address to dial")

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)
