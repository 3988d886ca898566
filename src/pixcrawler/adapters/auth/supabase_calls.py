"""Asking Supabase Auth through its own client; loaded with the first question, as it takes a while."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import TypeVar

import httpx
from pydantic import ValidationError
from supabase_auth import AsyncGoTrueAdminAPI, AsyncGoTrueClient, User, UserList
from supabase_auth.errors import AuthError
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from pixcrawler.adapters.auth.supabase_errors import Meanings, may_pass, never_arrived, told, unavailable
from pixcrawler.adapters.auth.supabase_project import SupabaseProject

ATTEMPTS = 3
CONNECTIONS = httpx.Limits(max_connections=32, max_keepalive_connections=8)
LARGEST_KEY_SET = 65_536
"""Bytes."""

T = TypeVar("T")


class SupabaseCalls:
    """One pool of connections for a process, and on it a client for each question.

    A client remembers the session that it was given last, and may send it with the next request; so none
    lives longer than one question, and no two people's meet.
    """

    def __init__(self, project: SupabaseProject, tls: ssl.SSLContext) -> None:
        self._project = project
        self._http = httpx.AsyncClient(
            verify=tls,
            timeout=project.timeout,
            limits=CONNECTIONS,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # none: they would be everybody's
            follow_redirects=False,
            trust_env=False,
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def ask(
        self,
        question: Callable[[AsyncGoTrueClient], Awaitable[T]],
        meanings: Meanings,
        *,
        act: str,
        address: str | None = None,
        repeatable: bool = False,
    ) -> T:
        """With the key that is everybody's. ``address``: where the person asks from. ``repeatable``: asking
        twice does no harm.

        Raises what the answer means, or AuthUnavailable.
        """
        return await self._asked(
            lambda: question(self._client(address)), meanings, act=act, repeatable=repeatable
        )

    async def order(
        self,
        question: Callable[["Operator"], Awaitable[T]],
        meanings: Meanings,
        *,
        act: str,
        repeatable: bool = False,
    ) -> T:
        """As ``ask``, with the key that may do everything."""
        return await self._asked(lambda: question(self._operator()), meanings, act=act, repeatable=repeatable)

    async def key_set(self) -> bytes:
        """The published keys, as they come. Raises AuthUnavailable."""
        url = f"{self._project.auth_url}/.well-known/jwks.json"
        plain = {"Accept-Encoding": "identity", "apikey": self._project.anon_key}
        found = bytearray()
        try:
            async with (
                asyncio.timeout(self._project.timeout),
                self._http.stream("GET", url, headers=plain) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise unavailable("keys", why="status", status=answer.status_code)
                async for piece in answer.aiter_raw():
                    found += piece
                    if len(found) > LARGEST_KEY_SET:
                        raise unavailable("keys", why="too long")
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise unavailable("keys", why=type(error).__name__) from error
        return bytes(found)

    async def _asked(
        self, question: Callable[[], Awaitable[T]], meanings: Meanings, *, act: str, repeatable: bool
    ) -> T:
        attempts = AsyncRetrying(
            retry=retry_if_exception(may_pass if repeatable else never_arrived),
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.1, max=1),
            reraise=True,
        )
        try:
            async with asyncio.timeout(self._project.timeout):
                async for attempt in attempts:
                    with attempt:
                        return await question()
        except AuthError as error:
            raise told(error, meanings, act=act) from error
        except TimeoutError as error:
            raise unavailable(act, why="TimeoutError") from error
        except (ValidationError, ValueError, AttributeError) as error:
            kind = type(error).__name__
        else:
            raise AssertionError("an attempt ends in an answer or an error")
        raise unavailable(act, why=kind)  # not from that error: it quotes the answer, tokens and all

    def _client(self, address: str | None) -> AsyncGoTrueClient:
        headers = _headers(self._project.anon_key)
        if self._project.forwards and _is_address(address):
            # Supabase believes it from whoever has a secret key, and counts attempts by it.
            headers = _headers(self._project.service_role_key) | {"Sb-Forwarded-For": str(address)}
        return AsyncGoTrueClient(
            url=self._project.auth_url,
            headers=headers,
            auto_refresh_token=False,
            persist_session=False,
            http_client=self._http,
        )

    def _operator(self) -> "Operator":
        return Operator(
            url=self._project.auth_url,
            headers=_headers(self._project.service_role_key),
            http_client=self._http,
        )


class Operator(AsyncGoTrueAdminAPI):
    """The client's admin part, with a list in an order that newcomers do not shift."""

    async def list_oldest_first(self, *, page: int, size: int) -> list[User]:
        query = httpx.QueryParams(page=page, per_page=size, sort="created_at asc")
        answer = await self._request("GET", "admin/users", query=query)
        return UserList.model_validate_json(answer.content).users


def _is_address(text: str | None) -> bool:
    try:
        return bool(ip_address(text or ""))
    except ValueError:
        return False


def _headers(key: str) -> dict[str, str]:
    return {"apikey": key, "Authorization": f"Bearer {key}", "User-Agent": "PixCrawler"}
