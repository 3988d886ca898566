"""When exports expire."""

import pytest

from pixcrawler.domain.shared.plans import Plan
from pixcrawler.domain.shared.tier import Move, Tier
from tests.unit.application.storage.room import Room


@pytest.mark.parametrize(
    ("plan", "days", "left"), [("free", 29, 1), ("free", 31, 0), ("pro", 181, 0), ("enterprise", 9_999, 1)]
)
async def test_an_export_expires_as_its_owner_s_plan_says(plan: str, days: int, left: int) -> None:
    room = Room()
    room.owner.plan = Plan(plan)
    export = await room.export(created_at=room.days_ago(days))
    await room.expire({}, lease=room.lease())
    assert len(room.database.tables.exports) == left
    assert (await room.objects())[Tier.HOT] == [export.key] * left


async def test_a_download_keeps_an_export_for_another_while() -> None:
    room = Room()
    await room.export(created_at=room.days_ago(99), downloaded_at=room.days_ago(29))
    await room.expire({}, lease=room.lease())
    assert len(room.database.tables.exports) == 1


async def test_one_that_is_moving_expires_when_it_has_arrived() -> None:
    room = Room()
    await room.export(created_at=room.days_ago(99), moving=Move.ARCHIVING)
    await room.expire({}, lease=room.lease())
    assert len(room.database.tables.exports) == 1
