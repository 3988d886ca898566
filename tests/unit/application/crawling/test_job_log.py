"""What people read about a job afterwards."""

import pytest

from pixcrawler.domain.crawling.errors import SourceBlocked
from pixcrawler.domain.crawling.filters import ImageType, SearchFilters
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.shared.errors import INTERNAL, StorageFull
from tests.fakes.aggregates import spec
from tests.unit.application.crawling.stage import CHUNK, SEARCH, SETTLE, Stage
from tests.unit.application.crawling.test_settle_job import alike


def lines(stage: Stage) -> list[tuple[str, str, str]]:
    return [
        (one.line.level, one.line.event, one.line.message) for one in stage.database.tables.job_log.values()
    ]


def events(stage: Stage) -> list[str]:
    return [event for _, event, _ in lines(stage)]


async def test_a_job_tells_its_beginning_and_its_end() -> None:
    stage = Stage(cat=[["a", "b", "c"]])
    await stage.started("cat", max_images=2)
    await stage.finish()
    assert lines(stage) == [
        ("info", "created", "Created: 2 images from openverse for 1 keyword."),
        ("info", "started", "Started with 1 search."),
        ("info", "completed", "Completed: 2 of 2 images were accepted, 1 of 3 candidates rejected."),
    ]


async def test_what_a_source_remarks_is_told_once() -> None:
    stage = Stage(cat=[["a"], ["b"]])
    stage.source.notes = ("One engine is silent.", "One engine is silent.")
    await stage.started("cat", max_images=2)
    await stage.finish()
    noted = [line for line in lines(stage) if line[1] == "source_note"]
    assert noted == [("warning", "source_note", "openverse: One engine is silent.")]


async def test_a_filter_that_nobody_applies_is_told_once() -> None:
    stage = Stage(cat=[["a"], ["b"]], dog=[["c"]])
    wanted = spec("cat", "dog", filters=SearchFilters(image_type=ImageType.CLIPART))
    await stage.started(spec_=wanted, max_images=3)
    await stage.finish()
    (noted,) = [message for _, event, message in lines(stage) if event == "source_note"]
    assert noted.startswith("openverse: openverse cannot be asked for the type clipart")


async def test_a_shortfall_is_a_warning() -> None:
    stage = Stage(cat=[["a"]])
    await stage.started("cat", max_images=2)
    await stage.finish()
    assert lines(stage)[-1][:2] == ("warning", "completed")


async def test_stops_and_retries_are_told() -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat", max_images=2)
    await stage.act(SEARCH)
    await stage.stop(job_id, by=stage.owner)
    await stage.retry(job_id, by=stage.owner)
    assert lines(stage)[2:] == [
        ("info", "stopped", "Stopped: 2 candidates were found, 0 of them were good."),
        ("info", "retried", "Retried: run 3 does what was not done."),
    ]


@pytest.mark.parametrize(
    ("error", "why"),
    [(SourceBlocked("openverse", "It refuses us."), "It refuses us."), (KeyError("x"), INTERNAL)],
)
async def test_a_search_that_was_given_up_says_why(error: Exception, why: str) -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    payload, lease = stage.claimed(SEARCH)
    await stage.fail_search(payload, lease=lease, error=error)
    assert lines(stage)[-1] == (
        "warning",
        "search_failed",
        f"The search for “cat” at openverse was given up: {why}",
    )
    await stage.finish()
    assert stage.job(job_id).failure == why
    assert lines(stage)[-1] == ("error", "failed", f"Failed: {why}")


async def test_a_chunk_that_was_given_up_is_told() -> None:
    stage = Stage(cat=[["a", "b"]])
    await stage.started("cat")
    await stage.act(SEARCH)
    payload, lease = stage.claimed(CHUNK)
    await stage.fail_chunk(payload, lease=lease, error=KeyError("/secret"))
    assert lines(stage)[-1] == (
        "warning",
        "chunk_failed",
        "A chunk was given up; 2 candidates can be retried.",
    )


@pytest.mark.parametrize("task", [CHUNK, SETTLE])
async def test_a_full_disk_fails_the_job_with_its_sentence(task: str) -> None:
    stage = Stage(cat=[["a", "b"]])
    job_id = await stage.started("cat")
    await stage.act_until(task)
    payload, lease = stage.claimed(task)
    fail = stage.fail_chunk if task == CHUNK else stage.fail_job
    await fail(payload, lease=lease, error=StorageFull("The disk is full."))
    assert stage.job(job_id).status is JobStatus.FAILED
    assert lines(stage)[-1] == ("error", "failed", "Failed: The disk is full.")


async def test_looking_for_more_is_told() -> None:
    stage = Stage(cat=[["a", "b"], ["c"]])
    await stage.started("cat", max_images=2)
    await stage.act_until(SETTLE)
    alike(stage)
    await stage.finish()
    assert "settled_short" in events(stage)
    assert events(stage)[-1] == "completed"


async def test_what_changed_nothing_is_not_told() -> None:
    stage = Stage(cat=[["a"]])
    job_id = await stage.started("cat")
    payload, lease = stage.claimed(SEARCH)
    await stage.stop(job_id, by=stage.owner)
    before = lines(stage)
    await stage.fail_search(payload, lease=lease, error=KeyError("x"))
    assert lines(stage) == before
