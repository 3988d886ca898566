"""A person's account."""

import msgspec

from pixcrawler.domain.identity.errors import InvalidProfile
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.plans import Plan

LONGEST_NAME = 200


class Profile(msgspec.Struct, kw_only=True):
    """``id`` is the auth provider's user id. Without an ``email`` it is nobody who can log in: the user of
    this machine's command line, or a superuser known by name and key alone, whose name is unique then."""

    id: UserId
    name: str
    email: str | None
    avatar_url: str | None
    onboarded: bool
    role: Role
    plan: Plan

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.role)


def new_superuser(key: UserId, *, name: str) -> Profile:
    """Whoever runs the place has no plan's limits.

    Raises InvalidProfile unless the name has 1 to 200 printable characters and no blanks around it.
    """
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        message = f"A name has 1 to {LONGEST_NAME} printable characters, and no blanks around it."
        raise InvalidProfile(message, field="name")
    return Profile(
        id=key,
        name=name,
        email=None,
        avatar_url=None,
        onboarded=True,
        role=Role.SUPERUSER,
        plan=Plan.ENTERPRISE,
    )
