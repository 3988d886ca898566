"""`pixcrawler crawl` from every source that needs no internet, as a user runs it."""

import asyncio
import csv
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.e2e.conftest import Shell, adds_up, rows, write_list
from tests.integration.exporters.hugging_face import loaded
from tests.servers.openverse import OpenverseServer
from tests.servers.pictures import Corpus, PictureWeb, picture
from tests.servers.wikimedia import WikimediaServer

NINE = [f"{number:04d}.jpg" for number in (1, 2, 3, 4, 6, 7, 8, 9, 11)]
"""Pictures without any fault."""


async def test_a_list_of_urls_becomes_a_dataset_that_adds_up_and_loads_elsewhere(
    shell: Shell, urls: Path, pictures: Corpus, tmp_path: Path
) -> None:
    done = await shell("crawl", "shape", "--input", urls, "--out", "ds", "--json")
    assert done.code == 0, done.err
    said, folder = done.document, shell.folder / "ds"
    assert adds_up(said)
    assert said["job"]["accepted"] == pictures.good
    assert said["job"]["rejected"] == pictures.rejected
    assert await _sums_are_right(folder)
    found = loaded(folder, tmp_path / "cache")["path"]
    renamed = {"val": "validation"}
    assert found == {renamed.get(name, name): count for name, count in said["dataset"]["splits"].items()}
    assert (folder / "report.html").is_file()


async def _sums_are_right(folder: Path) -> bool:
    check = await asyncio.create_subprocess_exec("sha256sum", "-c", "--quiet", "SHA256SUMS", cwd=folder)
    return await check.wait() == 0


def _txt(path: Path, urls: list[str]) -> None:
    write_list(path, ["# mine", "", *urls])


def _table(path: Path, urls: list[str]) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t" if path.suffix == ".tsv" else ",")
        writer.writerows([["url", "label", "license"], *([url, "shape", "CC BY 4.0"] for url in urls)])


def _jsonl(path: Path, urls: list[str]) -> None:
    path.write_bytes(b"\n".join(msgspec.json.encode({"url": url, "label": "shape"}) for url in urls))


def _parquet(path: Path, urls: list[str]) -> None:
    pq.write_table(pa.table({"url": urls, "label": ["shape"] * len(urls)}), path)


FORMATS = [
    ("l.txt", _txt),
    ("l.csv", _table),
    ("l.tsv", _table),
    ("l.jsonl", _jsonl),
    ("l.parquet", _parquet),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "write"), FORMATS)
async def test_a_list_may_have_any_of_the_formats(
    shell: Shell, web: PictureWeb, name: str, write: object, tmp_path: Path
) -> None:
    """The reader is tried on each of them by itself."""
    write(tmp_path / name, [web.url(one) for one in NINE])  # type: ignore[operator]
    done = await shell("crawl", "shape", "--input", tmp_path / name, "--out", "ds", "--json")
    assert done.code == 0, done.err
    assert done.document["job"]["accepted"] == len(NINE)
    assert {row["label"] for row in rows(shell.folder / "ds")} == {"shape"}


async def test_a_folder_becomes_a_dataset_with_its_subfolders_as_labels(shell: Shell, tmp_path: Path) -> None:
    for number, label in enumerate(["red", "green", "red", "green"]):
        (tmp_path / "mine" / label).mkdir(parents=True, exist_ok=True)
        (tmp_path / "mine" / label / f"{number}.jpg").write_bytes(picture(number))
    (tmp_path / "mine" / "red" / "notes.txt").write_text("no picture")
    done = await shell("crawl", "--input", tmp_path / "mine", "--out", "ds", "--json", "--split", "100")
    assert done.code == 0, done.err
    assert done.document["dataset"]["splits"] == {"train": {"green": 2, "red": 2}}
    verified = await shell("datasets", "verify", "ds", "--json")
    assert (verified.code, verified.document["problems"]) == (0, [])
    assert verified.document["digest"] == done.document["dataset"]["digest"]
    assert {row["image_url"] for row in rows(shell.folder / "ds")} == {
        f"file:{label}/{number}.jpg" for number, label in enumerate(["red", "green", "red", "green"])
    }


