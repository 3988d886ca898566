"""Reading a job's images: what is listed under which filter, page by page; and that only its owner may."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from pixcrawler.adapters.postgres.image_reads import PostgresImageReads
from pixcrawler.application.ports.images import Image, ImageFile, ImageFilter, ImageReads, ImageStatus
from pixcrawler.domain.crawling.errors import CrawlJobNotFound, ImageHasNoFile, ImageNotFound
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, UserId
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.contract.stages import MemoryStage, PostgresStage, Scene, Stage, ids
from tests.contract.test_settling import FULL, SCORES, settle, settled_scene
from tests.fakes.aggregates import AT, sha
from tests.fakes.memory_images import MemoryImageReads


class Room:
    """A settled job. Pictures 1 (by its later copy d) and 3 (e) stay; a is the same bytes as d, b near to e,
    c a dead link, f one that nobody asked for."""

    def __init__(self, stage: Stage, play: Scene, key: dict[str, CandidateId]) -> None:
        self.stage, self.play, self.key = stage, play, key
        self.owner = Actor(play.job.owner_id, Role.USER)
        self.stranger = Actor(UserId(stage.make.new_id()), Role.USER)
        self.superuser = Actor(UserId(stage.make.new_id()), Role.SUPERUSER)

    @property
    def reads(self) -> ImageReads:
        if isinstance(self.stage, PostgresStage):
            return PostgresImageReads(self.stage.engine)
        assert isinstance(self.stage, MemoryStage)
        return MemoryImageReads(self.stage.database)

    async def names(self, **which: Any) -> list[str]:
        of = {key: name for name, key in self.key.items()}
        found = await self.reads.of_job(
            self.play.job.id, ImageFilter(**which), Window(), visible_to=self.owner
        )
        assert found.total == len(found.items)
        return [of[one.id] for one in found.items]


async def room_of(stage: Stage, *, settled: bool = True) -> Room:
    if settled:
        play, reasons = await settle(stage)
        async with stage.transaction() as tx:
            job = await tx.crawl_jobs.locked(play.job.id)
            job.complete(accepted=2, reasons=reasons, at=AT)
            await tx.crawl_jobs.save(job)
            await tx.commit()
        while isinstance(stage, PostgresStage) and stage.lists and await stage.lists.extend():
            pass
    else:
        play, _, _ = await settled_scene(stage)
    return Room(stage, play, await ids(stage, play))


EVERYWHERE = pytest.mark.parametrize("stage", ["memory", "postgres", "listed"], indirect=True)
"""Also where the job has a list, which other statements read."""


@pytest.fixture
async def room(stage: Stage) -> Room:
    return await room_of(stage)


FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "de"),
    ({"status": ImageStatus.ACCEPTED}, "de"),
    ({"status": ImageStatus.GOOD}, ""),
    ({"status": ImageStatus.REJECTED}, "abcf"),
    ({"reason": Reason.HTTP_404}, "c"),
    ({"status": ImageStatus.REJECTED, "reason": Reason.LIMIT_REACHED}, "f"),
    ({"reason": Reason.ROBOTS}, ""),
    ({"label": "cat"}, "d"),
    ({"label": "Felidae"}, "e"),
    ({"label": "Cat"}, ""),
    ({"keyword": "cat"}, "de"),
    ({"keyword": "dog"}, ""),
    ({"keyword": "bird"}, ""),
    ({"keyword": "cat", "label": "Felidae", "source": "openverse"}, "e"),
    ({"source": "openverse"}, "de"),
    ({"source": "openverse", "reason": Reason.DUPLICATE_NEAR}, "b"),
    ({"source": "folder"}, ""),
    ({"status": ImageStatus.ACCEPTED, "reason": Reason.HTTP_404}, ""),
    ({"status": ImageStatus.REJECTED, "label": "cat"}, ""),
    ({"reason": Reason.HTTP_404, "keyword": "cat"}, ""),
    ({"valid": True}, "de"),
    ({"valid": False}, "cf"),
    ({"valid": True, "status": ImageStatus.REJECTED}, "ab"),
    ({"valid": False, "status": ImageStatus.ACCEPTED}, ""),
    ({"duplicate": True}, "ab"),
    ({"duplicate": True, "reason": Reason.DUPLICATE_NEAR}, "b"),
    ({"duplicate": True, "valid": False}, ""),
    ({"duplicate": False}, "de"),
    ({"duplicate": False, "status": ImageStatus.REJECTED}, "cf"),
    ({"format": Format.JPEG}, "de"),
    ({"format": Format.PNG}, ""),
    ({"format": Format.JPEG, "status": ImageStatus.REJECTED}, "ab"),
    ({"min_width": 640, "max_height": 480}, "de"),
    ({"min_width": 641}, ""),
    ({"min_width": 641, "duplicate": True}, "b"),
    ({"max_width": 2_000, "min_height": 1_000, "duplicate": True}, "b"),
    ({"max_width": 640, "label": "cat", "format": Format.JPEG}, "d"),
    ({"max_height": 479, "label": "cat"}, ""),
    ({"license": "unknown"}, "de"),
    ({"license": "cc-by-4.0"}, ""),
    ({"license": "cc-by-4.0", "status": ImageStatus.REJECTED}, "a"),
    ({"license": "unknown", "label": "Felidae"}, "e"),
    ({"license": "cc-by-4.0", "label": "Felidae"}, ""),
]


@EVERYWHERE
async def test_every_filter_finds_what_it_says(room: Room) -> None:
    found = [(which, "".join(await room.names(**which))) for which, _ in FILTERS]
    assert found == FILTERS


async def test_what_stands_and_what_is_rejected_are_all_that_has_a_fate(room: Room) -> None:
    listed = await room.names() + await room.names(status=ImageStatus.REJECTED)
    assert sorted(listed) == sorted(room.key)


async def test_until_its_job_has_decided_an_image_is_good(stage: Stage) -> None:
    room = await room_of(stage, settled=False)
    assert await room.names() == await room.names(status=ImageStatus.GOOD) == ["a", "b", "e"]
    assert await room.names(status=ImageStatus.ACCEPTED) == await room.names(label="cat") == []
    found = await room.reads.of_job(room.play.job.id, ImageFilter(), Window(), visible_to=room.owner)
    assert {one.status for one in found.items} == {"good"}


async def test_a_line_of_the_list_tells_what_the_image_is(room: Room) -> None:
    found = await room.reads.of_job(room.play.job.id, ImageFilter(), Window(), visible_to=room.owner)
    assert msgspec.to_builtins(found.items[1]) == {
        "id": str(room.key["e"]),
        "status": "accepted",
        "reason": None,
        "image_url": "https://pictures.example/e",
        "source": "openverse",
        "title": None,
        "license": "unknown",
        "label": "Felidae",
        "sha256": sha(3),
        "format": "jpg",
        "width": 640,
        "height": 480,
        "bytes": 1_000,
        "retrieved_at": "2026-11-21T08:30:00Z",
    }


async def test_pages_and_cursors_lead_through_the_same_list(room: Room) -> None:
    async def page(window: Window, after: UUID | None = None) -> tuple[list[UUID], str | None]:
        found = await room.reads.of_job(
            room.play.job.id,
            ImageFilter(status=ImageStatus.REJECTED),
            window,
            after=after,
            visible_to=room.owner,
        )
        assert (found.total, found.exact) == (4, True)
        return [one.id for one in found.items], found.next_cursor

    a, b, c, f = (room.key[name] for name in "abcf")
    assert await page(Window(1, 3)) == ([a, b, c], str(c))
    assert await page(Window(2, 3)) == ([f], None)
    assert await page(Window(3, 3)) == ([], None)
    assert await page(Window(1, 3), after=c) == ([f], None)
    assert await page(Window(7, 3), after=a) == ([b, c, f], None)
    assert await page(Window(1, 4)) == ([a, b, c, f], None)
    assert await page(Window(1, 3), after=f) == ([], None)


async def test_an_image_has_all_its_provenance(stage: Stage) -> None:
    room = await room_of(stage, settled=False)
    image = await room.reads.image(room.key["a"], visible_to=room.owner)
    told = {name: value for name, value in FULL.items() if name not in ("width", "height")}
    assert image == Image(
        id=room.key["a"],
        job_id=room.play.job.id,
        status=ImageStatus.GOOD,
        reason=None,
        evidence=None,
        label=None,
        keyword="cat",
        source="openverse",
        query="cat",
        image_url="https://pictures.example/a",
        final_url="https://pictures.example/final.jpg",
        retrieved_at=AT,
        content_type="image/jpeg",
        sha256=sha(1),
        phash="0" * 16,
        dhash="0" * 16,
        format=Format.JPEG,
        width=640,
        height=480,
        frames=1,
        bytes=1_000,
        validation=Validation.STANDARD,
        quality=None,
        duplicate_of=None,
        duplicate_group=None,
        copies=(),
        labels=(),
        quarantined=False,
        **told,
    )


async def test_the_hash_of_an_image_is_read_as_it_was_written(room: Room) -> None:
    image = await room.reads.image(room.key["b"], visible_to=room.owner)
    assert (image.phash, image.width, image.bytes) == ("f" * 16, 2_000, 5)


async def test_an_image_tells_how_it_was_looked_at_and_what_that_measured(room: Room) -> None:
    image = await room.reads.image(room.key["e"], visible_to=room.owner)
    assert (image.validation, image.quality) == (Validation.STRICT, SCORES)
    gone = await room.reads.image(room.key["c"], visible_to=room.owner)
    assert (gone.validation, gone.quality, gone.phash) == (None, None, None)


async def test_a_duplicate_names_the_image_that_stays(room: Room) -> None:
    instead = {
        name: (await room.reads.image(room.key[name], visible_to=room.owner)).duplicate_of for name in "abcde"
    }
    assert instead == {"a": room.key["d"], "b": room.key["e"], "c": None, "d": None, "e": None}


async def test_a_rejected_image_says_why(room: Room) -> None:
    image = await room.reads.image(room.key["c"], visible_to=room.owner)
    assert (image.status, image.reason, image.evidence) == ("rejected", "http_404", "404")
    assert (image.source, image.sha256, image.bytes) == ("openverse", None, None)


async def test_the_file_of_an_image_is_found_by_whichever_address_it_came(room: Room) -> None:
    for name in "ad":
        assert await room.reads.file(room.key[name], visible_to=room.owner) == ImageFile(
            f"pictures/{sha(1)}", sha(1), Format.JPEG, 1_000
        )
    with pytest.raises(ImageHasNoFile):
        await room.reads.file(room.key["c"], visible_to=room.owner)


@EVERYWHERE
async def test_what_was_removed_is_nowhere(room: Room) -> None:
    async with room.stage.transaction() as tx:
        job = await tx.crawl_jobs.locked(room.play.job.id)
        gone = await tx.candidates.remove_picture(job, room.key["d"])
        job.remove_image(stood=gone.stood, undone=gone.undone)
        await tx.crawl_jobs.save(job)
        await tx.commit()
    assert await room.names() == ["e"]
    assert await room.names(status=ImageStatus.REJECTED) == ["b", "c", "f"]
    assert await room.names(status=ImageStatus.REJECTED, valid=True) == ["b"]
    assert await room.names(reason=Reason.REMOVED) == await room.names(label="cat", keyword="cat") == []
    for read in (room.reads.image, room.reads.file):
        with pytest.raises(ImageNotFound):
            await read(room.key["d"], visible_to=room.owner)


async def test_nobody_sees_what_is_not_there_yet(stage: Stage) -> None:
    room = await room_of(stage, settled=False)
    with pytest.raises(ImageNotFound):
        await room.reads.image(room.key["f"], visible_to=room.owner)


async def test_what_is_mine_nobody_else_can_see(room: Room) -> None:
    job, image = room.play.job.id, room.key["d"]
    with pytest.raises(CrawlJobNotFound):
        await room.reads.of_job(job, ImageFilter(), Window(), visible_to=room.stranger)
    nowhere = CrawlJobId(UUID(int=1))
    with pytest.raises(CrawlJobNotFound):
        await room.reads.of_job(nowhere, ImageFilter(), Window(), visible_to=room.superuser)
    for read in (room.reads.image, room.reads.file):
        with pytest.raises(ImageNotFound):
            await read(image, visible_to=room.stranger)
        await read(image, visible_to=room.superuser)
    found = await room.reads.of_job(job, ImageFilter(), Window(), visible_to=room.superuser)
    assert len(found.items) == 2
