"""Another superuser, or another key for one."""

from dataclasses import dataclass

from pixcrawler.application.identity.superuser import superuser_named
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.identity.api_key import IssuedKey, KeyRequest, issue
from pixcrawler.domain.identity.key_text import RANDOM_BYTES, KeyKind
from pixcrawler.domain.shared.actor import ALL
from pixcrawler.domain.shared.ids import ApiKeyId

WANTED = KeyRequest(name="createsuperuser", scopes=frozenset({ALL}))


@dataclass(frozen=True, slots=True, kw_only=True)
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
                for earlier in await tx.api_keys.of_owner(profile.id):
                    earlier.revoke(at=at)
                    await tx.api_keys.save(earlier)
            made, issued = issue(
                ApiKeyId(self.new_id()),
                WANTED,
                kind=self.kind,
                random=self.random(RANDOM_BYTES),
                owner=profile.id,
                at=at,
            )
            await tx.api_keys.add(made)
            await tx.commit()
        return issued
