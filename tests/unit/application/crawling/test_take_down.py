"""Taking a picture down, whoever has it and whatever their jobs do."""

import pytest

from pixcrawler.application.crawling.change_block_list import ChangeBlockList, NotBlocked
from pixcrawler.application.crawling.take_down import TakeDown
from pixcrawler.application.ports.object_store import ObjectMissing
from pixcrawler.application.ports.stores import Stores
from pixcrawler.domain.crawling.blocking import BlockKind, NotBlockable
from pixcrawler.domain.imaging.thumbnails import thumbnail_key
from tests.unit.application.crawling.stage import CHUNK, Stage, url


def take_down(stage: Stage) -> TakeDown:
    return TakeDown(
        transaction=stage.transaction, stores=Stores(stage.store), clock=stage.clock, new_id=stage.new_id
    )


async def settled(*names: str, max_images: int) -> Stage:
    stage = Stage(cat=[list(names)])
    await stage.started("cat", max_images=max_images)
    await stage.finish()
    return stage


def image(stage: Stage, name: str) -> tuple[str, str]:
    """SHA-256 and key of the picture that this candidate shows."""
    found = stage.database.tables.images[stage.candidates()[name].image_id]  # type: ignore[index]
    return found.sha256, found.key


async def test_a_dry_run_tells_what_is_there_and_does_nothing() -> None:
    stage = await settled("a", "b", max_images=2)
    digest, key = image(stage, "a")
    told = await take_down(stage)(url("a"), by="me", dry_run=True)
    assert (told.kind, told.pictures, told.files, len(told.jobs)) == (BlockKind.URL, (digest,), 1, 1)
    assert stage.reasons() == {"a": None, "b": None}
    assert await stage.store.exists(key)


async def test_by_its_address_a_picture_leaves_jobs_and_store_and_its_bytes_are_blocked_too() -> None:
    stage = await settled("a", "b", max_images=2)
    digest, key = image(stage, "a")
    await stage.store.put(thumbnail_key(key), b"small")
    told = await take_down(stage)(url("a"), by="me", reason="her letter")
    assert told.pictures == (digest,)
    assert stage.reasons() == {"a": "blocked", "b": None}
    (job,) = stage.database.tables.crawl_jobs.values()
    assert (job.accepted, job.missing, job.reasons) == (1, 1, {"blocked": 1})
    assert job.found == job.accepted + job.rejected
    for gone in (key, thumbnail_key(key)):
        with pytest.raises(ObjectMissing):
            await stage.store.get(gone)
    entries = stage.database.tables.blocks.values()
    assert {(one.kind, one.by, one.reason, one.taken_down) for one in entries} == {
        (BlockKind.URL, "me", "her letter", True),
        (BlockKind.SHA256, "me", "her letter", True),
    }


async def test_by_its_bytes_every_address_of_it_goes() -> None:
    stage = Stage(cat=[["a", "same", "b"]])
    stage.fetcher.web[url("same")] = stage.fetcher.web[url("a")]
    job_id = await stage.started("cat", max_images=2)
    await stage.finish()
    await take_down(stage)(image(stage, "a")[0], by="me")
    assert stage.reasons() == {"a": "blocked", "same": "blocked", "b": None}
    assert stage.job(job_id).reasons == {"blocked": 2}


async def test_a_retry_finds_another_picture_and_never_this_one() -> None:
    stage = await settled("a", "b", "c", max_images=2)
    (job,) = stage.database.tables.crawl_jobs.values()
    await take_down(stage)(url("a"), by="me")
    await stage.retry(job.id, by=stage.owner)
    await stage.finish()
    assert stage.reasons() == {"a": "blocked", "b": None, "c": None}
    assert stage.job(job.id).accepted == 2


async def test_a_running_job_loses_it_and_ends_with_counts_that_add_up() -> None:
    stage = Stage(cat=[["a", "b", "c"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.act_until(CHUNK)
    await stage.act(CHUNK)
    await take_down(stage)(url("a"), by="me")
    await stage.finish()
    job = stage.job(job_id)
    assert stage.reasons() == {"a": "blocked", "b": None, "c": None}
    assert (job.accepted, job.reasons) == (2, {"blocked": 1})


async def test_another_job_does_not_bring_the_bytes_back_from_another_address() -> None:
    stage = await settled("a", max_images=1)
    digest, _ = image(stage, "a")
    await take_down(stage)(digest, by="me")
    other = Stage(dog=[["elsewhere", "other"]])
    other.database.tables.blocks |= stage.database.tables.blocks
    other.fetcher.web[url("elsewhere")] = stage.fetcher.web[url("a")]
    await other.started("dog", max_images=2)
    await other.finish()
    assert other.reasons() == {"elsewhere": "blocked", "other": None}


async def test_twice_is_harmless_and_one_that_is_nowhere_is_blocked_all_the_same() -> None:
    stage = await settled("a", max_images=1)
    for _ in range(2):
        await take_down(stage)(url("a"), by="me")
    told = await take_down(stage)("https://nowhere.example/x.jpg", by="me")
    assert (told.pictures, told.jobs, told.files) == ((), (), 0)
    assert len(stage.database.tables.blocks) == 3


async def test_what_is_no_picture_of_ours_is_refused() -> None:
    stage = Stage(cat=[["a"]])
    with pytest.raises(NotBlockable):
        await take_down(stage)("cat", by="me")


async def test_the_operators_own_list_stops_pictures_until_they_are_lifted() -> None:
    stage = Stage(cat=[["a"]])
    entries = ChangeBlockList(transaction=stage.transaction, clock=stage.clock, new_id=stage.new_id)
    assert await entries.add("ab" * 32, by="me")
    assert not await entries.add("AB" * 32, by="me")
    (entry,) = await entries.all()
    assert (entry.taken_down, entry.by, entry.created_at) == (False, "me", stage.clock.now())
    await entries.remove("ab" * 32)
    assert await entries.all() == []
    with pytest.raises(NotBlocked):
        await entries.remove("ab" * 32)
