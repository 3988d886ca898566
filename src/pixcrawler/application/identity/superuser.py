"""Superusers: by name, and whether somebody is one still."""

from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.identity.errors import NotASuperuser
from pixcrawler.domain.identity.profile import Profile, new_superuser
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import SuperusersOnly
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


async def check_superuser(by: Actor, tx: UnitOfWork, *, over: UserId | None = None) -> None:
    """For what makes superusers, or ends accounts: who was demoted is remembered as one for seconds, and
    could undo it. ``over``: whose account it is about. Both are locked, in one order, so of two who demote
    each other one comes first.

    Raises SuperusersOnly, UserNotFound.
    """
    if not by.may_see_all:
        raise SuperusersOnly
    both = {one: await tx.profiles.locked(one) for one in sorted({by.id, over or by.id})}
    if not both[by.id].actor.may_see_all:
        raise SuperusersOnly
