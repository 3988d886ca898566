"""Fetching a chunk, looking at what came, recording fates."""

import asyncio
import hashlib

import msgspec
import pytest

from pixcrawler.application.crawling.run_chunk import RunChunk
from pixcrawler.application.ports.object_store import Body
from pixcrawler.domain.crawling.events import SearchOpened
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.spec import SizeRules
from pixcrawler.domain.shared.errors import LeaseLost, StorageFull, Unavailable
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.aggregates import candidate, sha, spec
from tests.fakes.manifests import picture
from tests.fakes.object_store import MemoryObjectStore
from tests.unit.application.crawling.stage import CHUNK, SEARCH, SETTLE, Stage, url


async def opened(stage: Stage, **spec_changes: object) -> object:
    """The job, with its first chunk open."""
    job_id = await stage.started(spec_=spec("cat", **spec_changes))
    await stage.act_until(CHUNK)
    return job_id


async def test_good_pictures_are_kept_and_counted() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat")
    await stage.act_until(CHUNK)
    lease = await stage.act(CHUNK)
    assert stage.task(lease).state == "done"
    job = stage.job(job_id)
    assert (job.good, job.reasons) == (2, {})
    for image in stage.database.tables.images.values():
        assert hashlib.sha256(await stage.store.get(image.key)).hexdigest() == image.sha256
        assert image.key.startswith(stage.owner.id.hex)
    assert stage.pending() == [SETTLE]


async def test_every_candidate_gets_its_fate() -> None:
    stage = Stage(cat=[["good", "gone", "slow", "text", "small"]])
    stage.fetcher.web |= {
        url("gone"): Reason.HTTP_404,
        url("slow"): Reason.TIMEOUT,
        url("text"): b"<html>",
        url("small"): picture(77, size=(2, 2)),
    }
    await opened(stage, rules=SizeRules(min_size=(5, 5)))
    await stage.act(CHUNK)
    assert stage.reasons() == {
        "good": None,
        "gone": "http_404",
        "slow": "timeout",
        "text": "not_an_image",
        "small": "too_small",
    }


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (SizeRules(max_size=(5, 5)), "too_large"),
        (SizeRules(file_types=("jpg",)), "wrong_file_type"),
        (SizeRules(file_types=("png",)), None),
    ],
)
async def test_pictures_are_held_against_the_rules(rules: SizeRules, reason: str | None) -> None:
    stage = Stage(cat=[["a"]])
    await opened(stage, rules=rules)
    await stage.act(CHUNK)
    assert stage.reasons() == {"a": reason}


async def test_what_the_source_says_is_refused_before_anything_is_fetched() -> None:
    stage = Stage()
    page = [
        candidate("excluded", title="A DOG", license="CC0-1.0"),
        candidate("licence", license="all-rights-reserved"),
        candidate("small", license="CC0-1.0", width=3, height=3),
        candidate("fine", license="CC0-1.0"),
    ]
    stage.source.pages["cat"] = [page]
    filters = SearchFilters(exclude=("dog",), license=("commercial",))
    await opened(stage, filters=filters, rules=SizeRules(min_size=(5, 5)))
    await stage.finish()
    assert stage.fetcher.asked == [url("fine")]
    assert stage.reasons() == {
        "excluded": "excluded",
        "licence": "license",
        "small": "too_small",
        "fine": "http_404",
    }


async def search(stage: Stage, text: str) -> None:
    for task in stage.database.tasks(name=SEARCH):
        opened = msgspec.json.decode(task.payload, type=SearchOpened)
        if stage.database.tables.queries[opened.query_id].text == text:
            await stage.search_page(opened, lease=stage.database.claim(task))


@pytest.mark.parametrize("ruled_out_in", ["cat", "dog"])
@pytest.mark.parametrize("first", ["cat", "dog"])
async def test_what_one_search_describes_as_unwanted_another_may_offer_whoever_comes_first(
    first: str, ruled_out_in: str
) -> None:
    stage = Stage(cat=[["a"]], dog=[["a"]])
    stage.source.pages[ruled_out_in] = [[candidate("a", title="A fake")]]
    filters = SearchFilters(exclude=("fake",))
    job_id = await stage.started("cat", "dog", max_images=2, spec_=spec("cat", "dog", filters=filters))
    await search(stage, first)
    while stage.database.tasks(name=CHUNK):
        await stage.act(CHUNK)
    await stage.finish()
    (image,) = stage.database.tables.images.values()
    assert stage.job(job_id).accepted == 1
    assert {"cat", "dog"} - {image.label} == {ruled_out_in}


async def test_bytes_that_a_list_promised_otherwise_are_refused() -> None:
    stage = Stage(cat=[["a", "b"]])
    right = hashlib.sha256(picture(0)).hexdigest().upper()
    stage.source.pages["cat"] = [[candidate("a", sha256=right), candidate("b", sha256=sha(5))]]
    await opened(stage)
    await stage.act(CHUNK)
    assert stage.reasons() == {"a": None, "b": "digest_mismatch"}


