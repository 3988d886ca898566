"""Who asks, by the access token of a person who is logged in."""

from dataclasses import dataclass

from pixcrawler.application.identity.recent import Recent
from pixcrawler.application.ports.identity_provider import IdentityProvider, Person
from pixcrawler.application.ports.people import People
from pixcrawler.domain.identity.errors import InvalidToken
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId


class RecentPeople(Recent[UserId, Role]):
    """Roles of people who were here a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowByToken:
    """The provider says who it is, the profile what they may do. A profile is made at first sight.

    Raises:
        InvalidToken: it opens nothing, or its person was deleted here.
        Unavailable: the database or the provider does not answer.
    """

    provider: IdentityProvider
    people: People
    recent: RecentPeople

    async def actor(self, token: str) -> Actor:
        person = await self.provider.verify(token)
        role = self.recent.get(person.id) or await self._seen(person)
        return Actor(person.id, role)

    async def _seen(self, person: Person) -> Role:
        asked = self.recent.ticks()
        role = await self.people.seen(person)
        if role is None:
            raise InvalidToken
        self.recent.keep(person.id, role, asked=asked)
        return role
