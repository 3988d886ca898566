"""A disk that fills up: a sentence, and the crawl goes on where it was when there is room again."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Shell, rows
from tests.servers.pictures import PictureWeb

MEGABYTE = 1 << 20

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        os.geteuid() != 0 or not Path("/proc/mounts").exists(),
        reason="a small disk can only be made by root on Linux: NOT TESTED HERE",
    ),
]


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Path]:
    """One megabyte and a little."""
    where = tmp_path / "disk"
    where.mkdir()
    options = "size=1100k,mode=0755"
    mount = await asyncio.create_subprocess_exec("mount", "-t", "tmpfs", "-o", options, "tmpfs", where)
    if await mount.wait() != 0:
        pytest.skip("this root may not mount: a full disk is NOT TESTED HERE")
    yield where
    await (await asyncio.create_subprocess_exec("umount", "-l", where)).wait()


@pytest.mark.parametrize("what", ["the store", "the output folder"])
async def test_a_full_disk_is_told_and_the_crawl_goes_on_when_there_is_room(
    shell: Shell, web: PictureWeb, urls: Path, disk: Path, what: str
) -> None:
    out = disk / "ds" if what == "the output folder" else shell.folder / "ds"
    more = {"STORAGE_LOCAL_ROOT": str(disk)} if what == "the store" else {}
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(MEGABYTE - 4096))
    full = await shell("crawl", "--input", urls, "--out", out, **more)
    assert full.code == 1, full.err
    assert f"The disk that holds {disk}" in full.err
    assert "is full" in full.err
    assert f"--resume --out {out}" in full.err
    assert "Traceback" not in full.err
    assert ballast.stat().st_size == MEGABYTE - 4096
    ballast.unlink()
    resumed = await shell("crawl", "--resume", "--out", out, **more)
    assert resumed.code == 0, resumed.err
    assert len(rows(out)) == 40
    assert max(web.fetched.values()) <= 3


async def test_an_archive_that_finds_no_room_leaves_nothing_and_is_written_when_there_is(
    shell: Shell, web: PictureWeb, urls: Path, disk: Path
) -> None:
    out, ballast = disk / "ds", disk / "ballast"
    ballast.write_bytes(bytes(MEGABYTE - 64 * 1024))
    full = await shell("crawl", "shape", "--input", urls, "--out", out, "--archive", "zip")
    assert full.code == 1, full.err
    assert f"The disk that holds {disk}" in full.err
    assert sorted(path.name for path in out.iterdir()) == [".pixcrawler.json"]
    ballast.unlink()
    resumed = await shell("crawl", "--resume", "--out", out)
    assert resumed.code == 0, resumed.err
    (archive,) = out.glob("*.zip")
    assert (await shell("datasets", "verify", archive)).code == 0
    assert max(web.fetched.values()) <= 3
