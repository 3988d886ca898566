"""Superusers by name."""

from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.identity.errors import NotASuperuser
from pixcrawler.domain.identity.profile import Profile, new_superuser
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId


async def superuser_named(name: str, tx: UnitOfWork, new_id: NewId) -> Profile:
    """The one of that name, added to the unit of work if there is none.

    Raises:
        NotASuperuser: the name is an ordinary user's.
        InvalidProfile: nobody can have such a name.
    """
    profile = await tx.profiles.named(name)
    if profile is None:
        profile = new_superuser(UserId(new_id()), name=name)
        await tx.profiles.add(profile)
    if profile.role is not Role.SUPERUSER:
        raise NotASuperuser(f"'{name}' is there already and is no superuser; choose another name.")
    return profile
