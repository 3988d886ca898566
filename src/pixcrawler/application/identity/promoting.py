"""An account's profile becomes a superuser's."""

from pixcrawler.application.ports.identity_provider import Account
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.plans import Plan

SUPERUSER = ProfileChange(role=Role.SUPERUSER, plan=Plan.ENTERPRISE)


async def promote(account: Account, people: People, transaction: Transaction) -> None:
    """Made where it is not there yet. Twice is once."""
    await people.seen(account)
    async with transaction() as tx:
        profile = await tx.profiles.locked(account.id)
        if profile.change(SUPERUSER):
            await tx.profiles.save(profile)
            by = profile.actor
            tx.audit(Act.ACCOUNT_CHANGED, profile.id, by=by, owner=profile.id, role=profile.role.value)
            await tx.commit()
