"""Asking a source for a page."""

import pytest

from pixcrawler.application.ports.source import SearchPage as Page
from pixcrawler.application.ports.source import SearchQuery
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.errors import SourceBlocked
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.shared.errors import LeaseLost, Unavailable
from tests.fakes.aggregates import candidate, spec
from tests.fakes.sources import PagedSource
from tests.unit.application.crawling.stage import CHUNK, SEARCH, SETTLE, Stage


async def test_a_page_becomes_chunks_and_candidates() -> None:
    stage = Stage(cat=[[f"{number}" for number in range(25)], ["more"]])
    job_id = await stage.started("cat", max_images=10)
    lease = await stage.act(SEARCH)
    assert stage.task(lease).state == "done"
    assert stage.job(job_id).found == 25
    chunks = sorted(stage.database.tables.chunks.values(), key=lambda chunk: chunk.position)
    assert [(chunk.position, chunk.span) for chunk in chunks] == [(0, 12), (1, 12), (2, 1)]
    assert [chunk.status for chunk in chunks] == [
        ChunkStatus.ACTIVE,
        ChunkStatus.PENDING,
        ChunkStatus.PENDING,
    ]
    (query,) = stage.database.tables.queries.values()
    assert (query.cursor, query.pages, query.found, query.searching) == ("1", 1, 25, False)
    assert stage.pending() == [CHUNK]


async def test_sizes_that_no_picture_has_are_no_sizes() -> None:
    stage = Stage()
    claims = [(640, 480), (0, 480), (-1, 10**12), (None, 2**31)]
    pages = [[candidate(f"{n}", width=width, height=height) for n, (width, height) in enumerate(claims)]]
    stage.source.pages["cat"] = pages
    await stage.started("cat")
    await stage.act(SEARCH)
    kept = [one.candidate for one in stage.database.tables.sightings.values()]
    assert [(one.width, one.height) for one in kept] == [(640, 480), (None, 480), (None, None), (None, None)]


async def test_the_last_page_exhausts_the_query() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    await stage.act(SEARCH)
    (query,) = stage.database.tables.queries.values()
    assert query.status is QueryStatus.EXHAUSTED


async def test_a_source_that_has_nothing_lets_the_job_be_settled() -> None:
    stage = Stage()
    job_id = await stage.started("cat")
    await stage.act(SEARCH)
    assert stage.pending() == [SETTLE]
    await stage.finish()
    job = stage.job(job_id)
    assert (job.status, job.accepted, job.found) == (JobStatus.COMPLETED, 0, 0)


async def test_the_next_page_is_asked_for_where_the_last_one_ended() -> None:
    stage = Stage(cat=[["a"], ["b"], ["c"]])
    job_id = await stage.started("cat", max_images=3)
    await stage.finish()
    assert [cursor for _, cursor in stage.source.asked] == [None, "1", "2"]
    assert stage.job(job_id).accepted == 3


async def test_sources_of_a_keyword_take_turns() -> None:
    stage = Stage(cat=[["a"], ["b"]])
    other = PagedSource({"cat": [[candidate("x")], [candidate("y")]]}, source_id="wikimedia")
    stage.sources._sources["wikimedia"] = other
    asked = []
    await stage.started(spec_=spec("cat", sources=("openverse", "wikimedia")), max_images=4)
    while stage.pending():
        if stage.pending()[0] == SEARCH:
            payload, lease = stage.claimed(SEARCH)
            asked.append(stage.database.tables.queries[payload.query_id].source)
            await stage.search_page(payload, lease=lease)
        else:
            await stage.act(stage.pending()[0])
    assert asked == ["openverse", "wikimedia", "openverse", "wikimedia"]


async def test_a_source_is_told_the_filters_and_the_input() -> None:
    stage = Stage()
    wanted = spec("cat", inputs={"openverse": "a key"})
    await stage.started(spec_=wanted)
    await stage.act(SEARCH)
    assert stage.source.asked == [
        (SearchQuery(text="cat", filters=wanted.filters, input="a key"), None),
    ]


