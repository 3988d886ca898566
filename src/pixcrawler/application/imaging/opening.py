"""What runs begin with, whoever asked for them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.job import SHARED
from pixcrawler.domain.imaging.errors import TooManyValidations
from pixcrawler.domain.imaging.validation import (
    CHUNK,
    MOST_OPEN,
    ValidationChunk,
    ValidationChunkOpened,
    ValidationRun,
)
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import CrawlJobId, ImageId, ValidationChunkId, ValidationId


async def check_open(tx: UnitOfWork, by: Actor) -> None:
    """Raises TooManyValidations while as many as one may have are not done."""
    if await tx.validations.open_of(by.id) >= MOST_OPEN:
        raise TooManyValidations(
            f"You have {MOST_OPEN:,} validations that are not done; wait for one of them."
        )


def chunks_of(
    run: ValidationId, job: CrawlJobId, images: Sequence[ImageId], new_id: NewId
) -> Iterator[ValidationChunk]:
    """Of pictures of one job."""
    for first in range(0, len(images), CHUNK):
        part = tuple(images[first : first + CHUNK])
        key = ValidationChunkId(new_id())
        yield ValidationChunk(id=key, validation_id=run, job_id=job, images=part, done=0)


async def keep(tx: UnitOfWork, run: ValidationRun) -> None:
    """How far it is; with its end, its chunks go."""
    await tx.validations.save(run)
    if run.is_over:
        await tx.validation_chunks.forget(run.id)


async def opened(
    tx: UnitOfWork, run: ValidationRun, chunks: Sequence[ValidationChunk], *, at: datetime
) -> None:
    """A task for each. The run itself is the caller's to save."""
    await tx.validation_chunks.add_all(chunks)
    events = [ValidationChunkOpened(at=at, validation_id=run.id, chunk_id=chunk.id) for chunk in chunks]
    tx.record(*events, owner=run.owner_id, lane=SHARED)
