"""Thumbnails in a process that otherwise decodes nothing."""

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from pixcrawler.bootstrap.on_demand import ThumbnailsOnDemand
from pixcrawler.settings import Settings
from tests.fakes.manifests import picture


async def test_children_start_with_the_first_thumbnail_and_end_with_the_application(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "picture").write_bytes(picture(1))
    before = set(psutil.Process().children(recursive=True))
    async with AsyncExitStack() as stack:
        thumbnails = ThumbnailsOnDemand(make_settings(), stack)
        assert set(psutil.Process().children(recursive=True)) <= before  # those of other tests may be ending
        descriptor = os.open(tmp_path / "picture", os.O_RDONLY)
        try:
            made = [await thumbnails.thumbnail(descriptor, 64) for _ in range(2)]
        finally:
            os.close(descriptor)
        assert made[0] == made[1]
        assert isinstance(made[0], bytes)
        assert made[0].startswith(b"\xff\xd8\xff")
    assert set(psutil.Process().children(recursive=True)) <= before
