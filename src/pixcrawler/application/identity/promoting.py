"""An account's profile becomes a superuser's."""

from datetime import datetime

from pixcrawler.application.ports.identity_provider import Account, Person
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.plans import Plan

SUPERUSER = ProfileChange(role=Role.SUPERUSER, plan=Plan.ENTERPRISE)


async def promote(account: Account, people: People, transaction: Transaction, *, at: datetime) -> None:
    """Made where it is not there yet. Twice is once."""
    seen = Person(id=account.id, email=account.email, name=account.name, expires_at=at)
    await people.seen(seen)
    async with transaction() as tx:
        profile = await tx.profiles.locked(account.id)
        if profile.change(SUPERUSER):
            await tx.profiles.save(profile)
            by = profile.actor
            tx.audit(Act.ACCOUNT_CHANGED, profile.id, by=by, owner=profile.id, role=profile.role.value)
            await tx.commit()
