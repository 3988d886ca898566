"""Task: let go of exports that their owner's plan keeps no longer."""

from datetime import timedelta

from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.policies import ExportChoice
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.shared.plans import PLANS
from pixcrawler.domain.shared.tier import Tier

AT_ONCE = 200


@use_case
class ExpireExports:
    """Their rows first, then their objects. Their versions stay, from which the same bytes can be exported
    again."""

    transaction: Transaction
    stores: Stores
    clock: Clock

    async def __call__(self, _tick: object, *, lease: Lease) -> None:
        at = self.clock.now()
        for plan, terms in PLANS.items():
            if terms.export_days is not None:
                before = at - timedelta(days=terms.export_days)
                await self._expire(ExportChoice(plan=plan, unused_before=before), lease)

    async def _expire(self, choice: ExportChoice, lease: Lease) -> None:
        async def write(tx: UnitOfWork) -> list[tuple[Tier, str]]:
            found = await tx.holdings.exports(choice, most=AT_ONCE)
            mine = await tx.holdings.exports(choice, most=AT_ONCE, among=[one.id for one in found])
            for one in mine:
                await tx.exports.delete(one.id)
            await tx.commit()
            return [(one.tier, one.key) for one in mine if one.key is not None]

        while not lease.draining:
            gone = await self.transaction.repeated(write, fenced_by=lease)
            if not gone:
                return
            await self.stores.let_go(gone)
