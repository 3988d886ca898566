"""Exports that move between the stores."""

from typing import Any

import msgspec
import pytest

from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import ExportMismatch, ExportNotFound
from pixcrawler.domain.datasets.moving import ExportNotMovable, ExportRehydrated
from pixcrawler.domain.datasets.version import BuildStatus, Export
from pixcrawler.domain.shared.actor import READ, Actor, Role
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.tier import Move, Tier
from pixcrawler.domain.storage.errors import NoWarmStore
from tests.unit.application.storage.crash import Fuse, crashed
from tests.unit.application.storage.room import ARCHIVE, REHYDRATE, Room

OTHER = {Tier.HOT: Tier.WARM, Tier.WARM: Tier.HOT}


def owner(room: Room) -> Actor:
    return Actor(room.owner.id, Role.USER, frozenset({READ}))


async def archived(room: Room, **changes: Any) -> Export:
    export = await room.export(**changes)
    await room.asked_to_archive()
    await room.work(ARCHIVE)
    return export


async def test_an_archived_export_lies_in_the_warm_store_only() -> None:
    room = Room()
    export = await archived(room)
    row = room.row(export)
    assert (row.tier, row.moving, row.digest, row.bytes) == (Tier.WARM, None, export.digest, export.bytes)
    assert await room.objects() == {Tier.HOT: [], Tier.WARM: [row.key]}
    assert str(row.key).endswith(".7z")
    assert row.warm_bytes == len(await room.content(export))


async def test_asking_for_an_archived_export_brings_the_same_bytes_back() -> None:
    room = Room()
    export = await archived(room)
    fetched = await room.fetch(export.id, by=owner(room))
    assert (fetched.export.tier, fetched.export.moving) == (Tier.WARM, Move.REHYDRATING)
    assert len(fetched.task_ids) == 1
    await room.work(REHYDRATE)
    row = room.row(export)
    assert (row.tier, row.moving, row.warm_bytes, row.digest) == (Tier.HOT, None, None, export.digest)
    assert await room.content(export) == f"bytes of {export.id}".encode()
    assert await room.objects() == {Tier.HOT: [row.key], Tier.WARM: []}
    assert any(isinstance(event, ExportRehydrated) for event in room.database.events)


async def test_asking_twice_brings_it_back_once() -> None:
    room = Room()
    export = await archived(room)
    await room.fetch(export.id, by=owner(room))
    assert (await room.fetch(export.id, by=owner(room))).task_ids == ()
    assert len(room.database.tasks(name=REHYDRATE)) == 1


async def test_an_export_at_hand_is_only_noted_as_wanted() -> None:
    room = Room()
    export = await room.export()
    room.clock.pass_by(60)
    fetched = await room.fetch(export.id, by=owner(room))
    assert (fetched.export.tier, fetched.task_ids) == (Tier.HOT, ())
    assert room.row(export).downloaded_at == room.clock.now()


async def test_nobody_fetches_what_is_another_s_or_not_there_yet() -> None:
    room = Room()
    export = await room.export()
    pending = await room.export(status=BuildStatus.PENDING, key=None, digest=None)
    with pytest.raises(ExportNotFound):
        await room.fetch(export.id, by=Actor(UserId(room.new_id()), Role.USER))
    with pytest.raises(ExportNotMovable):
        await room.fetch(pending.id, by=owner(room))


async def test_without_a_warm_store_archiving_is_refused_with_a_sentence() -> None:
    room = Room(warm=False)
    export = await room.export()
    with pytest.raises(NoWarmStore, match="STORAGE_WARM_PROVIDER"):
        await room.asked_to_archive()
    assert room.row(export).moving is None


async def test_what_is_downloaded_while_it_is_archived_stays() -> None:
    room = Room()
    export = await room.export()
    await room.asked_to_archive()
    await room.fetch(export.id, by=owner(room))
    await room.work(ARCHIVE)
    row = room.row(export)
    assert (row.tier, row.moving, row.key) == (Tier.HOT, None, export.key)
    assert "downloaded" in (row.move_failure or "")
    assert await room.objects() == {Tier.HOT: [export.key], Tier.WARM: []}


