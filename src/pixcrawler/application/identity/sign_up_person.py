"""A new account for whoever asks."""

from pixcrawler.application.ports.identity_provider import IdentityProvider, SignUp
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.shared.actor import Actor


@use_case
class SignUpPerson:
    """The provider makes the account. Its profile is made with the first session: an address that waits
    to be confirmed may be anybody's.

    Raises:
        EmailTaken, WeakPassword, InvalidEmail, SignUpDisabled, TooManyAttempts, AuthUnavailable
    """

    provider: IdentityProvider
    people: People
    transaction: Transaction

    async def __call__(
        self, email: str, password: str, *, name: str | None, address: str | None = None
    ) -> SignUp:
        """``address`` is where the request came from, as far as that is known."""
        made = await self.provider.sign_up(email, password, name=name, address=address)
        if made.session is None:
            return made
        key, role = made.account.id, await self.people.seen(made.account)
        if role is not None:
            async with self.transaction() as tx:
                tx.audit(Act.ACCOUNT_CREATED, key, by=Actor(key, role), owner=key)
                await tx.commit()
        return made
