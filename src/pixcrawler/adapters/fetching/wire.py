"""One HTTP request to one checked address, by aiohttp."""

import asyncio
import errno
import socket
import ssl
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from pixcrawler.adapters.fetching.addresses import address
from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.adapters.fetching.guard import AddressGuard, Admitted
from pixcrawler.adapters.fetching.trust import trusted
from pixcrawler.domain.shared.reasons import Reason

if TYPE_CHECKING:
    from aiohappyeyeballs import AddrInfoType
    from aiohttp.client import ClientTimeout
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

READ_BUFFER = 256 * 1024  # bytes; bigger pieces cost less per image
MOST_TRIED = 3  # addresses of one name


class _NoNames(aiohttp.abc.AbstractResolver):
    """Every request names its address, so a name that gets here has passed no check."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        raise OSError(errno.EACCES, f"unchecked name {host}:{port} ({family.name})")

    async def close(self) -> None: ...


class _CheckedConnector(aiohttp.TCPConnector):
    """Asks the guard again where aiohttp makes the socket, and where it has connected it."""

    def __init__(self, guard: AddressGuard) -> None:
        super().__init__(
            resolver=_NoNames(),
            use_dns_cache=False,
            limit=0,  # the pace limits
            keepalive_timeout=30.0,
            socket_factory=self._socket,
        )
        self._guard = guard

    def _socket(self, info: "AddrInfoType") -> socket.socket:
        family, kind, protocol, _, sockaddr = info
        found = address(sockaddr[0])
        if found is None:
            raise Denied(Reason.ADDRESS_DENIED, f"{sockaddr[0]} is no plain address")
        self._guard.check(found, sockaddr[1])
        return socket.socket(family, kind, protocol)

    async def connect(
        self,
        req: "ClientRequest",
        traces: "list[Trace]",
        timeout: "ClientTimeout",  # noqa: ASYNC109
    ) -> "Connection":
        connection = await super().connect(req, traces, timeout)
        try:
            transport = connection.transport
            peer = transport.get_extra_info("peername") if transport else None
            self._guard.check_peer(peer, req.url.raw_host or "")
        except Denied:
            connection.close()
            raise
        return connection


class Wire:
    """Connections that go only where the guard said. It follows no redirect, keeps no cookie, reads no
    environment. The pool is keyed by address and TLS name, so a connection serves only its own host."""

    def __init__(
        self,
        guard: AddressGuard,
        *,
        user_agent: str,
        connect_timeout: float = 5.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._guard = guard
        self._user_agent = user_agent
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout)
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def get(self, hop: Admitted, *, accept: str) -> aiohttp.ClientResponse:
        """The answer's head; the caller reads or releases the body. Raises what aiohttp raises, or Denied."""
        refused: aiohttp.ClientConnectorError | None = None
        for one in hop.addresses[:MOST_TRIED]:
            try:
                return await self._get(hop, one, accept)
            except aiohttp.ClientSSLError:
                raise
            except aiohttp.ClientConnectorError as error:
                refused = error
        raise refused or OSError("no address to dial")

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()
            # aiohttp closes TLS transports one turn of the loop later.
            await asyncio.sleep(0)

    async def _get(self, hop: Admitted, one: str, accept: str) -> aiohttp.ClientResponse:
        place = hop.place
        path, _, query = place.target.partition("?")
        url = URL.build(
            scheme=place.scheme, host=one, port=place.port, path=path, query_string=query, encoded=True
        )
        name = place.host.removesuffix(".") if place.scheme == "https" and place.literal is None else None
        return await self._opened().get(
            url,
            headers={"Host": place.authority, "Accept": accept},
            allow_redirects=False,
            server_hostname=name,
            ssl=(self._tls or trusted()) if place.scheme == "https" else True,
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_CheckedConnector(self._guard),
                headers={"User-Agent": self._user_agent, "Accept-Encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                trust_env=False,
                auto_decompress=False,
                read_bufsize=READ_BUFFER,
            )
        return self._session
