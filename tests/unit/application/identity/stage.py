"""Identity's acts on fakes, with a clock of each kind that passes when it is told to."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pixcrawler.application.identity.ensure_superuser import EnsureSuperuser
from pixcrawler.application.identity.issue_api_key import IssueApiKey
from pixcrawler.application.identity.know_by_key import KnowByKey
from pixcrawler.application.identity.make_superuser import MakeSuperuser
from pixcrawler.application.identity.recent_keys import KeyUses, RecentKeys
from pixcrawler.application.identity.record_key_uses import RecordKeyUses
from pixcrawler.application.identity.revoke_api_key import RevokeApiKey
from pixcrawler.application.identity.rotate_api_key import RotateApiKey
from pixcrawler.application.ports.api_keys import NewKey
from pixcrawler.domain.identity.api_key import ApiKey, KeyRequest
from pixcrawler.domain.identity.errors import InvalidApiKey
from pixcrawler.domain.identity.key_text import KeyKind
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId
from tests.fakes.aggregates import Aggregates
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.memory_keys import MemoryKeyRing
from tests.fakes.memory_transaction import MemoryTransaction

MOST_HOURLY = 1000


@dataclass(frozen=True)
class Shown:
    """What the maker of a key is told."""

    id: ApiKeyId
    key: str
    made: NewKey


class IdentityStage:
    def __init__(self, kind: KeyKind = KeyKind.TEST) -> None:
        self.transaction = MemoryTransaction()
        self.tables = self.transaction.database
        self.ring = MemoryKeyRing(self.tables)
        self.clock = StandingClock()
        self.ticked = 0.0
        self.new_id: Any = CountingIds()
        self.uses = KeyUses()
        making: dict[str, Any] = {
            "transaction": self.transaction,
            "clock": self.clock,
            "new_id": self.new_id,
            "random": random.Random(3).randbytes,
            "kind": kind,
        }
        self.issue = IssueApiKey(**making, most_hourly=MOST_HOURLY)
        self.rotate = RotateApiKey(**making)
        self.ensure = EnsureSuperuser(**making)
        self.make = MakeSuperuser(**making)
        self.revoke = RevokeApiKey(transaction=self.transaction, clock=self.clock)
        self.record = RecordKeyUses(keys=self.ring, uses=self.uses)
        self.authenticate = self.process(kind=kind, uses=self.uses)

    def process(
        self, *, kind: KeyKind = KeyKind.TEST, most: int = 1024, uses: KeyUses | None = None
    ) -> Callable[..., Awaitable[Actor]]:
        """Another process on the same database."""
        return KnowByKey(
            keys=self.ring,
            clock=self.clock,
            kind=kind,
            recent=RecentKeys(lambda: self.ticked, most=most),
            uses=uses or KeyUses(),
        ).actor

    def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.ticked += seconds

    async def opens(self, text: str) -> bool:
        try:
            await self.authenticate(text)
        except InvalidApiKey:
            return False
        return True

    async def somebody(self, role: Role = Role.USER) -> Profile:
        profile = Aggregates(self.new_id).profile(role=role)
        async with self.transaction() as tx:
            await tx.profiles.add(profile)
            await tx.commit()
        return profile

    async def key(self, by: Actor, *scopes: str, lasts: float | None = None) -> "Shown":
        expires = None if lasts is None else self.clock.now() + timedelta(seconds=lasts)
        wanted = KeyRequest(name="laptop", scopes=frozenset(scopes or {"*"}), expires_at=expires)
        made = await self.issue(wanted, by=by)
        assert made.key is not None
        return Shown(made.id, made.key, made)

    def kept(self, key: ApiKeyId) -> ApiKey:
        return self.tables.tables.api_keys[key]
