"""Accounts by their address, for whoever runs the place."""

from pixcrawler.application.ports.identity_provider import Account, IdentityProvider
from pixcrawler.domain.identity.credentials import normal_email
from pixcrawler.domain.identity.errors import AccountNotFound

AT_ONCE = 200


async def account_named(email: str, provider: IdentityProvider) -> Account:
    """By a walk over all of them: providers find nobody by address.

    Raises:
        AccountNotFound, InvalidEmail, AuthUnavailable
    """
    wanted, page = normal_email(email), 1
    while found := await provider.accounts(page=page, size=AT_ONCE):
        for account in found:
            if account.email.lower() == wanted:
                return account
        page += 1
    raise AccountNotFound(f"Nobody has an account with the address {wanted}.", field="email")
