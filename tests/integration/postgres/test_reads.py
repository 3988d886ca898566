"""What people see of a job; and that they see nothing of another's."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.postgres.job_reads import PostgresJobReads
from pixcrawler.adapters.postgres.reads import PostgresReads
from pixcrawler.application.ports.jobs import Trouble
from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.reads import RejectedCandidate, SourceTrouble
from pixcrawler.application.ports.repositories import Verdict
from pixcrawler.domain.crawling import log
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.events import JobFilled, SearchOpened
from pixcrawler.domain.datasets.errors import DatasetVersionNotFound, ExportNotFound
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import INTERNAL, NotFound
from pixcrawler.domain.shared.ids import ImageId, UserId
from pixcrawler.domain.shared.reasons import Reason
from tests.contract.stages import PostgresStage, Scene, found, ids, scene
from tests.fakes.aggregates import AT, bad, facts, sha


class Room:
    """A settled job: a kept, b near to it, c and d gone, e not a picture; its owner and a stranger."""

    def __init__(self, stage: PostgresStage, play: Scene) -> None:
        self.stage = stage
        self.play = play
        self.reads = PostgresReads(stage.engine)
        self.owner = Actor(play.job.owner_id, Role.USER)
        self.stranger = Actor(UserId(stage.make.new_id()), Role.USER)
        self.superuser = Actor(UserId(stage.make.new_id()), Role.SUPERUSER)


@pytest.fixture
async def room(database_url: str) -> AsyncIterator[Room]:
    engine = open_engine(PostgresConfig(url=database_url))
    stage = PostgresStage(engine, database_url)
    play = await scene(stage)
    play.query.pages, play.query.error = 3, "It was away."
    await found(stage, play, "a", "b", "c", "d", "e")
    key = await ids(stage, play)
    good = [
        stage.make.good(key["a"], sha(1), facts=facts(phash=0)),
        stage.make.good(key["b"], sha(2), facts=facts(phash=2**63 + 1)),
    ]
    gone = [bad(key["c"]), bad(key["d"]), bad(key["e"], Reason.NOT_AN_IMAGE, "html")]
    async with stage.transaction() as tx:
        await tx.queries.save(play.query)
        await tx.candidates.record(play.job, play.chunks[0].id, good, gone)
        images = {sha(n + 1): one.image for n, one in enumerate(good)}
        kept = [Verdict(image=images[sha(1)], candidate=key["a"], chunk=0, keyword=0)]
        near = {ImageId(images[sha(2)]): ImageId(images[sha(1)])}
        await tx.candidates.settle(play.job, kept, [], near)
        tx.record(JobFilled(at=AT, job_id=play.job.id, run=1), owner=play.job.owner_id, lane="shared")
        await tx.commit()
    yield Room(stage, play)
    await engine.dispose()


async def test_progress_says_what_is_going_on(room: Room) -> None:
    progress = await room.reads.progress(room.play.job.id, visible_to=room.owner)
    assert progress.job == room.play.job
    assert (progress.open_chunks, progress.searching, progress.asked) == (0, 0, 3)
    assert progress.troubles == (SourceTrouble("openverse", "It was away."),)
    assert progress.now.tzinfo is not None


async def test_progress_hands_on_what_sources_remarked(room: Room) -> None:
    async with room.stage.transaction() as tx:
        await tx.job_log.add(log.noted(room.play.job, source="searxng", note="Bing is silent.", at=AT))
        await tx.job_log.add(log.stopped(room.play.job, at=AT))
        await tx.commit()
    progress = await room.reads.progress(room.play.job.id, visible_to=room.owner)
    assert progress.notes == ("searxng: Bing is silent.",)
    assert progress.troubles == (SourceTrouble("openverse", "It was away."),)


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("SourceUnreachable: It does not answer.", "It does not answer."),
        ("KeyError: '/secret/path'", INTERNAL),
    ],
    ids=["foreseen", "a bug"],
)
async def test_a_search_that_is_tried_again_is_told_without_a_bugs_own_words(
    room: Room, kept: str, told: str
) -> None:
    job = room.play.job
    opened = SearchOpened(at=AT, job_id=job.id, run=1, query_id=room.play.query.id, cursor=None)
    room.play.query.error = None
    async with room.stage.transaction() as tx:
        await tx.queries.save(room.play.query)
        tx.record(opened, owner=job.owner_id, lane="tried again")
        await tx.commit()
    await room.stage.queue.take_over("tried again")
    task = await room.stage.queue.claim("search", "tried again", worker="w", lease=timedelta(minutes=5))
    assert task is not None
    await room.stage.queue.repeat(Lease(task.id, task.token), kept, after=timedelta(0))
    progress = await room.reads.progress(job.id, visible_to=room.owner)
    assert progress.troubles == (SourceTrouble("openverse", told),)
    over_http = await PostgresJobReads(room.stage.engine).progress(job.id, visible_to=room.owner)
    assert over_http.troubles == (Trouble("openverse", told),)


async def test_examples_are_given_for_each_reason(room: Room) -> None:
    reasons = [Reason.HTTP_404, Reason.NOT_AN_IMAGE, Reason.ROBOTS]
    examples = await room.reads.rejected(room.play.job.id, reasons, most=1, visible_to=room.owner)
    assert examples == {
        Reason.HTTP_404: [RejectedCandidate("https://pictures.example/c", "404")],
        Reason.NOT_AN_IMAGE: [RejectedCandidate("https://pictures.example/e", "html")],
    }


async def test_near_duplicates_stand_beside_what_was_kept(room: Room) -> None:
    sets, (copy,) = await room.reads.near_duplicates(room.play.job.id, most=5, visible_to=room.owner)
    assert (sets, copy.kept, copy.dropped, copy.distance) == (1, sha(1), sha(2), 2)
    assert (copy.url, copy.facts) == ("https://pictures.example/b", facts(phash=2**63 + 1))


async def test_files_that_came_are_counted(room: Room) -> None:
    assert await room.reads.downloaded(room.play.job.id, visible_to=room.owner) == (3, 2)


async def test_open_tasks_are_the_owners(room: Room) -> None:
    job: UUID = room.play.job.id
    assert await room.reads.open_tasks(job, visible_to=room.owner) == 1
    assert await room.reads.open_tasks(job, visible_to=room.superuser) == 1
    assert await room.reads.open_tasks(job, visible_to=room.stranger) == 0


CALLS: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("progress", [], {}),
    ("rejected", [[Reason.HTTP_404]], {"most": 5}),
    ("near_duplicates", [], {"most": 5}),
    ("downloaded", [], {}),
]


@pytest.mark.parametrize(("name", "more", "options"), CALLS, ids=[name for name, _, _ in CALLS])
async def test_a_strangers_job_is_not_there(
    room: Room, name: str, more: list[Any], options: dict[str, Any]
) -> None:
    read = getattr(room.reads, name)
    for job_id, actor in ((room.play.job.id, room.stranger), (room.stage.make.new_id(), room.superuser)):
        with pytest.raises(CrawlJobNotFound):
            await read(job_id, *more, **options, visible_to=actor)
    await read(room.play.job.id, *more, **options, visible_to=room.superuser)


async def test_a_strangers_versions_and_exports_are_not_there(room: Room) -> None:
    make = room.stage.make
    dataset = make.dataset(room.play.job)
    version = make.version(dataset)
    export = make.export(version)
    async with room.stage.transaction() as tx:
        await tx.datasets.add(dataset)
        await tx.versions.add(version)
        await tx.exports.add(export)
        await tx.commit()
    assert await room.reads.version(version.id, visible_to=room.owner) == version
    assert await room.reads.export(export.id, visible_to=room.superuser) == export
    refused: list[tuple[Any, Any, type[NotFound]]] = [
        (room.reads.version, version.id, DatasetVersionNotFound),
        (room.reads.export, export.id, ExportNotFound),
    ]
    for read, key, error in refused:
        with pytest.raises(error):
            await read(key, visible_to=room.stranger)
