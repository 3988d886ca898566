"""Chunks: what they take, how they end, how they are opened again."""

from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.reasons import Reason
from tests.contract.stages import Stage, found, ids, scene
from tests.fakes.aggregates import bad, sha, spec


async def test_a_free_candidate_is_given_to_one_chunk_only(stage: Stage) -> None:
    play = await scene(stage, chunks=2)
    await found(stage, play, "a", "b", take=False)
    await found(stage, play, "b", "c", chunk=1, take=False)
    async with stage.transaction() as tx:
        assert await tx.chunks.take_candidates(play.chunks[1].id) == 2
        assert await tx.chunks.take_candidates(play.chunks[0].id) == 1
        assert await tx.chunks.take_candidates(play.chunks[0].id) == 0
        await tx.commit()
    owners = {name: one.chunk_id for name, one in (await stage.candidates(play.job.id)).items()}
    first, second = play.chunks
    assert owners == {"a": first.id, "b": second.id, "c": second.id}


async def test_cancelling_ends_what_is_unfinished_and_nothing_else(stage: Stage) -> None:
    play = await scene(stage, chunks=3)
    await found(stage, play, "a", "b")
    await found(stage, play, "c", chunk=1, take=False)
    other = await scene(stage)
    await found(stage, other, "z")
    key = await ids(stage, play)
    closed, active, pending = play.chunks
    closed.status, active.status = ChunkStatus.COMPLETED, ChunkStatus.ACTIVE
    async with stage.transaction() as tx:
        await tx.candidates.record(play.job, closed.id, [stage.make.good(key["a"], sha(1))], [])
        await tx.chunks.save(closed)
        await tx.chunks.save(active)
        assert await tx.chunks.cancel_unfinished(play.job.id) == {"cancelled": 2}
        assert await tx.chunks.cancel_unfinished(play.job.id) == {}
        statuses = [(await tx.chunks.get(chunk.id)).status for chunk in (closed, active, pending)]
        await tx.commit()
    assert statuses == [ChunkStatus.COMPLETED, ChunkStatus.CANCELLED, ChunkStatus.CANCELLED]
    assert {n: c.reason for n, c in (await stage.candidates(play.job.id)).items()} == {
        "a": None,
        "b": "cancelled",
        "c": "cancelled",
    }
    assert (await stage.candidates(other.job.id))["z"].state == "pending"


async def test_reopening_frees_what_may_end_differently(stage: Stage) -> None:
    play = await scene(stage, chunks=3)
    await found(stage, play, "good", "gone", "slow")
    await found(stage, play, "fine", chunk=1)
    await found(stage, play, "never", chunk=2)
    key = await ids(stage, play)
    first, second, _ = play.chunks
    for chunk, done, good in ((first, 3, 1), (second, 1, 1)):
        chunk.open(run=1, size=done)
        chunk.record(done=done, good=good, last=True)
    async with stage.transaction() as tx:
        fates = [bad(key["gone"]), bad(key["slow"], Reason.TIMEOUT)]
        await tx.candidates.record(play.job, first.id, [stage.make.good(key["good"], sha(1))], fates)
        await tx.candidates.record(play.job, second.id, [stage.make.good(key["fine"], sha(2))], [])
        for chunk in (first, second):
            await tx.chunks.save(chunk)
        await tx.candidates.settle(play.job, [], {}, {})
        await tx.commit()
    async with stage.transaction() as tx:
        left = await tx.chunks.reopen(play.job.id, [Reason.TIMEOUT])
        chunks = [await tx.chunks.get(chunk.id) for chunk in play.chunks]
        await tx.commit()
    seen = await stage.candidates(play.job.id)
    assert left == {"http_404": 1, "limit_reached": 2}
    assert {name for name, one in seen.items() if one.state == "pending"} == {"slow", "never"}
    assert seen["slow"].chunk_id is None
    assert [chunk.status for chunk in chunks] == [
        ChunkStatus.PENDING,
        ChunkStatus.COMPLETED,
        ChunkStatus.PENDING,
    ]
    assert (chunks[0].done, chunks[0].size, chunks[0].good) == (2, 2, 1)
    assert {one.state for one in (await stage.images(play.job.id)).values()} == {"good"}


async def test_standings_tell_how_far_each_keyword_has_come(stage: Stage) -> None:
    job = {"spec": spec("cat", "dog"), "lost": [0, 4], "status": JobStatus.RUNNING}
    play = await scene(stage, chunks=2, **job)
    done = stage.make.query(play.job, position=1, keyword=1, status=QueryStatus.EXHAUSTED)
    chunk = stage.make.chunk(done, position=0)
    play.query.searching = True
    async with stage.transaction() as tx:
        await tx.queries.save(play.query)
        await tx.queries.add(done)
        await tx.chunks.add(chunk)
        cat, dog = await tx.crawl_jobs.standings(play.job)
    assert (cat.keyword, cat.searching, cat.exhausted, cat.lost) == (0, True, False, 0)
    assert (dog.keyword, dog.searching, dog.exhausted, dog.lost) == (1, False, True, 4)
    assert (cat.chunks, dog.chunks) == (tuple(play.chunks), (chunk,))


async def test_a_job_that_is_not_there_has_nothing(stage: Stage) -> None:
    nowhere = CrawlJobId(stage.make.new_id())
    async with stage.transaction() as tx:
        assert await tx.chunks.cancel_unfinished(nowhere) == {}
        assert await tx.chunks.reopen(nowhere, [Reason.TIMEOUT]) == {}
        assert await tx.queries.of_job(nowhere) == []
