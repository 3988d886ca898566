"""The operator gives somebody a new password."""

from pixcrawler.application.identity.account_named import account_named
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.use_case import use_case


@use_case
class ResetPassword:
    """All logins of the account end.

    Raises:
        AccountNotFound, WeakPassword, InvalidEmail, AuthUnavailable
    """

    provider: IdentityProvider

    async def __call__(self, email: str, new: str) -> None:
        account = await account_named(email, self.provider)
        await self.provider.set_password(account.id, new)