async def test_openverse_gives_exactly_as_many_images_as_were_asked_for(
    shell: Shell, web: PictureWeb
) -> None:
    async with OpenverseServer(40) as api:
        for number, work in enumerate(api.works):
            work["url"] = web.url(f"{number:04d}.jpg")
        asked = _api(web, api, "OPENVERSE")
        done = await shell("crawl", "fox", "--max-images", "12", "--out", "ds", "--json", **asked)
        assert done.code == 0, done.err
        assert done.document["job"]["accepted"] == done.document["dataset"]["images"] == 12
        assert adds_up(done.document)
        row = rows(shell.folder / "ds")[0]
        assert (row["source"], row["author"], row["query"]) == ("openverse", "Ann", "fox")
        more = await shell("crawl", "fox", "--max-images", "60", "--out", "more", "--json", **asked)
        assert more.code == 6, more.err
        assert more.document["job"]["missing"] == 60 - more.document["job"]["accepted"]
        none = await shell("crawl", "no such thing", "--out", "none", "--json", **asked)
        assert none.code == 4, none.err
        assert none.document["dataset"] is None


@pytest.mark.long
async def test_wikimedia_is_crawled_in_pages(shell: Shell, web: PictureWeb) -> None:
    async with WikimediaServer(40, parts=True) as api:
        for number, file in enumerate(api.files):
            file["imageinfo"][0]["url"] = web.url(f"{number:04d}.jpg")
        asked = _api(web, api, "WIKIMEDIA")
        words = ("red fox", "--source", "wikimedia", "--max-images", "20", "--out", "ds", "--json")
        done = await shell("crawl", *words, **asked)
        assert done.code == 0, done.err
        assert done.document["job"]["accepted"] == 20
        assert adds_up(done.document)


async def test_a_dry_run_asks_and_writes_nothing(shell: Shell, web: PictureWeb) -> None:
    async with OpenverseServer(40) as api:
        asked = _api(web, api, "OPENVERSE")
        done = await shell("crawl", "fox", "--out", "ds", "--dry-run", "--json", **asked)
        assert done.code == 0, done.err
        assert done.document["queries"][0]["first_page"] == 20
        none = await shell("crawl", "no such thing", "--dry-run", **asked)
        assert none.code == 4, none.err
    assert list(shell.folder.iterdir()) == []
    assert not web.visits


@pytest.mark.long
async def test_the_same_job_gives_the_same_dataset_whatever_the_speed(shell: Shell, urls: Path) -> None:
    fast = await shell("crawl", "a", "--input", urls, "--out", "fast", "--json", WORKER_SLOTS="8")
    words = ("crawl", "a", "--input", urls, "--out", "slow", "--json", "--concurrency", "1")
    slow = await shell(*words, WORKER_SLOTS="1")
    other = await shell("crawl", "a", "--input", urls, "--out", "other", "--json", "--seed", "1")
    assert (fast.code, slow.code, other.code) == (0, 0, 0), slow.err
    assert rows(shell.folder / "fast") == rows(shell.folder / "slow")
    assert fast.document["job"]["rejected"] == slow.document["job"]["rejected"]
    assert rows(shell.folder / "fast") != rows(shell.folder / "other")
    assert _splits(shell.folder / "fast") != _splits(shell.folder / "other")
    assert _splits(shell.folder / "fast").keys() == _splits(shell.folder / "other").keys()


def _splits(folder: Path) -> dict[str, str]:
    return {row["sha256"]: row["split"] for row in rows(folder)}


def _api(web: PictureWeb, api: OpenverseServer | WikimediaServer, source: str) -> dict[str, str]:
    return {
        "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{web.port},127.0.0.1/32:{api.port}",
        f"SOURCE_{source}_BASE_URL": api.base_url,
        f"SOURCE_{source}_INTERVAL": "0",
    }
