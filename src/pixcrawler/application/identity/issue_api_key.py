"""A new API key for oneself."""

import msgspec

from pixcrawler.application.identity.written import note
from pixcrawler.application.ports.api_keys import NewKey, new_key
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.identity.api_key import MOST_LIVE, ApiKey, KeyRequest, issue
from pixcrawler.domain.identity.errors import TooManyApiKeys, UnusableApiKey
from pixcrawler.domain.identity.events import ApiKeyCreated
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId
from pixcrawler.domain.shared.once import Once


@use_case
class IssueApiKey:
    """Only a digest of the key is kept, so its text cannot be had again: also not by the same request sent
    again. ``most_hourly`` requests are what any key may make in an hour.

    Raises:
        UnusableApiKey: see ``issue``; or more requests in an hour than keys may make.
        ScopeMissing: the new key would be allowed what its maker is not.
        TooManyApiKeys: ``MOST_LIVE`` of them live.
        IdempotencyInFlight, IdempotencyMismatch: see ``Answers``.
    """

    transaction: Transaction
    clock: Clock
    new_id: NewId
    random: RandomBytes
    kind: KeyKind
    most_hourly: int

    async def __call__(self, wanted: KeyRequest, *, by: Actor, once: Once | None = None) -> NewKey:
        at = self.clock.now()
        self._check(wanted)
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=NewKey)) is not None:
                return earlier
            key, issued = issue(
                ApiKeyId(self.new_id()),
                wanted,
                kind=self.kind,
                random=self.random(RANDOM_BYTES),
                owner=by.id,
                at=at,
            )
            for scope in key.scopes:
                by.must(scope)
            await self._refuse_too_many(tx, key)
            await tx.api_keys.add(key)
            note(tx, Act.API_KEY_CREATED, key, by=by)
            told = ApiKeyCreated(at=at, owner_id=by.id, key_id=key.id, name=key.name)
            tx.record(told, owner=by.id, lane=SHARED)
            made = new_key(key, issued.key, at=at)
            await tx.answers.keep(once, msgspec.structs.replace(made, key=None), owner=by.id)
            await tx.commit()
        return made

    def _check(self, wanted: KeyRequest) -> None:
        if wanted.hourly_limit is not None and wanted.hourly_limit > self.most_hourly:
            message = f"Keys may make {self.most_hourly:,} requests in an hour here at most."
            raise UnusableApiKey(message, field="hourly_limit")

    async def _refuse_too_many(self, tx: UnitOfWork, key: ApiKey) -> None:
        """Of two that come together, the lock on the profile lets one count first."""
        await tx.profiles.locked(key.owner_id)
        mine = await tx.api_keys.of_owner(key.owner_id)
        if sum(one.is_live(at=key.created_at) and one.replaced_by is None for one in mine) >= MOST_LIVE:
            raise TooManyApiKeys(f"You have {MOST_LIVE} API keys that live; revoke one that you do not need.")
