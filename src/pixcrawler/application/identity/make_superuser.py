"""Another superuser, or another key for one."""

from datetime import datetime

from pixcrawler.application.identity.superuser import superuser_named
from pixcrawler.application.identity.written import note
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.api_key import IssuedKey, KeyRequest, issue
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.actor import ALL
from pixcrawler.domain.shared.ids import ApiKeyId

WANTED = KeyRequest(name="createsuperuser", scopes=frozenset({ALL}))


@use_case
class MakeSuperuser:
    """A key for the superuser of that name, who is made if need be; no actor, as who can reach the database
    needs nobody's leave. With ``revoke_others`` all of the superuser's earlier keys end in the same commit.

    Raises:
        NotASuperuser, InvalidProfile
    """

    transaction: Transaction
    clock: Clock
    new_id: NewId
    random: RandomBytes
    kind: KeyKind

    async def __call__(self, name: str, *, revoke_others: bool = False) -> IssuedKey:
        at = self.clock.now()
        async with self.transaction() as tx:
            profile = await superuser_named(name, tx, self.new_id)
            if revoke_others:
                await _revoke_all(tx, profile, at)
            made, issued = issue(
                ApiKeyId(self.new_id()),
                WANTED,
                kind=self.kind,
                random=self.random(RANDOM_BYTES),
                owner=profile.id,
                at=at,
            )
            await tx.api_keys.add(made)
            note(tx, Act.API_KEY_CREATED, made, by=profile.actor)
            await tx.commit()
        return issued


async def _revoke_all(tx: UnitOfWork, profile: Profile, at: datetime) -> None:
    for earlier in await tx.api_keys.of_owner(profile.id):
        if earlier.revoked_at is None:
            earlier.revoke(at=at)
            await tx.api_keys.save(earlier)
            note(tx, Act.API_KEY_REVOKED, earlier, by=profile.actor)
