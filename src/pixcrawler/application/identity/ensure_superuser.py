"""The superuser of the first start."""

from typing import Any

import msgspec

from pixcrawler.application.identity.local_actor import NAME
from pixcrawler.application.identity.superuser import superuser_named
from pixcrawler.application.identity.written import note
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.api_key import KeyRequest, issue
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind
from pixcrawler.domain.shared.actor import ALL
from pixcrawler.domain.shared.ids import ApiKeyId, UserId

FIRST = KeyRequest(name="first start", scopes=frozenset({ALL}))


class LocalSuperuser(msgspec.Struct, frozen=True):
    """``key`` is there when it was made now, and never again; ``repr`` does not show it."""

    id: UserId
    key: str | None

    def __repr__(self) -> str:
        return f"LocalSuperuser(id={self.id}, key={'None' if self.key is None else '…'})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("id", self.id)]


@use_case
class EnsureSuperuser:
    """The local superuser, and a key for it if it never had one of this kind.

    It is the user whose jobs ``pixcrawler crawl`` makes, so the API shows those too. Keys that were revoked
    count as had: who took them away wants no new one at the next start.
    """

    transaction: Transaction
    clock: Clock
    new_id: NewId
    random: RandomBytes
    kind: KeyKind

    async def __call__(self) -> LocalSuperuser:
        key, random = ApiKeyId(self.new_id()), self.random(RANDOM_BYTES)

        async def work(tx: UnitOfWork) -> LocalSuperuser:
            return await self._ensured(tx, key, random)

        return await self.transaction.repeated(work)

    async def _ensured(self, tx: UnitOfWork, key: ApiKeyId, random: bytes) -> LocalSuperuser:
        """Of two that start together, the lock on the profile lets one come first."""
        profile = await superuser_named(NAME, tx, self.new_id)
        await tx.profiles.locked(profile.id)
        made, issued = issue(key, FIRST, kind=self.kind, random=random, owner=profile.id, at=self.clock.now())
        had = await tx.api_keys.of_owner(profile.id)
        if any(one.id == key for one in had):  # an earlier try did go through
            return LocalSuperuser(profile.id, issued.key)
        if any(one.kind is self.kind for one in had):
            return LocalSuperuser(profile.id, None)
        await tx.api_keys.add(made)
        note(tx, Act.API_KEY_CREATED, made, by=profile.actor)
        await tx.commit()
        return LocalSuperuser(profile.id, issued.key)
