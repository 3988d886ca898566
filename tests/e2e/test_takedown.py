"""A picture is taken down by the command line: out of the store, out of old exports, and never back."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Shell, adds_up, rows, write_list
from tests.servers.pictures import PictureWeb

NAMES = [f"{number:04d}.jpg" for number in (1, 2, 3, 4)]


@pytest.mark.long
@pytest.mark.parametrize("by", ["address", "bytes"])
async def test_a_picture_that_was_taken_down_never_comes_back(
    shell: Shell, web: PictureWeb, tmp_path: Path, by: str
) -> None:
    more = {"STORAGE_LOCAL_ROOT": str(tmp_path / "store")}
    urls = write_list(tmp_path / "few.txt", [web.url(name) for name in NAMES])
    assert (await shell("crawl", "--input", urls, "--out", "before", **more)).code == 0
    victim = next(row for row in rows(shell.folder / "before") if row["image_url"] == web.url(NAMES[0]))
    subject = victim["image_url"] if by == "address" else victim["sha256"]

    looked = await shell("admin", "takedown", subject, "--dry-run", "--json", **more)
    assert looked.document["pictures"] == [victim["sha256"]]
    assert list((tmp_path / "store" / "objects").rglob(victim["sha256"]))
    asked = await shell("admin", "takedown", subject, **more)
    assert asked.code != 0
    done = await shell("admin", "takedown", subject, "--reason", "her letter", "--force", "--json", **more)
    assert (done.code, done.document["files"], done.document["dry_run"]) == (0, 1, False), done.err
    assert not list((tmp_path / "store" / "objects").rglob(victim["sha256"]))
    listed = await shell("admin", "blocklist", "--json", **more)
    assert {(one["reason"], one["taken_down"]) for one in listed.document["blocked"]} == {
        ("her letter", True)
    }

    again = await shell("crawl", "--input", urls, "--out", "after", "--json", **more)
    assert again.code in (0, 6), again.err
    assert adds_up(again.document)
    assert again.document["job"]["rejected"]["blocked"] == 1
    assert victim["sha256"] not in {row["sha256"] for row in rows(shell.folder / "after")}
    assert not list((tmp_path / "store" / "objects").rglob(victim["sha256"]))
    if by == "address":
        assert web.fetched[NAMES[0]] == 1
