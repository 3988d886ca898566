"""Task: cut a job's pictures into chunks, each a task of its own."""

from contextlib import suppress

from pixcrawler.application.imaging.opening import chunks_of, keep, opened
from pixcrawler.application.ports.clock import Clock, NewId
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.transaction import Transaction, UnitOfWork
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.imaging.errors import ValidationNotFound
from pixcrawler.domain.imaging.validation import CHUNK, ValidationRequested
from pixcrawler.domain.shared.errors import code_of, told

PAGE = 10 * CHUNK
"""Pictures between two commits."""


@use_case
class CutValidation:
    """The run remembers how far it was cut, so a repeat goes on behind that."""

    transaction: Transaction
    clock: Clock
    new_id: NewId

    async def __call__(self, requested: ValidationRequested, *, lease: Lease) -> None:
        """Raises Unavailable when the database stays away."""

        async def cut(tx: UnitOfWork) -> None:
            await self._page(tx, requested, lease)

        try:
            while not (lease.closed or lease.draining):
                await self.transaction.repeated(cut, fenced_by=lease)
        except ValidationNotFound:  # its owner is gone
            return

    async def _page(self, tx: UnitOfWork, requested: ValidationRequested, lease: Lease) -> None:
        run, at = await tx.validations.locked(requested.validation_id), self.clock.now()
        if run.cut or run.job_id is None:
            await tx.commit(closing=lease)
            return
        page = await tx.looks.of_job(run.job_id, after=run.after, most=PAGE)
        chunks = list(chunks_of(run.id, run.job_id, page.images, self.new_id))
        run.add(images=len(page.images), chunks=len(chunks), after=page.after or run.after)
        if page.after is None:
            run.end_cutting(at=at)
        await keep(tx, run)
        await opened(tx, run, chunks, at=at)
        await tx.commit(closing=lease if run.cut else None)


@use_case
class FailCutting:
    """Task's end: what was cut until then is looked at, and the run fails then."""

    transaction: Transaction
    clock: Clock

    async def __call__(self, requested: ValidationRequested, *, lease: Lease, error: Exception) -> None:
        async with self.transaction(fenced_by=lease) as tx:
            with suppress(ValidationNotFound):  # its owner is gone
                run = await tx.validations.locked(requested.validation_id)
                if not run.cut:
                    run.fail_cutting(code_of(error), told(error), at=self.clock.now())
                    await keep(tx, run)
            await tx.commit(closing=lease)
