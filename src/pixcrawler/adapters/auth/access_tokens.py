"""Whose access token it is, without asking the provider each time."""

import hashlib
from datetime import timedelta

from pixcrawler.adapters.auth.published_keys import PublishedKeys
from pixcrawler.adapters.auth.token_rules import LEEWAY, LONGEST, TokenRules, header_of, person_in
from pixcrawler.application.ports.clock import Clock, Ticks
from pixcrawler.application.ports.identity_provider import Person
from pixcrawler.domain.identity.errors import InvalidToken

LIFE = 10.0
"""Seconds for which a checked token is not checked again. Only its own end and a key's withdrawal make a
good one bad: the one is looked at each time, the other takes longer anyway."""
MOST = 4096


class AccessTokens:
    """Checks tokens; remembers good ones for a moment, by digest. Bad ones are not kept, so strangers cannot
    fill it."""

    def __init__(self, rules: TokenRules, keys: PublishedKeys, *, clock: Clock, ticks: Ticks) -> None:
        self._rules = rules
        self._keys = keys
        self._clock = clock
        self._ticks = ticks
        self._recent: dict[bytes, tuple[float, Person]] = {}

    async def verify(self, token: str) -> Person:
        """See the port."""
        if len(token) > LONGEST:
            raise InvalidToken
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        return self._remembered(digest) or self._kept(digest, await self._checked(token))

    async def _checked(self, token: str) -> Person:
        header, secret = header_of(token), self._rules.secret
        if header.alg == "HS256" and secret is not None:
            return person_in(token, secret, "HS256", self._rules)
        if header.alg == "HS256" or header.kid is None:
            raise InvalidToken
        key = await self._keys.find(header.kid)
        return person_in(token, key, key.algorithm_name, self._rules)

    def _remembered(self, digest: bytes) -> Person | None:
        since, person = self._recent.get(digest, (None, None))
        if since is None or person is None or self._ticks() - since >= LIFE:
            return None
        return person if self._clock.now() < person.expires_at + timedelta(seconds=LEEWAY) else None

    def _kept(self, digest: bytes, person: Person) -> Person:
        self._recent.pop(digest, None)
        if len(self._recent) >= MOST:
            del self._recent[next(iter(self._recent))]
        self._recent[digest] = self._ticks(), person
        return person
