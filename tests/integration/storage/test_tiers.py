"""Exports that move between two local stores, really packed and unpacked."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from pixcrawler.adapters.archives import ARCHIVES
from pixcrawler.adapters.archives.container import copy
from pixcrawler.adapters.archives.repack import ArchiveRepacker
from pixcrawler.adapters.storage.local import LocalObjectStore
from pixcrawler.application.ports.stores import Stores
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.errors import BrokenArchive
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import Export, ExportPlan
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.tier import Tier
from tests.unit.application.storage.room import ARCHIVE, REHYDRATE, Room

MEMBERS = {"cats-v1/train/cat/1.jpg": bytes(range(256)) * 40, "cats-v1/README.md": b"Cats.\n" * 99}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = Room()
    hot, warm = LocalObjectStore(tmp_path / "hot"), LocalObjectStore(tmp_path / "warm")
    stores: Any = (hot, warm)
    room.hot, room.warm = stores
    room.stores = Stores(hot, warm)
    repacker: Any = ArchiveRepacker()
    room.repacker = repacker
    room.wire()
    return room


def packed(archive: Archive) -> bytes:
    data = bytearray()
    packer = ARCHIVES[archive].packer(data.extend)
    for name, content in MEMBERS.items():
        copy(packer, name, len(content), iter([content]))
    return packer.close() + bytes(data)


async def exported(room: Room, archive: Archive) -> Export:
    data = packed(archive)
    plan = ExportPlan(splits=SplitPlan({"train": 1.0}), archive=archive)
    digest = hashlib.sha256(data).hexdigest()
    export = await room.export(plan=plan, digest=digest, bytes=len(data))
    assert export.key is not None
    await room.hot.put(export.key, data)
    return export


@pytest.mark.parametrize("archive", [Archive.ZIP, Archive.TAR, Archive.TAR_ZST])
async def test_an_export_goes_to_the_warm_store_and_comes_back_the_same(room: Room, archive: Archive) -> None:
    export = await exported(room, archive)
    await room.asked_to_archive()
    await room.work(ARCHIVE)
    row = room.row(export)
    assert row.move_failure is None
    assert await room.objects() == {Tier.HOT: [], Tier.WARM: [row.key]}
    assert row.warm_bytes == len(await room.content(export))
    await room.fetch(export.id, by=Actor(room.owner.id, Role.USER))
    await room.work(REHYDRATE)
    assert await room.content(export) == packed(archive)
    assert await room.objects() == {Tier.HOT: [room.row(export).key], Tier.WARM: []}


async def test_a_warm_copy_that_was_damaged_is_told_and_kept(room: Room) -> None:
    export = await exported(room, Archive.ZIP)
    await room.asked_to_archive()
    await room.work(ARCHIVE)
    key = str(room.row(export).key)
    whole = await room.warm.get(key)
    await room.warm.put(key, whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    await room.fetch(export.id, by=Actor(room.owner.id, Role.USER))
    payload, lease = room.claimed(REHYDRATE)
    with pytest.raises(Unavailable) as told:
        await room.rehydrate(payload, lease=lease)
    await room.fail_move(payload, lease=lease, error=told.value)
    assert room.row(export).tier is Tier.WARM
    assert room.row(export).move_failure
    assert await room.objects() == {Tier.HOT: [], Tier.WARM: [key]}


async def test_what_is_no_archive_is_not_archived(room: Room) -> None:
    export = await room.export()
    await room.asked_to_archive()
    payload, lease = room.claimed(ARCHIVE)
    with pytest.raises(BrokenArchive) as told:
        await room.archive(payload, lease=lease)
    await room.fail_move(payload, lease=lease, error=told.value)
    assert (room.row(export).tier, room.row(export).moving) == (Tier.HOT, None)
    assert await room.objects() == {Tier.HOT: [export.key], Tier.WARM: []}
