"""A large job's list says what its images say, whatever is asked for, and whatever becomes of them."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from bench import pages_data
from bench.pages_data import KEYWORDS, Large
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine, plain_dsn
from pixcrawler.adapters.postgres.image_list_sql import is_indexed, listed
from pixcrawler.adapters.postgres.image_lists import PostgresImageLists
from pixcrawler.adapters.postgres.image_reads import _shape, _values
from pixcrawler.adapters.postgres.image_sql import listing
from pixcrawler.application.ports.images import ImageFilter, ImageStatus
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import CrawlJobId, UserId
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.shared.reasons import Reason
from tests.databases import Databases

IMAGES = 20_000
"""Three parts of a list."""
QUESTIONS: dict[str, tuple[Any, ...]] = {
    "status": (None, None, ImageStatus.ACCEPTED, ImageStatus.REJECTED),
    "reason": (None, None, None, Reason.HTTP_404, Reason.DUPLICATE_NEAR, Reason.ROBOTS),
    "label": (None, None, KEYWORDS[3], "otterhound", "nothing"),
    "keyword": (None, None, None, KEYWORDS[3], "nothing"),
    "source": (None, "wikimedia", "inaturalist", "met"),
    "license": (None, "CC-BY-4.0", "PDM-1.0"),
    "valid": (None, None, True, False),
    "duplicate": (None, None, True, False),
    "format": (None, None, Format.PNG, Format.GIF),
    "min_width": (None, None, 1, 900, 1_599, 5_000, 2**31 - 1),
    "max_width": (None, None, 700, 1_024, 9_000, 2**31 - 1),
    "min_height": (None, None, None, 768, 769),
    "max_height": (None, None, None, 768, 767),
}


@pytest.fixture(scope="module")
async def filled(databases: Databases, template: str) -> AsyncIterator[tuple[str, Large]]:
    """The name of a database that holds a large job and its list; each test has a copy."""
    async with databases.copy_of(template) as url:
        connection = await asyncpg.connect(plain_dsn(url))
        large = await pages_data.fill(connection, IMAGES)
        await connection.close()
        engine = open_engine(PostgresConfig(url=url, pool_size=1))
        while await PostgresImageLists(engine).extend():
            pass
        await engine.dispose()
        yield make_url(url).database or "", large


@pytest.fixture
async def database_url(databases: Databases, filled: tuple[str, Large]) -> AsyncIterator[str]:
    async with databases.copy_of(filled[0]) as url:
        yield url


@pytest.fixture
async def large(database_url: str, filled: tuple[str, Large]) -> AsyncIterator[tuple[AsyncEngine, Large]]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=4))
    yield engine, filled[1]
    await engine.dispose()


def filters(number: int, seed: int) -> list[ImageFilter]:
    """Of few questions more often than of many: those find something."""
    chance = random.Random(seed)
    found: list[ImageFilter] = []
    while len(found) < number:
        names = chance.sample(sorted(QUESTIONS), chance.choice((1, 2, 2, 3, 4, 6)))
        which = ImageFilter(**{name: chance.choice(QUESTIONS[name]) for name in names})
        if not is_indexed(which):
            found.append(which)
    return found


async def assert_same(engine: AsyncEngine, large: Large, which: ImageFilter, *pages: Window) -> int:
    """The list's answer is that of the images themselves; how many fit."""
    total = 0
    me, job = Actor(UserId(large.owner), Role.USER), CrawlJobId(large.job)
    async with engine.connect() as connection:
        after = UUID(int=0)
        for window in pages:
            values = _values(job, which, window, after=after if after.int else None, visible_to=me)
            own, theirs = [
                (await connection.execute(statement(_shape(which)), values)).all()
                for statement in (listed, listing)
            ]
            assert own, "the job has no list"
            assert [row[:3] for row in own] == [row[:3] for row in theirs], (which, window, after)
            total = own[0][0]
            after = own[len(own) // 2][2] or after
    return total


async def test_the_list_of_a_large_job_answers_as_its_images_would(large: tuple[AsyncEngine, Large]) -> None:
    engine, job = large
    windows = (Window(1, 100), Window(1, 20), Window(7, 30), Window(100, 100))
    totals = [await assert_same(engine, job, which, *windows) for which in filters(60, seed=7)]
    assert sum(total > 0 for total in totals) > 20, "most of these find nothing, and say little"


NO_LONGER = "candidate_id = NULL, keyword = NULL, position = NULL, label = NULL WHERE candidate_id = ANY($1)"
CHANGES = (
    ("UPDATE images SET label = 'otterhound' WHERE candidate_id = ANY($1)",),
    ("UPDATE images SET keyword = 3, position = 0 WHERE candidate_id = ANY($1)",),
    (
        f"UPDATE images SET state = 'rejected', reason = 'removed', {NO_LONGER}",
        "UPDATE candidates SET state = 'rejected', reason = 'removed', image_id = NULL WHERE id = ANY($1)",
    ),
    (
        f"UPDATE images SET state = 'rejected', reason = 'duplicate_near', {NO_LONGER}",
        "UPDATE candidates SET state = 'rejected', reason = 'duplicate_near'"
        " WHERE id = ANY($1) AND reason IS DISTINCT FROM 'removed'",
    ),
)


async def test_what_becomes_of_images_is_in_the_list_with_the_same_commit(
    large: tuple[AsyncEngine, Large], database_url: str
) -> None:
    engine, job = large
    connection = await asyncpg.connect(database_url)
    chance = random.Random(3)
    ids = [row[0] for row in await connection.fetch("SELECT id FROM candidates WHERE job_id = $1", job.job)]
    asked = [which for which in filters(80, seed=11) if which.label or which.keyword or which.rejected]
    try:
        for change in CHANGES * 2:
            these = chance.sample(ids, 40)
            for statement in change:
                await connection.execute(statement, these)
            for which in (ImageFilter(label="otterhound", duplicate=False), *chance.sample(asked, 4)):
                await assert_same(engine, job, which, Window(1, 100), Window(1, 100))
    finally:
        await connection.close()


@pytest.mark.long
async def test_a_retry_has_no_list_until_it_has_decided_too(large: tuple[AsyncEngine, Large]) -> None:
    engine, job = large
    which = ImageFilter(source="wikimedia", license="CC-BY-4.0")
    values = _values(
        CrawlJobId(job.job), which, Window(), after=None, visible_to=Actor(UserId(job.owner), Role.USER)
    )

    async def answers(status: str, run: int) -> bool:
        async with engine.begin() as connection:
            again = text("UPDATE crawl_jobs SET status = :status, run = :run WHERE id = :job")
            await connection.execute(again, {"status": status, "run": run, "job": job.job})
        async with engine.connect() as connection:
            return bool((await connection.execute(listed(_shape(which)), values)).all())

    assert await answers("completed", 1)
    assert not await answers("running", 2)
    assert not await PostgresImageLists(engine).extend()
    assert not await answers("completed", 2)
    async with engine.begin() as connection:
        gone = text("UPDATE candidates SET state = 'rejected', reason = 'blocked' WHERE job_id = :job")
        await connection.execute(gone, {"job": job.job})
    while await PostgresImageLists(engine).extend():
        pass
    assert await answers("completed", 2)
    await assert_same(engine, job, ImageFilter(reason=Reason.BLOCKED, valid=True), Window())


@pytest.mark.long
async def test_two_workers_make_one_list_while_images_change(
    large: tuple[AsyncEngine, Large], database_url: str
) -> None:
    engine, job = large
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM image_lists")
    ids = [row[0] for row in await connection.fetch("SELECT id FROM candidates WHERE job_id = $1", job.job)]

    async def make() -> None:
        while await PostgresImageLists(engine).extend():
            pass

    async def change() -> None:
        chance = random.Random(5)
        for _ in range(30):
            await connection.execute(CHANGES[0][0], chance.sample(ids, 5))
            await asyncio.sleep(0)

    try:
        await asyncio.gather(make(), make(), change())
    finally:
        await connection.close()
    for which in (ImageFilter(label="otterhound", valid=True), ImageFilter(label=KEYWORDS[3], min_width=1)):
        await assert_same(engine, job, which, Window(1, 100), Window(1, 100))