async def test_the_same_bytes_are_looked_at_once() -> None:
    stage = Stage(cat=[["a", "b", "c"]])
    stage.fetcher.web |= {url(name): picture(5) for name in "abc"}
    await opened(stage)
    await stage.act(CHUNK)
    assert stage.inspector.inspected == 1
    assert sorted(str(reason) for reason in stage.reasons().values()) == [
        "None",
        "duplicate_exact",
        "duplicate_exact",
    ]


async def test_bytes_of_an_earlier_job_are_not_decoded_again() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    await stage.finish()
    other = (await stage.create(stage.command("cat"), by=stage.owner)).id
    await stage.start(other, by=stage.owner)
    await stage.finish()
    assert stage.inspector.inspected == 1
    assert stage.job(other).accepted == 1


async def test_no_body_is_left_behind() -> None:
    stage = Stage(cat=[["a", "b"]])
    stage.fetcher.web[url("b")] = b"no picture"
    await opened(stage)
    await stage.act(CHUNK)
    assert await stage.store.sweep(older_than=-1) == 0


async def test_a_chunk_recorded_twice_counts_once() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat")
    await stage.act_until(CHUNK)
    stage.database.refusals.append(Unavailable("gone"))
    await stage.act(CHUNK)
    assert stage.job(job_id).good == 2


async def test_a_repeat_takes_only_what_has_no_fate() -> None:
    stage = Stage(cat=[["a", "b"]])
    await stage.started("cat")
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    stage.fetcher.web[url("b")] = StorageFull("full")
    with pytest.raises(StorageFull):
        await stage.run_chunk(payload, lease=lease)
    done = {name for name, one in stage.candidates().items() if one.state != "pending"}
    stage.fetcher.asked.clear()
    stage.fetcher.web[url("b")] = picture(9)
    await stage.run_chunk(payload, lease=stage.database.claim(stage.task(lease)))
    assert set(stage.fetcher.asked) == {url(name) for name in {"a", "b"} - done}
    assert {one.state for one in stage.candidates().values()} == {"good"}


async def test_a_stopped_jobs_chunk_fetches_nothing_and_leaves_its_task_to_the_worker() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    await stage.stop(job_id, by=stage.owner)
    await stage.run_chunk(payload, lease=lease)
    assert stage.fetcher.asked == []
    assert not lease.closed


async def test_a_job_that_is_stopped_meanwhile_gets_nothing_written_and_the_task_is_closed() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    stage.fetcher.gate.clear()
    running = asyncio.create_task(stage.run_chunk(payload, lease=lease))
    while not stage.fetcher.asked:
        await asyncio.sleep(0)
    await stage.stop(job_id, by=stage.owner)
    stage.fetcher.gate.set()
    await running
    assert lease.closed
    assert stage.reasons() == {"a": "cancelled"}
    assert stage.database.tables.images == {}
    assert (stage.job(job_id).status, stage.job(job_id).good) == (JobStatus.CANCELLED, 0)


async def test_who_lost_the_lease_records_nothing() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    await stage.act_until(CHUNK)
    payload, stale = stage.claimed(CHUNK)
    stage.database.claim(stage.task(stale))
    with pytest.raises(LeaseLost):
        await stage.run_chunk(payload, lease=stale)
    assert stage.reasons() == {"a": None}
    assert stage.candidates()["a"].state == "pending"


async def test_a_draining_worker_records_what_is_in_flight_and_leaves_the_task_open() -> None:
    names = [f"{number:03}" for number in range(100)]
    stage = Stage(cat=[names])
    await stage.started("cat", max_images=100)
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    stage.fetcher.gate.clear()
    running = asyncio.create_task(stage.run_chunk(payload, lease=lease))
    while not stage.fetcher.asked:
        await asyncio.sleep(0)
    lease.draining = True
    stage.fetcher.gate.set()
    await running
    recorded = [one for one in stage.candidates().values() if one.state != "pending"]
    assert not lease.closed
    assert 0 < len(recorded) == len(stage.fetcher.asked) < 100


async def test_a_draining_worker_closes_what_it_could_finish() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat")
    await stage.act_until(CHUNK)
    payload, lease = stage.claimed(CHUNK)
    stage.fetcher.gate.clear()
    running = asyncio.create_task(stage.run_chunk(payload, lease=lease))
    while not stage.fetcher.asked:
        await asyncio.sleep(0)
    lease.draining = True
    stage.fetcher.gate.set()
    await running
    assert lease.closed


async def test_a_full_store_ends_the_chunk_and_leaves_no_body() -> None:
    class FullStore(MemoryObjectStore):
        async def keep(self, body: Body, key: str) -> None:
            raise StorageFull(f"The disk has no room for {key} and {body}.")

    stage = Stage(cat=[["a", "b"]])
    await stage.started("cat")
    await stage.act_until(CHUNK)
    full = FullStore()
    stage.fetcher._store = full
    run_chunk = RunChunk(
        transaction=stage.transaction,
        fetcher=stage.fetcher,
        inspector=stage.inspector,
        store=full,
        clock=stage.clock,
        new_id=stage.new_id,
    )
    payload, lease = stage.claimed(CHUNK)
    with pytest.raises(StorageFull):
        await run_chunk(payload, lease=lease)
    assert stage.database.tables.images == {}
