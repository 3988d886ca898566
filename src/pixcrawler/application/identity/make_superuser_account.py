"""A superuser who logs in."""

from pixcrawler.application.identity.account_named import account_named
from pixcrawler.application.identity.promoting import promote
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.identity.errors import EmailNotConfirmed


@use_case
class MakeSuperuserAccount:
    """A new account with a password, or without one the account that is there already. No actor: who can
    reach the database needs nobody's leave. An address that nobody has confirmed yet may be in the account
    of anybody, who waits for its owner to confirm it.

    Raises:
        EmailTaken, WeakPassword, InvalidEmail, AccountNotFound, EmailNotConfirmed, AuthUnavailable
    """

    provider: IdentityProvider
    people: People
    transaction: Transaction

    async def __call__(self, email: str, *, password: str | None) -> None:
        if password is None:
            account = await account_named(email, self.provider)
            if not account.email_confirmed:
                raise EmailNotConfirmed
        else:
            account = await self.provider.create_account(email, password, name=None)
        await promote(account, self.people, self.transaction)
