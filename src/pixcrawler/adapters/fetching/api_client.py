"""Asking search APIs: JSON, HTML or XML over HTTP, guarded, bounded and paced."""

import asyncio
import math
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.adapters.fetching.guard import AddressGuard
from pixcrawler.adapters.fetching.inflating import inflated
from pixcrawler.adapters.fetching.json_text import read_json
from pixcrawler.adapters.fetching.masking import credentials, masked, without_parameters
from pixcrawler.adapters.fetching.misses import Miss, miss_of_status
from pixcrawler.adapters.fetching.pace import HostPace
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.retry_after import retry_after_header
from pixcrawler.adapters.fetching.urls import REDIRECTS, Place, join_url, read_url
from pixcrawler.application.ports.pace import HostPaused, Pace
from pixcrawler.domain.shared.reasons import Reason

if TYPE_CHECKING:  # httpx comes with the first call: every command line loads this file
    import httpx

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NO_SECRETS: Mapping[str, str] = MappingProxyType({})
MOST_REDIRECTS = 5
WHOLE = "api"  # what the pace calls it: an API has one, whichever hosts it spreads over
BODY_START = 500  # characters of a refusal that are kept
JSON = "application/json"
ANYTHING = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class ApiUnreachable(Exception):
    """No usable answer: no connection, no answer in time, or a server error, after all attempts."""


class ApiRefused(Exception):
    """The API answered with a status of 4xx. ``body_start`` is the first 500 characters it said."""

    def __init__(self, status: int, body_start: str) -> None:
        super().__init__(f"The API answered {status}.")
        self.status = status
        self.body_start = body_start


