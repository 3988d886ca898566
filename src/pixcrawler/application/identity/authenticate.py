"""Who asks, by what came with the request: an API key, or a token of the auth provider."""

from pixcrawler.application.identity.know_by_key import KnowByKey
from pixcrawler.application.identity.know_by_token import KnowByToken
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.identity.key_text import FAMILY
from pixcrawler.domain.shared.actor import Actor


@use_case
class Authenticate:
    """An API key shows by how it begins; everything else is for the auth provider to judge.

    Raises:
        InvalidApiKey, InvalidToken: it opens nothing; the error does not tell why.
        Unavailable: the database or the provider does not answer.
    """

    by_key: KnowByKey
    by_token: KnowByToken

    async def __call__(self, text: str, *, address: str | None = None) -> Actor:
        """``address`` is where the request came from; without one nobody came, and no use is counted."""
        if text.startswith(FAMILY):
            return await self.by_key.actor(text, address=address)
        return await self.by_token.actor(text)
