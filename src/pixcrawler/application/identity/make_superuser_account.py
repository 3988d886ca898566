"""A superuser who logs in."""

from dataclasses import dataclass

from pixcrawler.application.identity.account_named import account_named
from pixcrawler.application.identity.promoting import promote
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeSuperuserAccount:
    """A new account with a password, or without one the account that is there already. No actor: who can
    reach the database needs nobody's leave.

    Raises:
        EmailTaken, WeakPassword, InvalidEmail, AccountNotFound, AuthUnavailable
    """

    provider: IdentityProvider
    people: People
    transaction: Transaction
    clock: Clock

    async def __call__(self, email: str, *, password: str | None) -> None:
        if password is None:
            account = await account_named(email, self.provider)
        else:
            account = await self.provider.create_account(email, password, name=None)
        await promote(account, self.people, self.transaction, at=self.clock.now())
