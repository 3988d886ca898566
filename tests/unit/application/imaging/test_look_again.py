"""Stored pictures are looked at again: each is counted once, and no job changes."""

from contextlib import suppress

import msgspec
import pytest

from pixcrawler.application.imaging.change_level import ChangeLevel
from pixcrawler.application.imaging.look_again import BATCH
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import CrawlJobNotFound
from pixcrawler.domain.crawling.spec import SizeRules
from pixcrawler.domain.imaging.validation import (
    CHUNK,
    DefaultLevel,
    RunMode,
    RunStatus,
    Verdict,
)
from pixcrawler.domain.shared.actor import Actor, Role, ScopeMissing
from pixcrawler.domain.shared.errors import LeaseLost, Unavailable
from pixcrawler.domain.shared.ids import CrawlJobId, UserId
from pixcrawler.domain.shared.once import IdempotencyMismatch, Once
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from tests.fakes.aggregates import AT, sha, spec
from tests.fakes.manifests import picture
from tests.unit.application.imaging.room import CUT, LOOK, Room, black, good, opened


async def test_every_picture_gets_a_verdict_and_the_counts_add_up() -> None:
    room = Room()
    fine, dark, gone, text = await room.has(good(), black(), None, b"no picture")
    begun = await room.asked()
    assert (begun.status, begun.images, len(begun.task_ids)) == (RunStatus.PENDING, None, 1)
    await room.finish()
    assert room.verdict(fine) == (Verdict.VALID, None)
    assert room.verdict(dark) == (Verdict.INVALID, Reason.TOO_DARK)
    assert room.verdict(gone) == (Verdict.DAMAGED, Reason.FILE_MISSING)
    assert room.verdict(text) == (Verdict.INVALID, Reason.NOT_AN_IMAGE)
    run = room.run()
    assert (run.status, run.images, run.done) == (RunStatus.COMPLETED, 4, 4)
    assert (run.valid, run.invalid, run.damaged, run.gone, run.failed) == (1, 2, 1, 0, 0)
    assert room.database.tables.validation_chunks == {}


async def test_other_bytes_under_the_key_are_damage_and_not_another_picture() -> None:
    room = Room()
    (image,) = await room.has(picture(1))
    await room.store.put("pictures/0", picture(2))
    await room.asked()
    await room.finish()
    assert room.verdict(image) == (Verdict.DAMAGED, Reason.DIGEST_MISMATCH)


async def test_the_rules_of_the_job_are_checked_too() -> None:
    room = Room()
    room.job.spec = spec("cat", rules=SizeRules(min_size=(5_000, 1)))
    (image,) = await room.has(picture(1))
    await room.asked(Validation.STANDARD)
    await room.finish()
    assert room.verdict(image, Validation.STANDARD) == (Verdict.INVALID, Reason.TOO_SMALL)


async def test_reports_change_nothing_and_quarantine_keeps_poor_ones_out_and_the_job_as_it_is() -> None:
    room = Room()
    _, dark = await room.has(good(), black())
    before = msgspec.json.encode(room.job)
    await room.asked()
    await room.finish()
    assert room.kept_out() == set()
    room.database.tables.validations.clear()
    await room.asked(mode=RunMode.QUARANTINE)
    await room.finish()
    assert room.kept_out() == {dark}
    assert room.run().quarantined == 1
    assert msgspec.json.encode(room.database.tables.crawl_jobs[room.job.id]) == before
    assert room.database.tables.images[dark].state == "accepted"


async def test_what_a_person_released_is_not_put_back_by_a_later_run() -> None:
    room = Room()
    (dark,) = await room.has(black())
    await room.asked(mode=RunMode.QUARANTINE)
    await room.finish()
    async with room.transaction() as tx:
        assert await tx.looks.release(dark, at=AT)
        await tx.commit()
    await room.asked(mode=RunMode.QUARANTINE)
    await room.finish()
    assert room.kept_out() == set()


async def test_a_large_job_is_cut_into_tasks_and_one_picture_on_two_levels_has_two_results() -> None:
    room = Room()
    images = await room.has(*[picture(1)] * (CHUNK + 1))
    for number, image in enumerate(images):  # the same file under many digests would be one picture
        entry = room.database.tables.images[image]
        room.database.tables.images[image] = msgspec.structs.replace(entry, sha256=sha(number))
    await room.asked(Validation.BASIC)
    payload, lease = room.claimed(CUT)
    await room.cut(payload, lease=lease)
    assert len(room.database.tasks(name=LOOK)) == 2
    await room.finish()
    assert (room.run().images, room.run().damaged) == (CHUNK + 1, CHUNK + 1)
    room.database.tables.validations.clear()
    await room.asked(Validation.STANDARD)
    await room.finish()
    assert len(room.database.tables.validation_results) == 2 * (CHUNK + 1)


async def test_a_job_without_pictures_is_done_when_it_was_counted() -> None:
    room = Room()
    await room.asked()
    await room.finish()
    assert (room.run().status, room.run().images) == (RunStatus.COMPLETED, 0)


# Property: killed between a commit and its answer, or before it, a worker counts nothing twice
@pytest.mark.parametrize("fault", ["refusals", "lost_answers"])
async def test_a_commit_that_fails_or_whose_answer_is_lost_counts_once(fault: str) -> None:
    room = Room()
    await room.has(good(), black())
    await room.asked()
    payload, lease = room.claimed(CUT)
    await room.cut(payload, lease=lease)
    payload, lease = room.claimed(LOOK)
    getattr(room.database, fault).append(Unavailable("gone"))
    with suppress(LeaseLost):  # by the repeat of the commit that had closed the task
        await room.look(payload, lease=lease)
    await room.finish()
    assert (room.run().done, room.run().valid, room.run().invalid) == (2, 1, 1)
    assert room.run().status is RunStatus.COMPLETED


