"""The end of an account, whoever asked for it."""

from contextlib import suppress

from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.identity.errors import AuthUnavailable, UserBusy
from pixcrawler.domain.shared.ids import UserId


async def hold_jobs(tx: UnitOfWork, user_id: UserId) -> None:
    """Before any profile is locked: whoever holds a job may write a line of activity, which holds its owner.
    Jobs that are made in between are counted once the profile is locked."""
    await tx.profiles.running_jobs(user_id)


async def part_with(tx: UnitOfWork, user_id: UserId) -> None:
    """The profile and all rows of its owner; the unit of work is still to be committed. From then on their
    tokens and keys open nothing. Files are collected later, where nothing else names them.

    Raises:
        UserNotFound, and UserBusy while a job runs
    """
    await hold_jobs(tx, user_id)
    await tx.profiles.locked(user_id)
    if running := await tx.profiles.running_jobs(user_id):
        jobs = "a running job" if running == 1 else f"{running} running jobs"
        raise UserBusy(f"There is still {jobs} of this user; stop the jobs first.")
    await tx.profiles.delete(user_id)


async def part_at_provider(provider: IdentityProvider, people: People, user_id: UserId) -> None:
    """Whom a commit has parted with. When the provider does not answer now, ``TendAccounts`` asks again."""
    with suppress(AuthUnavailable):
        await provider.delete_account(user_id)
        await people.forgotten(user_id)
