"""The first account of this machine, to log in with."""

import base64

from pixcrawler.application.identity.promoting import promote
from pixcrawler.application.ports.clock import RandomBytes
from pixcrawler.application.ports.identity_provider import Account, IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.identity.errors import EmailTaken, UserNotFound

EMAIL = "admin@localhost"
RANDOM_BYTES = 15


@use_case
class EnsureLocalAccount:
    """A superuser's account where there is no account at all. Its new password, to be shown this once; None
    when there are accounts.

    One whose making broke off, so that nobody was told its password, is made to the end with another.
    """

    provider: IdentityProvider
    people: People
    transaction: Transaction
    random: RandomBytes

    async def __call__(self) -> str | None:
        password = base64.urlsafe_b64encode(self.random(RANDOM_BYTES)).decode()
        first = await self.provider.accounts(page=1, size=1)
        if not first:
            try:
                account = await self.provider.create_account(EMAIL, password, name="Admin")
            except EmailTaken:  # by another that started at the same time
                return None
        elif await self._broke_off(first[0]):
            account = first[0]
            await self.provider.set_password(account.id, password)
        else:
            return None
        await promote(account, self.people, self.transaction)
        return password

    async def _broke_off(self, account: Account) -> bool:
        if account.email != EMAIL:
            return False
        async with self.transaction() as tx:
            try:
                await tx.profiles.get(account.id)
            except UserNotFound:
                return True
        return False