async def test_a_repeat_after_a_crash_looks_only_at_what_is_left() -> None:
    room = Room()
    images = await room.has(*(picture(number) for number in range(BATCH + 3)))
    await room.asked(Validation.STANDARD)
    payload, lease = await opened(room)
    last = max((room.database.tables.images[image] for image in images), key=lambda one: one.sha256)
    room.store.away.add(last.key)
    with pytest.raises(Unavailable):
        await room.look(payload, lease=lease)
    assert room.run().done == BATCH
    room.store.away.clear()
    room.inspector.inspected = 0
    room.database.release(lease)
    await room.finish()
    assert (room.run().done, room.inspector.inspected) == (BATCH + 3, 3)
    assert room.run().status is RunStatus.COMPLETED


async def test_a_lost_lease_writes_nothing() -> None:
    room = Room()
    await room.has(picture(1))
    await room.asked(Validation.STANDARD)
    payload, old = await opened(room)
    (task,) = room.database.tasks("running", name=LOOK)
    room.database.claim(task)
    with pytest.raises(LeaseLost):
        await room.look(payload, lease=old)
    assert room.run().done == 0
    assert room.database.tables.validation_results == {}


async def test_a_chunk_that_is_given_up_fails_the_run_when_the_others_are_done() -> None:
    room = Room()
    await room.has(picture(1), picture(2))
    await room.asked(Validation.STANDARD)
    payload, lease = await opened(room)
    await room.fail_look(payload, lease=lease, error=Unavailable("The store is away."))
    run = room.run()
    assert (run.status, run.failed, run.done, run.images) == (RunStatus.FAILED, 2, 2, 2)
    assert (run.failure_code, run.failure) == ("UNAVAILABLE", "The store is away.")


async def test_a_run_whose_cutting_is_given_up_fails_with_what_there_is() -> None:
    room = Room()
    await room.has(picture(1))
    await room.asked()
    payload, lease = room.claimed(CUT)
    await room.fail_cutting(payload, lease=lease, error=RuntimeError("a bug"))
    assert (room.run().status, room.run().images) == (RunStatus.FAILED, 0)
    assert "bug" not in (room.run().failure or "")


async def test_pictures_that_go_meanwhile_are_counted_as_gone() -> None:
    room = Room()
    await room.has(picture(1), picture(2))
    await room.asked(Validation.STANDARD)
    payload, lease = await opened(room)
    room.database.tables.remove("crawl_jobs", {"id": room.job.id})
    await room.look(payload, lease=lease)
    assert (room.run().status, room.run().gone, room.run().done) == (RunStatus.COMPLETED, 2, 2)


async def test_work_for_somebody_who_is_gone_ends_without_a_word() -> None:
    room = Room()
    await room.has(picture(1))
    await room.asked(Validation.STANDARD)
    payload, lease = await opened(room)
    room.database.tables.remove("validations", {"id": room.run().id})
    await room.look(payload, lease=lease)
    await room.fail_look(payload, lease=lease, error=Unavailable("gone"))
    assert lease.closed


async def test_a_worker_that_is_asked_to_end_begins_nothing_new() -> None:
    room = Room()
    await room.has(picture(1))
    await room.asked(Validation.STANDARD)
    payload, lease = await opened(room)
    lease.draining = True
    await room.look(payload, lease=lease)
    assert (room.run().done, lease.closed) == (0, False)


async def test_the_same_request_sent_again_begins_nothing_new() -> None:
    room = Room()
    once = Once("a", "POST /validation/jobs", b"1")
    first = await room.asked(once=once)
    assert await room.asked(once=once) == first
    assert len(room.database.tables.validations) == 1
    with pytest.raises(IdempotencyMismatch):
        await room.asked(once=Once("a", "POST /validation/jobs", b"2"))


async def test_nobody_looks_at_anothers_pictures_and_a_reader_asks_for_nothing() -> None:
    room = Room()
    with pytest.raises(CrawlJobNotFound):
        await room.asked(by=Actor(UserId(room.new_id()), Role.USER))
    with pytest.raises(ScopeMissing):
        await room.asked(by=Actor(room.owner.id, Role.USER, frozenset({"read"})))
    assert room.database.tables.validations == {}


async def test_a_look_without_a_level_takes_the_default_of_who_asks_and_both_are_written_down() -> None:
    room = Room()
    assert (await room.asked(None)).level is Validation.STANDARD
    wanted = DefaultLevel(level=Validation.BASIC, mode=ValidationMode.REPORT)
    assert await ChangeLevel(transaction=room.transaction)(wanted, by=room.owner) == wanted
    assert (await room.asked(None)).level is Validation.BASIC
    acts = [one.act for one in room.database.tables.activity.values()]
    assert acts == [Act.VALIDATION_REQUESTED, Act.VALIDATION_LEVEL_CHANGED, Act.VALIDATION_REQUESTED]


async def test_a_job_that_is_not_there_is_not_found() -> None:
    room = Room()
    with pytest.raises(CrawlJobNotFound):
        await room.request(CrawlJobId(room.new_id()), level=None, mode=RunMode.REPORT, by=room.owner)