async def test_a_source_that_turns_in_circles_is_left() -> None:
    stage = Stage(cat=[["a"]])

    class Circling(PagedSource):
        async def search(self, query: SearchQuery, cursor: str | None) -> Page:
            self.asked.append((query, cursor))
            return Page(candidates=(candidate("a"),), next_cursor="again")

    circling = Circling({})
    stage.sources._sources["openverse"] = circling
    job_id = await stage.started("cat")
    await stage.finish()
    assert len(circling.asked) == 2
    assert stage.job(job_id).status is JobStatus.COMPLETED


async def test_what_a_source_refuses_is_raised_and_nothing_is_written() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    stage.source.failures.append(SourceBlocked("openverse", "It refuses us."))
    before = stage.database.tables.copy()
    payload, lease = stage.claimed(SEARCH)
    with pytest.raises(SourceBlocked):
        await stage.search_page(payload, lease=lease)
    assert stage.database.tables.queries == before.queries
    assert not lease.closed


async def test_a_page_is_recorded_once_though_the_databases_answer_was_lost() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat")
    stage.database.refusals.append(Unavailable("gone"))
    await stage.act(SEARCH)
    assert stage.job(job_id).found == 2
    assert len(stage.source.asked) == 1


async def test_a_page_that_came_after_the_lease_was_lost_is_void() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    payload, stale = stage.claimed(SEARCH)
    lease = stage.database.claim(stage.task(stale))
    with pytest.raises(LeaseLost):
        await stage.search_page(payload, lease=stale)
    assert stage.job(job_id).found == 0
    await stage.search_page(payload, lease=lease)
    assert stage.job(job_id).found == 1


@pytest.mark.parametrize("moment", ["before", "after the page was recorded"])
async def test_a_search_that_is_out_of_date_asks_nobody(moment: str) -> None:
    stage = Stage(cat=[["a"], ["b"]])
    job_id = await stage.started("cat")
    payload, lease = stage.claimed(SEARCH)
    if moment == "before":
        await stage.stop(job_id, by=stage.owner)
    else:
        await stage.search_page(payload, lease=stage.database.claim(stage.task(lease)))
    asked = len(stage.source.asked)
    await stage.search_page(payload, lease=lease)
    assert len(stage.source.asked) == asked
    assert not lease.closed


async def test_a_failed_search_closes_its_query_and_the_job_goes_on() -> None:
    stage = Stage(cat=[["a"]])
    wanted = spec("cat", sources=("openverse", "url_list"), inputs={"url_list": "key"})
    job_id = await stage.started(spec_=wanted)
    payload, lease = stage.claimed(SEARCH)
    await stage.fail_search(payload, lease=lease, error=SourceBlocked("openverse", "It refuses us."))
    first = stage.database.tables.queries[payload.query_id]
    assert (first.status, first.error) == (QueryStatus.FAILED, "It refuses us.")
    assert lease.closed
    assert stage.pending() == [SEARCH]
    await stage.finish()
    assert stage.job(job_id).status is JobStatus.FAILED


async def test_a_job_that_found_nothing_because_its_sources_failed_has_failed() -> None:
    stage = Stage()
    job_id = await stage.started("cat")
    payload, lease = stage.claimed(SEARCH)
    await stage.fail_search(payload, lease=lease, error=SourceBlocked("openverse", "It refuses us."))
    await stage.finish()
    job = stage.job(job_id)
    assert (job.status, job.failure_code, job.failure) == (
        JobStatus.FAILED,
        "SOURCE_ERROR",
        "It refuses us.",
    )


async def test_a_failed_search_of_a_stopped_job_changes_nothing() -> None:
    stage = Stage()
    job_id = await stage.started("cat")
    payload, lease = stage.claimed(SEARCH)
    await stage.stop(job_id, by=stage.owner)
    await stage.fail_search(payload, lease=lease, error=SourceBlocked("openverse", "It refuses us."))
    assert stage.database.tables.queries[payload.query_id].error is None
    assert lease.closed
