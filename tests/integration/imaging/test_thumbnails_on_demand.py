"""Thumbnails in a process that otherwise decodes nothing."""

import contextlib
import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import psutil

from pixcrawler.bootstrap.on_demand import ThumbnailsOnDemand
from pixcrawler.settings import Settings
from tests.fakes.manifests import picture


def children() -> set[psutil.Process]:
    """Without the processes of the tests' Postgres, which come and go as it pleases."""
    found = set()
    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.name() != "postgres":
                found.add(one)
    return found


async def test_children_start_with_the_first_thumbnail_and_end_with_the_application(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "picture").write_bytes(picture(1))
    before = children()
    async with AsyncExitStack() as stack:
        thumbnails = ThumbnailsOnDemand(make_settings(), stack)
        assert children() <= before  # those of other tests may be ending
        descriptor = os.open(tmp_path / "picture", os.O_RDONLY)
        try:
            made = [await thumbnails.thumbnail(descriptor, 64) for _ in range(2)]
        finally:
            os.close(descriptor)
        assert made[0] == made[1]
        assert isinstance(made[0], bytes)
        assert made[0].startswith(b"\xff\xd8\xff")
    assert children() <= before