async def test_a_copy_that_comes_back_other_than_it_was_is_refused_and_the_warm_one_stays() -> None:
    room = Room()
    export = await archived(room)
    warm = await room.objects()
    await room.fetch(export.id, by=owner(room))
    room.repacker.spoilt = True
    payload, lease = room.claimed(REHYDRATE)
    with pytest.raises(ExportMismatch) as told:
        await room.rehydrate(payload, lease=lease)
    assert await room.objects() == warm
    await room.fail_move(payload, lease=lease, error=told.value)
    row = room.row(export)
    assert (row.tier, row.moving) == (Tier.WARM, None)
    assert "not what was archived" in (row.move_failure or "")
    room.repacker.spoilt = False
    await room.fetch(export.id, by=owner(room))
    await room.work(REHYDRATE)
    assert (room.row(export).tier, room.row(export).move_failure) == (Tier.HOT, None)


@pytest.mark.parametrize("name", [ARCHIVE, REHYDRATE])
async def test_an_export_that_is_deleted_meanwhile_needs_no_move(name: str) -> None:
    room = Room()
    export = await (room.export() if name == ARCHIVE else archived(room))
    if name == ARCHIVE:
        await room.asked_to_archive()
    else:
        await room.fetch(export.id, by=owner(room))
    payload, lease = room.claimed(name)
    async with room.transaction() as tx:
        await tx.exports.delete(export.id)
        await tx.commit()
    await (room.archive if name == ARCHIVE else room.rehydrate)(payload, lease=lease)
    await room.fail_move(payload, lease=lease, error=Unavailable("away"))
    await room.reap({}, lease=room.lease())
    assert await room.objects() == {Tier.HOT: [], Tier.WARM: []}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("name", [ARCHIVE, REHYDRATE])
async def test_whichever_step_a_crash_follows_nothing_is_lost_and_nothing_is_left(
    name: str, after: bool
) -> None:
    steps = 0
    while True:
        room = Room()
        export = await (room.export() if name == ARCHIVE else archived(room))
        if name == ARCHIVE:
            await room.asked_to_archive()
        else:
            await room.fetch(export.id, by=owner(room))
        steps += 1
        ended = await crashed(room, name, Fuse(steps, after=after))
        assert f"bytes of {export.id}".encode() in await room.content(export)
        await room.work(name)
        await room.reap({}, lease=room.lease())
        row = room.row(export)
        assert (row.tier, row.moving) == (Tier.WARM if name == ARCHIVE else Tier.HOT, None)
        assert await room.objects() == {row.tier: [row.key], OTHER[row.tier]: []}
        if not ended:
            break
    assert steps == 5, "read, write, commit, delete, and one run to the end"


@pytest.mark.parametrize("trouble", ["refusals", "lost_answers"])
async def test_a_commit_that_fails_or_whose_answer_is_lost_loses_nothing(trouble: str) -> None:
    room = Room()
    export = await room.export()
    await room.asked_to_archive()
    getattr(room.database, trouble).append(Unavailable("away"))
    payload, lease = room.claimed(ARCHIVE)
    await room.archive(payload, lease=lease)
    assert room.row(export).tier is Tier.WARM
    assert f"bytes of {export.id}".encode() in await room.content(export)
    await room.reap({}, lease=room.lease())
    assert await room.objects() == {Tier.HOT: [], Tier.WARM: [room.row(export).key]}


async def test_a_7z_is_archived_and_brought_back_like_any_other() -> None:
    room = Room()
    version = await room.version()
    plan = room.make.export(version).plan

    export = await archived(room, plan=msgspec.structs.replace(plan, archive=Archive.SEVEN_ZIP))
    await room.fetch(export.id, by=owner(room))
    await room.work(REHYDRATE)
    assert str(room.row(export).key).endswith(".7z")