class ApiMalformed(Exception):
    """An answer came, and it is not JSON, too large, or in an encoding that was not asked for."""


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A body as it was meant (inflated), the names of its headers in lower case, and where it was found.

    ``url`` is the last one where redirects led on; ``status`` is one of 2xx.
    """

    body: bytes
    headers: Mapping[str, str]
    url: str
    status: int = 200


class ApiClient:
    """One API's client: at most one call per ``interval`` seconds, repeats included. ``pace`` keeps to that
    instead where all workers share it; a complaint (429, 503) halves it for a while.

    Connection errors, timeouts, 429 and 5xx are repeated, other answers never. ``timeout`` bounds one
    attempt from connect to last byte; ``largest`` bounds the answer, on the wire and inflated.
    """

    def __init__(
        self,
        *,
        guard: AddressGuard,
        user_agent: str,
        interval: float = 0.0,
        timeout: float = 30.0,
        attempts: int = 3,
        wait_min: float = 2.0,
        wait_max: float = 10.0,
        longest_pause: float = 60.0,
        largest: int = 10_000_000,
        tls: ssl.SSLContext | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._pace = pace or HostPace(per_host_rate=1 / interval if interval else math.inf)
        self._patience = longest_pause + interval
        self._timeout = timeout
        self._largest = largest
        self._repeats = Repeats(
            attempts=attempts, wait_min=wait_min, wait_max=wait_max, longest_pause=longest_pause
        )
        self._guard = guard
        self._user_agent = user_agent
        self._tls = tls
        self._client: httpx.AsyncClient | None = None

    async def get_json(
        self,
        url: str,
        params: Mapping[str, str],
        headers: Mapping[str, str] = NO_HEADERS,
        secrets: Mapping[str, str] = NO_SECRETS,
    ) -> object:
        """The decoded answer. Raises ApiUnreachable, ApiRefused or ApiMalformed.

        ``secrets`` are parameters of the query that nobody but this server may see: they are added where
        the request is written, below every log.
        """
        answer = await self._get(url, params, _Wish(JSON, headers, secrets))
        try:
            return read_json(answer.body)
        except ValueError as error:
            raise ApiMalformed(str(error)) from error

    async def get_bytes(
        self, url: str, params: Mapping[str, str], headers: Mapping[str, str] = NO_HEADERS
    ) -> ApiAnswer:
        """An answer of any kind, HTML and XML above all. Raises the errors of ``get_json``.

        Malformed is then only what is too large or in an encoding that was not asked for.
        """
        return await self._get(url, params, _Wish(ANYTHING, headers, NO_SECRETS))

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def _opened(self) -> "httpx.AsyncClient":
        import httpx

        from pixcrawler.adapters.fetching.api_transport import GuardedTransport

        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=GuardedTransport(self._guard, tls=self._tls),
                headers={"User-Agent": self._user_agent, "Accept-Encoding": "identity"},
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                follow_redirects=False,
                trust_env=False,
                timeout=httpx.Timeout(self._timeout, connect=min(self._timeout, 5.0)),
            )
        return self._client

    async def _get(self, url: str, params: Mapping[str, str], wish: "_Wish") -> ApiAnswer:
        try:
            place = read_url(url)
            joint = "&" if "?" in place.target else "?"
            asked = place.url + (joint + urlencode(params) if params else "")
            return await self._repeats.run(self._attempt, asked, wish)
        except Denied as denied:
            raise ApiUnreachable(denied.evidence) from denied
        except _Complaint as complaint:
            raise ApiRefused(complaint.status, complaint.body_start) from complaint
        except Miss as miss:
            raise ApiUnreachable(miss.evidence) from miss

    async def _attempt(self, url: str, wish: "_Wish") -> ApiAnswer:
        import httpx

        try:
            return await self._follow(url, wish)
        except TimeoutError as error:
            raise Miss(Reason.TIMEOUT, "no answer in time", again=True) from error
        except httpx.TransportError as error:
            raise Miss(Reason.CONNECTION, str(error) or type(error).__name__, again=True) from error
        except HostPaused as paused:
            raise Miss(Reason.RATE_LIMITED, str(paused)) from paused
        except Denied as denied:
            raise Miss(denied.reason, denied.evidence, again=denied.passing) from denied

    async def _follow(self, url: str, wish: "_Wish") -> ApiAnswer:
        origin = read_url(url).origin
        for _ in range(MOST_REDIRECTS + 1):
            place = read_url(url)
            async with self._pace.turn(WHOLE, patience=self._patience), asyncio.timeout(self._timeout):
                answer = await self._ask(place, wish, mine=place.origin == origin)
            self._pace.answered(WHOLE)
            if isinstance(answer, ApiAnswer):
                return answer
            url = answer
        raise Miss(Reason.TOO_MANY_REDIRECTS, f"more than {MOST_REDIRECTS} redirects")

    async def _ask(self, place: Place, wish: "_Wish", *, mine: bool) -> ApiAnswer | str:
        """The answer, or the URL that the server sends us on to."""
        import httpx

        from pixcrawler.adapters.fetching.api_transport import QUERY_EXTENSION

        url = httpx.URL(
            scheme=place.scheme, host=place.host, port=place.port, raw_path=place.target.encode("ascii")
        )
        sent = wish.for_origin(mine=mine)
        hidden = {QUERY_EXTENSION: wish.secret_query} if mine and wish.secrets else {}
        async with self._opened().stream("GET", url, headers=sent, extensions=hidden) as response:
            if response.status_code in REDIRECTS and "Location" in response.headers:
                return without_parameters(join_url(place, response.headers["Location"]), wish.secrets)
            if response.status_code >= 300:
                raise await self._complaint(response, wish)
            encoding = response.headers.get("Content-Encoding", "")
            try:
                body = inflated(await self._body(response), encoding, self._largest)
            except ValueError as error:
                raise ApiMalformed(f"The answer could not be read: {error}.") from error
            return ApiAnswer(body, dict(response.headers.items()), place.url, response.status_code)

    async def _body(self, response: "httpx.Response") -> bytes:
        body = bytearray()
        async for data in response.aiter_raw():
            body += data
            if len(body) > self._largest:
                raise ValueError(f"more than {self._largest} bytes")
        return bytes(body)

    async def _complaint(self, response: "httpx.Response", wish: "_Wish") -> Miss:
        status, after = response.status_code, retry_after_header(response.headers)
        if status in (429, 503):
            self._pace.slow_down(WHOLE, min(after or 0.0, self._repeats.longest_pause))
        if not 400 <= status < 500:
            return miss_of_status(status, after)
        start = bytearray()
        async for data in response.aiter_raw():
            start += data
            if len(start) >= 4 * BODY_START:
                break
        text = masked(bytes(start).decode("utf-8", "replace"), wish.keys)
        return _Complaint(status, text[:BODY_START], after)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What kind of answer is wanted; headers and secret parameters that are meant for the asked server."""

    accept: str
    headers: Mapping[str, str]
    secrets: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.secrets.values(), *credentials(self.headers.values()))

    @property
    def secret_query(self) -> bytes:
        return urlencode(self.secrets).encode("ascii")

    def for_origin(self, *, mine: bool) -> "httpx.Headers":
        """What was meant for one server, a key above all, is not shown to another."""
        import httpx

        sent = httpx.Headers({"Accept": self.accept})
        if mine:
            sent.update(httpx.Headers(dict(self.headers)))
        return sent


class _Complaint(Miss):
    """A 4xx. Only 429 is worth a repeat."""

    def __init__(self, status: int, body_start: str, after: float | None) -> None:
        super().__init__(Reason.HTTP_4XX, f"status {status}", again=status == 429, after=after)
        self.status = status
        self.body_start = body_start
