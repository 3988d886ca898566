"""The keys that a Supabase project publishes, kept for as long as they may be."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from jwt import PyJWK

from pixcrawler.adapters.auth.token_rules import keys_in
from pixcrawler.application.ports.clock import Ticks
from pixcrawler.domain.identity.errors import AuthUnavailable, InvalidToken

FRESH = 60.0
"""Seconds after which keys are asked for again, while the old ones serve."""
LIFE = 86_400.0
"""Seconds for which keys are good while nobody publishes them."""
PAUSE = 30.0
"""Seconds between two questions, however many unknown keys tokens name."""
FIRST_PAUSE = 5.0
"""The same, while there are no keys at all."""

log = structlog.get_logger(__name__)


class PublishedKeys:
    """``fetch`` gives the JWK set; it raises AuthUnavailable. One question at a time, for all who wait."""

    def __init__(self, fetch: Callable[[], Awaitable[bytes]], ticks: Ticks) -> None:
        self._fetch = fetch
        self._ticks = ticks
        self._keys: Mapping[str, PyJWK] = {}
        self._came: float | None = None
        self._asked: float | None = None
        self._failed = False
        self._question: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> PyJWK:
        """Raises InvalidToken when no such key is published, AuthUnavailable when nobody can tell."""
        found = self._held(kid)
        if found is None:
            await self._answered()
            found = self._held(kid)
        elif self._age() >= FRESH:
            self._ask()
        if found is not None:
            return found
        if self._failed or not self._is_held():
            raise AuthUnavailable("Tokens cannot be checked now: the auth provider does not answer.")
        raise InvalidToken

    async def aclose(self) -> None:
        if self._question is not None:
            self._question.cancel()
            await asyncio.gather(self._question, return_exceptions=True)

    def _held(self, kid: str) -> PyJWK | None:
        return self._keys.get(kid) if self._is_held() else None

    def _is_held(self) -> bool:
        return self._age() < LIFE

    def _age(self) -> float:
        return LIFE if self._came is None else self._ticks() - self._came

    async def _answered(self) -> None:
        """Who stops waiting stops nobody else."""
        if (question := self._ask()) is not None:
            await asyncio.shield(question)

    def _ask(self) -> asyncio.Task[None] | None:
        """The question that is open, a new one, or None when it is too soon for that."""
        if self._question is not None and not self._question.done():
            return self._question
        pause = PAUSE if self._is_held() else FIRST_PAUSE
        if self._asked is not None and self._ticks() - self._asked < pause:
            return None
        self._asked = self._ticks()
        self._question = asyncio.create_task(self._renew())
        return self._question

    async def _renew(self) -> None:
        try:
            keys = keys_in(await self._fetch())
        except (AuthUnavailable, ValueError):
            self._failed = True
            log.warning("auth_keys_not_renewed", held=len(self._keys), age=round(self._age()))
        else:
            self._keys, self._came, self._failed = keys, self._ticks(), False
