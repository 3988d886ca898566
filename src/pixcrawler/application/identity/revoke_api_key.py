"""The end of an API key."""

from pixcrawler.application.identity.written import note
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.identity.errors import ApiKeyNotFound
from pixcrawler.domain.identity.events import ApiKeyRevoked
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import ApiKeyId


@use_case
class RevokeApiKey:
    """For good, and within seconds in every process (see ``RecentKeys``). Lists still have it.

    Raises:
        ApiKeyNotFound: no such key that the actor may see, or it is revoked already.
    """

    transaction: Transaction
    clock: Clock

    async def __call__(self, key_id: ApiKeyId, *, by: Actor) -> None:
        async with self.transaction() as tx:
            key = await tx.api_keys.locked(key_id)
            if not by.may_see(key.owner_id) or key.revoked_at is not None:
                raise ApiKeyNotFound(f"There is no api key {key_id}.")
            at = self.clock.now()
            key.revoke(at=at)
            await tx.api_keys.save(key)
            note(tx, Act.API_KEY_REVOKED, key, by=by)
            told = ApiKeyRevoked(at=at, owner_id=key.owner_id, key_id=key.id, name=key.name)
            tx.record(told, owner=key.owner_id, lane=SHARED)
            await tx.commit()
