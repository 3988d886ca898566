"""Stored pictures that somebody damaged: never in a dataset, told by name, and mended by what was there."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Shell, rows, write_list
from tests.servers.pictures import PictureWeb

NAMES = [f"{number:04d}.jpg" for number in (1, 2, 3, 4)]


def cut_off(file: Path) -> None:
    kept = file.read_bytes()
    file.unlink()  # its other names, in the dataset, keep their bytes
    file.write_bytes(kept[:-7])


@pytest.mark.long
@pytest.mark.parametrize("damage", [cut_off, Path.unlink], ids=["cut off", "gone"])
async def test_a_damaged_picture_is_named_and_the_crawl_goes_on_when_it_is_mended(
    shell: Shell, web: PictureWeb, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    more = {"STORAGE_LOCAL_ROOT": str(tmp_path / "store"), "QUEUE_RETRY_SECONDS": "0.1"}
    urls = write_list(tmp_path / "few.txt", [web.url(name) for name in NAMES])
    first = await shell("crawl", "--input", urls, "--out", "ds", **more)
    assert first.code == 0, first.err
    folder = shell.folder / "ds"
    before = rows(folder)
    victim = before[0]
    (file,) = (tmp_path / "store" / "objects").rglob(victim["sha256"])
    kept = file.read_bytes()
    damage(file)
    damaged = await shell("crawl", "--resume", "--out", "ds", "--json", **more)
    assert damaged.code == 7, damaged.err
    assert damaged.document["error"]["error_code"] == "EXPORT_MISMATCH"
    assert victim["file_name"] in damaged.err
    assert "--resume --out ds" in damaged.err
    assert rows(folder) == before
    assert (folder / "SHA256SUMS").is_file()
    file.unlink(missing_ok=True)
    file.write_bytes(kept)
    mended = await shell("crawl", "--resume", "--out", "ds", "--json", **more)
    assert mended.code == 0, mended.err
    assert rows(folder) == before
    assert max(web.fetched.values()) == 1
