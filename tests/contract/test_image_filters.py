"""Filters of a job's images, all with all."""

from itertools import product
from typing import Any

import pytest

from pixcrawler.application.ports.images import ImageFilter, ImageStatus
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.paging import Window
from pixcrawler.domain.shared.reasons import Reason
from tests.contract.stages import Stage
from tests.contract.test_image_reads import EVERYWHERE, Room, room_of


@pytest.fixture
async def room(stage: Stage) -> Room:
    return await room_of(stage)


@EVERYWHERE
@pytest.mark.parametrize("status", [None, *ImageStatus])
async def test_any_filters_together_are_answered(room: Room, status: ImageStatus | None) -> None:
    files: dict[str, Any] = {
        "source": "openverse",
        "license": "CC0-1.0",
        "format": Format.JPEG,
        "min_width": 1,
    }
    either = (None, True, False)
    for reason, label, keyword, duplicate, valid, more in product(
        (None, Reason.HTTP_404), (None, "fox"), (None, "fox"), either, either, ({}, files)
    ):
        found = await room.reads.of_job(
            room.play.job.id,
            ImageFilter(
                status=status,
                reason=reason,
                label=label,
                keyword=keyword,
                duplicate=duplicate,
                valid=valid,
                **more,
            ),
            Window(),
            visible_to=room.owner,
        )
        assert len(found.items) == found.total <= 6
