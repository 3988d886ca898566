"""Taking a picture down: out of every job, store and later version, and never back."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from pixcrawler.application.ports.blocks import Shown
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.crawling.blocking import Block, Blocked, BlockKind, read_blocked
from pixcrawler.domain.imaging.thumbnails import thumbnail_key
from pixcrawler.domain.shared.ids import BlockId, CrawlJobId, ExportId
from pixcrawler.domain.shared.tier import Tier


class TakenDown(msgspec.Struct, frozen=True, kw_only=True):
    """What was found under ``subject``: the SHA-256 of its pictures, the jobs that had them, and how many
    files that were. ``dry_run``: nothing was done."""

    subject: str
    kind: BlockKind
    pictures: tuple[str, ...]
    jobs: tuple[CrawlJobId, ...]
    files: int
    dry_run: bool


@use_case
class TakeDown:
    """Block it first, so that no worker brings it back meanwhile; then delete its files, then take it
    out of every job. Whoever shares the store loses it, for the law does not ask who owns a copy.

    Stopped in the middle, the same call goes on where it was. Versions that are ready keep a tombstone, and
    their exports in the stores are gone: whoever needs one asks for it again.
    """

    transaction: Transaction
    stores: Stores
    clock: Clock
    new_id: NewId

    async def __call__(
        self, subject: str, *, by: str, reason: str | None = None, dry_run: bool = False
    ) -> TakenDown:
        """``subject``: see ``read_blocked``. ``by`` is who asked for it. Raises NotBlockable, Unavailable."""
        blocked = read_blocked(subject)
        if dry_run:
            return _told(blocked, await self._shown(blocked), dry_run=True)
        at = self.clock.now()
        await self._block([blocked], by, reason, at)
        shown = await self._shown(blocked)
        digests = sorted({one.sha256 for one in shown})
        await self._block([Blocked(BlockKind.SHA256, one, one) for one in digests], by, reason, at)
        shown = sorted({*shown, *[s for one in digests for s in await self._shown_bytes(one)]}, key=_place)
        keys = sorted({one.key for one in shown})
        await self._delete(keys)  # first: what is stopped in the middle still finds them by their rows
        await self._take_from_exports(keys)
        for job in sorted({one.job for one in shown}):
            await self._take_from(job, digests)
        await self._delete(keys)  # and what came meanwhile
        return _told(blocked, shown, dry_run=False)

    async def _block(self, wanted: Sequence[Blocked], by: str, reason: str | None, at: datetime) -> None:
        async def write(tx: UnitOfWork) -> None:
            for one in wanted:
                await tx.blocks.add(
                    Block(
                        id=BlockId(self.new_id()),
                        kind=one.kind,
                        value=one.value,
                        subject=one.subject,
                        reason=reason,
                        by=by,
                        taken_down=True,
                        created_at=at,
                        lifted_at=None,
                    )
                )
            await tx.commit()

        await self.transaction.repeated(write)

    async def _shown(self, blocked: Blocked) -> list[Shown]:
        async with self.transaction() as tx:
            return await tx.blocks.shown(blocked)

    async def _shown_bytes(self, digest: str) -> list[Shown]:
        return await self._shown(Blocked(BlockKind.SHA256, digest, digest))

    async def _delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            await self.stores.hot.delete(thumbnail_key(key))
            await self.stores.hot.delete(key)

    async def _take_from(self, job_id: CrawlJobId, digests: Sequence[str]) -> None:
        async def write(tx: UnitOfWork) -> None:
            job = await tx.crawl_jobs.locked(job_id)
            gone = await tx.blocks.take_away(job, digests, "taken down")
            job.take_down(pictures=gone.pictures, standing=gone.standing, undone=gone.undone)
            await tx.crawl_jobs.save(job)
            await tx.commit()

        await self.transaction.repeated(write)

    async def _take_from_exports(self, keys: Sequence[str]) -> None:
        async with self.transaction() as tx:
            exports = await tx.exports.with_objects(keys)
        for export_id in exports:

            async def write(tx: UnitOfWork, key: ExportId = export_id) -> tuple[Tier, str] | None:
                export = await tx.exports.locked(key)
                gone = export.take_down()
                await tx.exports.save(export)
                await tx.commit()
                return gone

            if (gone := await self.transaction.repeated(write)) is not None:
                await self.stores.let_go([gone])


def _place(shown: Shown) -> tuple[CrawlJobId, str]:
    return shown.job, shown.sha256


def _told(blocked: Blocked, shown: Sequence[Shown], *, dry_run: bool) -> TakenDown:
    return TakenDown(
        subject=blocked.subject,
        kind=blocked.kind,
        pictures=tuple(sorted({one.sha256 for one in shown})),
        jobs=tuple(sorted({one.job for one in shown})),
        files=len({one.key for one in shown}),
        dry_run=dry_run,
    )
