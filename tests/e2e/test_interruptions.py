"""Ctrl-C and kill -9 at any moment: nothing keeps running, and `--resume` ends as if nothing had been."""

import asyncio
import os
import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from pixcrawler.adapters.embedded.state import Desk
from tests.e2e.conftest import Shell, rows, write_list
from tests.leftovers import MARK
from tests.processes import bearers, marked, until
from tests.servers.pictures import Corpus, PictureWeb, corpus

ALL = 250
"""More than a worker has in flight."""


@pytest.fixture
def pictures() -> Corpus:
    return corpus(ALL)


@pytest.fixture
def mark() -> str:
    return marked()


@pytest.fixture
def shell(shell: Shell, mark: str) -> Shell:
    """What is started here can be told from what other tests started."""
    return Shell({**shell.environ, MARK: mark}, shell.folder)


async def test_ctrl_c_half_way_keeps_what_was_fetched_and_resuming_fetches_the_rest_once(
    shell: Shell, web: PictureWeb, urls: Path, mark: str
) -> None:
    web.hold(after=60)
    async with shell.starts("crawl", "--input", urls, "--out", "ds") as first:
        await until(lambda: web.waiting > 0 and web.answered.total() >= 60, "the crawl is half-way")
        first.send(signal.SIGINT)
        await first.says("Stopping")
        web.release()
        stopped = await first.end()
    assert stopped.code == 130, stopped.err
    assert "--resume" in stopped.err
    await _nothing_runs(mark, shell.folder)
    assert len(web.visits) < ALL
    resumed = await shell("crawl", "--resume", "--out", "ds", "--json")
    assert resumed.code == 0, resumed.err
    assert max(web.fetched.values()) == 1
    assert set(web.fetched) == set(web.answers)
    web.visits.clear()
    again = await shell("crawl", "--input", urls, "--out", "whole")
    assert again.code == 0, again.err
    assert rows(shell.folder / "ds") == rows(shell.folder / "whole")
    finished = await shell("crawl", "--resume", "--out", "ds", "--json")
    assert finished.code == 0, finished.err
    assert finished.document["job"] == resumed.document["job"]
    assert rows(shell.folder / "ds") == rows(shell.folder / "whole")


async def test_a_crawl_that_is_killed_resumes_with_at_most_the_files_in_flight_fetched_again(
    shell: Shell, web: PictureWeb, urls: Path, database_url: str, mark: str
) -> None:
    web.hold(after=60)
    async with shell.starts("crawl", "--input", urls, "--out", "ds") as first:
        await _recorded(database_url, 60)
        in_flight = web.waiting
        os.kill(first.pid, signal.SIGKILL)
        await first.end()
    await _nothing_runs(mark, shell.folder)
    web.release()
    resumed = await shell("crawl", "--resume", "--out", "ds", "--json")
    assert resumed.code == 0, resumed.err
    again = [name for name, count in web.fetched.items() if count > 1]
    assert max(web.fetched.values()) <= 2
    assert len(again) <= in_flight
    whole = await shell("crawl", "--input", urls, "--out", "whole")
    assert whole.code == 0, whole.err
    assert rows(shell.folder / "ds") == rows(shell.folder / "whole")


@pytest.mark.long
async def test_two_crawls_at_once_take_nothing_from_each_other(
    shell: Shell, web: PictureWeb, tmp_path: Path
) -> None:
    names = list(web.answers)
    lists = [
        write_list(tmp_path / f"{part}.txt", [web.url(name) for name in names[part::2]]) for part in (0, 1)
    ]
    both = await asyncio.gather(
        *(shell("crawl", "--input", one, "--out", one.stem, "--json") for one in lists)
    )
    for done, one in zip(both, lists, strict=True):
        assert done.code == 0, done.err
        assert {row["image_url"] for row in rows(shell.folder / one.stem)} <= set(one.read_text().split())
        job = done.document["job"]
        assert job["accepted"] + sum(job["rejected"].values()) == job["candidates"] == ALL // 2
    assert max(web.fetched.values()) == 1


@pytest.fixture
def own_home(tmp_path: Path) -> Iterator[Path]:
    """With servers that start and end with the command."""
    home = tmp_path / "own-home"
    yield home
    if data := Desk(home).read().data:
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def alone(environ: dict[str, str], own_home: Path, mark: str, tmp_path: Path) -> Shell:
    """A machine on which nothing runs yet."""
    plain = {name: value for name, value in environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    return Shell({**plain, "PIXCRAWLER_HOME": str(own_home), MARK: mark}, tmp_path)


INT, KILL = signal.SIGINT, signal.SIGKILL
MOMENTS = [
    pytest.param("Painting", 0.0, INT, id="ctrl-c-at-the-start", marks=pytest.mark.long),
    pytest.param("Painting", 0.0, KILL, id="kill-at-the-start", marks=pytest.mark.long),
    pytest.param("Painting", 1.5, INT, id="ctrl-c-while-the-servers-start", marks=pytest.mark.long),
    pytest.param("Painting", 1.5, KILL, id="kill-while-the-servers-start", marks=pytest.mark.long),
    pytest.param("/54 images", 0.0, INT, id="ctrl-c-in-the-middle"),
    pytest.param("/54 images", 0.0, KILL, id="kill-in-the-middle", marks=pytest.mark.long),
    pytest.param("Packaging", 0.0, INT, id="ctrl-c-while-packaging", marks=pytest.mark.long),
    pytest.param("Packaging", 0.0, KILL, id="kill-while-packaging", marks=pytest.mark.long),
]


@pytest.mark.crash
@pytest.mark.parametrize(("words", "later", "sign"), MOMENTS)
async def test_a_demo_that_is_ended_at_any_moment_leaves_nothing_running(
    alone: Shell, own_home: Path, mark: str, words: str, later: float, sign: signal.Signals
) -> None:
    async with alone.starts("demo", "--out", "ds") as demo:
        await demo.says(words)
        await asyncio.sleep(later)  # a moment somewhere in a long step
        os.kill(demo.pid, sign)
        done = await demo.end(seconds=45)
    await _nothing_runs(mark, own_home)
    if sign is signal.SIGINT:
        assert done.code == 130, done.err
        assert "Traceback" not in done.err
    else:
        assert done.code == -9


@pytest.mark.long
@pytest.mark.crash
@pytest.mark.parametrize("seed", range(6))
async def test_a_demo_that_is_interrupted_at_random_leaves_nothing_running(
    alone: Shell, own_home: Path, mark: str, seed: int
) -> None:
    dice = random.Random(seed)
    async with alone.starts("demo", "--out", "ds") as demo:
        await asyncio.sleep(dice.uniform(0.5, 12))
        over = demo.process.returncode is not None
        demo.send(signal.SIGINT)
        done = await demo.end(seconds=45)
    await _nothing_runs(mark, own_home)
    in_the_last_moment = -signal.SIGINT  # which is 130 to a shell
    assert done.code in ((0,) if over else (0, 130, in_the_last_moment)), done.err
    assert "Traceback" not in done.err


async def _recorded(database_url: str, number: int) -> None:
    """Until so many candidates have their fate."""
    connection = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(60):
            while (
                await connection.fetchval("select count(*) from candidates where state <> 'pending'") < number
            ):
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


async def _nothing_runs(mark: str, home: Path) -> None:
    await until(lambda: not bearers(mark, home), f"all ends: {bearers(mark, home)}", seconds=30)
