"""What a job's log promises, in memory and in Postgres."""

from pixcrawler.domain.crawling import log
from tests.contract.stages import Stage, scene
from tests.fakes.aggregates import AT


async def test_a_sources_note_is_written_once_in_a_run(stage: Stage) -> None:
    play = await scene(stage)
    for run, note in ((1, "One."), (1, "One."), (1, "Two."), (2, "One.")):
        play.job.run = run
        async with stage.transaction() as tx:
            await tx.job_log.add(log.noted(play.job, source="searxng", note=note, at=AT))
            await tx.job_log.add(log.stopped(play.job, at=AT))
            await tx.commit()
    noted = [(line.run, line.message) for line in await stage.log(play.job.id) if line.event == log.NOTED]
    assert noted == [(1, "searxng: One."), (1, "searxng: Two."), (2, "searxng: One.")]
    assert len(await stage.log(play.job.id)) == 7


async def test_the_log_of_a_job_goes_with_it(stage: Stage) -> None:
    play = await scene(stage)
    line = log.search_failed(play.job, source="openverse", text="a\x00b", why="It is away.", at=AT)
    async with stage.transaction() as tx:
        await tx.job_log.add(line)
        await tx.commit()
    (seen,) = await stage.log(play.job.id)
    assert (seen.level, seen.event, seen.run) == ("warning", "search_failed", 1)
    async with stage.transaction() as tx:
        await tx.crawl_jobs.delete(play.job.id)
        await tx.commit()
    assert await stage.log(play.job.id) == []
