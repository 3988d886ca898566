"""The operator's own entries of the block-list."""

from dataclasses import dataclass

from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.domain.crawling.blocking import Block, Blocked, read_blocked
from pixcrawler.domain.shared.errors import NotFound
from pixcrawler.domain.shared.ids import BlockId


class NotBlocked(NotFound):
    code = "NOT_BLOCKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBlockList:
    """Entries that stop pictures from coming; what is there already stays (``TakeDown`` removes it)."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def all(self) -> list[Block]:
        """Oldest first."""
        async with self.transaction() as tx:
            return await tx.blocks.all()

    async def add(self, subject: str, *, by: str, reason: str | None = None) -> bool:
        """Whether it was not blocked yet. Raises NotBlockable."""
        blocked = read_blocked(subject)
        block = Block(
            id=BlockId(self.new_id()),
            kind=blocked.kind,
            value=blocked.value,
            subject=blocked.subject,
            reason=reason,
            by=by,
            taken_down=False,
            created_at=self.clock.now(),
            lifted_at=None,
        )
        async with self.transaction() as tx:
            new = await tx.blocks.add(block)
            await tx.commit()
        return new

    async def remove(self, subject: str) -> Blocked:
        """It may come again. Raises NotBlockable, and NotBlocked when it is not on the list."""
        blocked = read_blocked(subject)
        async with self.transaction() as tx:
            if not await tx.blocks.lift(blocked, at=self.clock.now()):
                raise NotBlocked(f"{blocked.subject} is not on the block-list.")
            await tx.commit()
        return blocked
