"""What a crawl packs: archives that verify, and the same again when it is resumed."""

import json
import os
import signal
import zipfile
from pathlib import Path

import asyncpg
import pytest

from tests.e2e.conftest import Shell
from tests.processes import until
from tests.servers.pictures import Corpus, PictureWeb

pytestmark = pytest.mark.long


def here(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


async def test_an_archive_stands_beside_its_report_and_is_verified(
    shell: Shell, urls: Path, pictures: Corpus
) -> None:
    done = await shell("crawl", "shape", "--input", urls, "--out", "ds", "--archive", "zip", "--json")
    assert done.code == 0, done.err
    said, archive = done.document["dataset"], shell.folder / "ds" / "shape-v1.zip"
    assert (said["path"], said["archive"], said["images"]) == ("ds/shape-v1.zip", "zip", pictures.good)
    assert said["bytes"] == archive.stat().st_size
    assert here(archive.parent) == ["report.html", "shape-v1.zip"]
    with zipfile.ZipFile(archive) as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {"shape-v1"}
    assert (await shell("datasets", "verify", archive)).code == 0
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(data)
    assert (await shell("datasets", "verify", archive)).code == 7


@pytest.mark.parametrize("format_id", ["webdataset", "coco"])
async def test_a_resumed_crawl_writes_what_was_asked_for_at_first(
    shell: Shell, urls: Path, format_id: str
) -> None:
    asked = ("crawl", "shape", "--input", urls, "--out", "ds", "--format", format_id, "--archive", "tar.zst")
    first = await shell(*asked, "--split", "50/50", "--json")
    again = await shell("crawl", "--resume", "--out", "ds", "--json")
    assert (first.code, again.code) == (0, 0), again.err
    one, other = first.document["dataset"], again.document["dataset"]
    assert (one["format"], one["archive"]) == (other["format"], other["archive"]) == (format_id, "tar.zst")
    assert (other["digest"], other["splits"]) == (one["digest"], one["splits"])


async def test_the_page_links_to_no_picture_that_is_no_file(shell: Shell, urls: Path) -> None:
    done = await shell("crawl", "shape", "--input", urls, "--out", "ds", "--format", "parquet")
    assert done.code == 0, done.err
    page = (shell.folder / "ds" / "report.html").read_text()
    assert 'class="shot" href=' not in page
    assert "data:image/jpeg;base64," in page


async def named(database_url: str, name: str) -> None:
    """As ``PATCH /datasets/{id}`` does it."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("UPDATE datasets SET name = $1", name)
    finally:
        await connection.close()


async def test_a_crawl_is_packed_another_way_by_resuming_it_also_under_another_name(
    shell: Shell, urls: Path, web: PictureWeb, database_url: str
) -> None:
    first = await shell("crawl", "shape", "--input", urls, "--out", "ds")
    fetched = web.fetched.copy()
    second = await shell("crawl", "--resume", "--out", "ds", "--format", "csv", "--convert", "webp")
    assert (first.code, second.code) == (0, 0), second.err
    assert (await shell("datasets", "verify", "ds")).code == 0
    third = await shell("crawl", "--resume", "--out", "ds", "--archive", "zip", "--json")
    assert third.document["dataset"]["path"] == "ds/shape-v3.zip"
    await named(database_url, "Shapes and more")
    again = await shell("crawl", "--resume", "--out", "ds", "--json")
    assert (third.code, again.code) == (0, 0), again.err
    said = again.document["dataset"]
    assert (said["path"], said["format"], said["conversion"]["format"]) == (
        "ds/shapes-and-more-v4.zip",
        "csv",
        "webp",
    )
    assert here(shell.folder / "ds") == ["report.html", "shapes-and-more-v4.zip"]
    assert (await shell("datasets", "verify", said["path"])).code == 0
    assert web.fetched == fetched


@pytest.mark.parametrize(
    ("how", "named", "archive"),
    [
        (signal.SIGKILL, (), "shape-v1.tar"),
        (signal.SIGKILL, ("--archive", "zip"), "shape-v1.zip"),
        (signal.SIGINT, (), "shape-v1.tar"),
    ],
)
async def test_packaging_that_is_stopped_goes_on_with_the_version_that_was_begun(
    shell: Shell, urls: Path, how: signal.Signals, named: tuple[str, ...], archive: str
) -> None:
    out = shell.folder / "ds"
    asked = ("crawl", "shape", "--input", urls, "--out", "ds", "--archive", "tar", "--convert", "avif")

    def packs() -> bool:
        note = out / ".pixcrawler.json"
        return note.exists() and bool(json.loads(note.read_bytes()).get("export_id"))

    async with shell.starts(*asked) as first:
        await until(packs, "the export was asked for")
        os.kill(first.pid, how)
        await first.end()
    again = await shell("crawl", "--resume", "--out", "ds", *named)
    assert again.code == 0, again.err
    assert here(out) == ["report.html", archive]
    assert (await shell("datasets", "verify", out / archive)).code == 0
