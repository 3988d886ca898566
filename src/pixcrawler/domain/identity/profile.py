"""A person's account."""

import msgspec

from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId


class Profile(msgspec.Struct, kw_only=True):
    """``id`` is the auth provider's user id."""

    id: UserId
    name: str
    role: Role

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.role)
