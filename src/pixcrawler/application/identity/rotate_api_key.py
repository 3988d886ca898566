"""A new API key in the place of another."""

from datetime import datetime, timedelta

import msgspec

from pixcrawler.application.identity.written import note
from pixcrawler.application.ports.api_keys import KeyDetail, NewKey, detail_of, new_key
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.identity.api_key import ApiKey, issue
from pixcrawler.domain.identity.errors import ApiKeyNotFound, NotYourApiKey
from pixcrawler.domain.identity.events import ApiKeyCreated
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId
from pixcrawler.domain.shared.once import Once


class RotatedKey(msgspec.Struct, frozen=True):
    """`new` takes the place of `old`, which lives until its `expires_at`, or has ended."""

    new: NewKey
    old: KeyDetail


@use_case
class RotateApiKey:
    """The new one has the old one's name, scopes, limit and length of life, from now on. Both live for the
    overlap, so that programs can be moved; a key that the old one itself had replaced ends now.

    Raises:
        ApiKeyNotFound: no such key that the actor may see, or it is revoked.
        NotYourApiKey: a superuser sees it, but who gets to read a key could act as its owner.
        ApiKeyEnded, ApiKeyReplaced: see ``ApiKey.successor``.
        ScopeMissing: see ``IssueApiKey``.
        IdempotencyInFlight, IdempotencyMismatch: see ``Answers``.
    """

    transaction: Transaction
    clock: Clock
    new_id: NewId
    random: RandomBytes
    kind: KeyKind

    async def __call__(
        self, key_id: ApiKeyId, *, overlap: timedelta, by: Actor, once: Once | None = None
    ) -> RotatedKey:
        at = self.clock.now()
        async with self.transaction() as tx:
            if (earlier := await tx.answers.find(once, owner=by.id, type=RotatedKey)) is not None:
                return earlier
            *before, old = await _locked(tx, key_id, by)
            new, text = self._follow(old, at, by)
            await tx.api_keys.add(new)
            for one in before:
                if one.is_live(at=at):
                    one.revoke(at=at)
                    await tx.api_keys.save(one)
            old.give_way(new.id, at=at, overlap=overlap)
            await tx.api_keys.save(old)
            note(tx, Act.API_KEY_ROTATED, old, by=by, replaced_by=new.id)
            told = ApiKeyCreated(at=at, owner_id=new.owner_id, key_id=new.id, name=new.name)
            tx.record(told, owner=new.owner_id, lane=SHARED)
            made = RotatedKey(new_key(new, text, at=at), detail_of(old, at=at))
            kept = RotatedKey(new_key(new, None, at=at), made.old)
            await tx.answers.keep(once, kept, owner=by.id)
            await tx.commit()
        return made

    def _follow(self, old: ApiKey, at: datetime, by: Actor) -> tuple[ApiKey, str]:
        wanted = old.successor(at=at)
        for scope in wanted.scopes:
            by.must(scope)
        new, issued = issue(
            ApiKeyId(self.new_id()),
            wanted,
            kind=self.kind,
            random=self.random(RANDOM_BYTES),
            owner=old.owner_id,
            at=at,
        )
        return new, issued.key


async def _locked(tx: UnitOfWork, key_id: ApiKeyId, by: Actor) -> list[ApiKey]:
    """The keys that it replaced, which are older, and the key itself last: in the order in which uses of
    keys are written. The lock on the profile lets keys of one person change one after another."""
    await tx.profiles.locked(by.id)
    before = [one.id for one in await tx.api_keys.of_owner(by.id) if one.replaced_by == key_id]
    keys = [await tx.api_keys.locked(one) for one in (*before, key_id)]
    owner = keys[-1].owner_id
    if not by.may_see(owner) or keys[-1].revoked_at is not None:
        raise ApiKeyNotFound(f"There is no api key {key_id}.")
    if owner != by.id:
        raise NotYourApiKey("Only its owner can rotate a key. You can revoke it.")
    return keys
