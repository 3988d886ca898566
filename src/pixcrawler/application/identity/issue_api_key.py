"""A new API key for oneself."""

from dataclasses import dataclass

from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.identity.api_key import IssuedKey, KeyRequest, issue
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueApiKey:
    """Only a digest of the key is kept, so its text cannot be had again.

    Raises:
        UnusableApiKey: see ``issue``.
        ScopeMissing: the new key would be allowed what its maker is not.
    """

    transaction: Transaction
    clock: Clock
    new_id: NewId
    random: RandomBytes
    kind: KeyKind

    async def __call__(self, wanted: KeyRequest, *, by: Actor) -> IssuedKey:
        made, issued = issue(
            ApiKeyId(self.new_id()),
            wanted,
            kind=self.kind,
            random=self.random(RANDOM_BYTES),
            owner=by.id,
            at=self.clock.now(),
        )
        for scope in made.scopes:
            by.must(scope)
        async with self.transaction() as tx:
            await tx.api_keys.add(made)
            await tx.commit()
        return issued
