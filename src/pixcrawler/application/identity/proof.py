"""That whoever is logged in is the account's owner, before what cannot be undone."""

from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.domain.identity.errors import WrongCredentials, WrongPassword


async def prove_password(provider: IdentityProvider, email: str | None, password: str) -> None:
    """By a login, which is ended at once. Raises WrongPassword, TooManyAttempts."""
    if email is None:
        raise WrongPassword
    try:
        session = await provider.log_in(email, password)
    except WrongCredentials as error:
        raise WrongPassword from error
    await provider.log_out(session.access_token)
