"""Asking for bytes that were looked at before."""

import asyncio

import pytest

from pixcrawler.application.crawling.recognition import Recognition, Recognitions
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.aggregates import sha
from tests.fakes.ids import CountingIds
from tests.fakes.memory_tables import ImageEntry
from tests.fakes.memory_transaction import MemoryTransaction
from tests.unit.application.crawling.stage import Stage


async def known_picture() -> tuple[Stage, str]:
    """A stage where one picture has been looked at, and its digest."""
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    await stage.finish()
    (image,) = stage.database.tables.images.values()
    assert isinstance(image, ImageEntry)
    return stage, image.sha256


async def test_known_bytes_are_recognised_and_others_are_not() -> None:
    stage, digest = await known_picture()
    recognition = Recognition(stage.transaction, stage.owner.id)
    found, other = await asyncio.gather(recognition.facts(digest), recognition.facts(sha(99)))
    assert found is not None
    assert found.width == 12
    assert other is None


async def test_nobody_learns_what_another_has() -> None:
    stage, digest = await known_picture()
    assert await Recognition(stage.transaction, stage.stranger.id).facts(digest) is None


class CountingTransaction(MemoryTransaction):
    """Counts how often it was begun; ``broken`` makes it fail."""

    begun = 0
    broken = False

    def __call__(self, **options):
        self.begun += 1
        if self.broken:
            raise Unavailable("The database is away.")
        return super().__call__(**options)


async def test_many_questions_at_once_are_one_query() -> None:
    transaction = CountingTransaction()
    recognition = Recognition(transaction, UserId(CountingIds()()))
    await asyncio.gather(*(recognition.facts(sha(number % 5)) for number in range(50)))
    assert transaction.begun == 1
    await recognition.facts(sha(1))
    assert transaction.begun == 2


async def test_chunks_of_one_owner_ask_together_and_those_of_others_apart() -> None:
    transaction = CountingTransaction()
    new_id = CountingIds()
    ann, ben = UserId(new_id()), UserId(new_id())
    together = Recognitions()
    owners = (ann, ann, ben)
    chunks = [together.of(transaction, owner, Validation.STANDARD) for owner in owners]
    await asyncio.gather(*(chunk.facts(sha(number)) for number, chunk in enumerate(chunks)))
    assert transaction.begun == 2
    assert together.of(transaction, ann, Validation.STRICT) is not chunks[0]


async def test_everybody_who_asked_learns_that_the_database_is_away() -> None:
    transaction = CountingTransaction()
    transaction.broken = True
    recognition = Recognition(transaction, UserId(CountingIds()()))
    answers = await asyncio.gather(
        *(recognition.facts(sha(number)) for number in range(3)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [Unavailable] * 3
    transaction.broken = False
    assert await recognition.facts(sha(1)) is None


async def test_who_goes_away_takes_no_answer_from_the_others() -> None:
    stage, digest = await known_picture()
    recognition = Recognition(stage.transaction, stage.owner.id)
    impatient = asyncio.create_task(recognition.facts(digest))
    patient = asyncio.create_task(recognition.facts(digest))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient is not None
    with pytest.raises(asyncio.CancelledError):
        await impatient
