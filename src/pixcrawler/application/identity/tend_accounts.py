"""Task: what accounts leave behind."""

from pixcrawler.application.identity.parting_user import part_at_provider
from pixcrawler.application.ports.account_store import AccountStore
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.people import People
from pixcrawler.application.use_case import use_case

AT_ONCE = 100
ATTEMPTS_KEPT = 3600.0
"""Seconds; longer than any count of attempts runs."""


@use_case
class TendAccounts:
    """Delete at the provider whom a deletion that broke off left there, and forget what of the built-in
    provider's sessions has expired. Harmless twice."""

    provider: IdentityProvider
    people: People
    store: AccountStore
    clock: Clock

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        for user_id in await self.people.unforgotten(most=AT_ONCE):
            if lease.draining:
                return
            await part_at_provider(self.provider, self.people, user_id)
        await self.store.prune(at=self.clock.now(), within=ATTEMPTS_KEPT)
