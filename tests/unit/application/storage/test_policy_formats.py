"""A policy that is narrowed down to a format."""

import msgspec
import pytest

from pixcrawler.application.storage.change_policy import PolicyChange
from pixcrawler.domain.datasets.errors import UnknownFormat
from tests.unit.application.storage.room import Room
from tests.unit.application.storage.test_policies import WANTED, changing, creating


async def test_a_policy_is_for_formats_that_there_are() -> None:
    room = Room()
    with pytest.raises(UnknownFormat, match="“voc” is no export format; there is coco, csv"):
        await creating(room)(msgspec.structs.replace(WANTED, format="voc"), by=room.superuser)
    policy = await creating(room)(msgspec.structs.replace(WANTED, format="coco"), by=room.superuser)
    with pytest.raises(UnknownFormat):
        await changing(room)(policy.id, PolicyChange(fields={"format": "voc"}), by=room.superuser)
    changed = await changing(room)(policy.id, PolicyChange(fields={"format": None}), by=room.superuser)
    assert changed.format is None
