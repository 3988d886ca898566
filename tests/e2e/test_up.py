"""`pixcrawler up`, and what people do with it over HTTP."""

import asyncio
import hashlib
import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from pixcrawler.adapters.embedded.state import Desk
from tests.e2e.conftest import Shell
from tests.e2e.platform import API, WORKER, Client, Json, client, free_port, platform
from tests.leftovers import MARK
from tests.processes import bearers, marked, until
from tests.servers.openverse import OpenverseServer
from tests.servers.pictures import Corpus, PictureWeb


@pytest.fixture
async def search(web: PictureWeb, pictures: Corpus) -> AsyncIterator[dict[str, str]]:
    """Settings for an Openverse that finds every picture of the web."""
    async with OpenverseServer(len(pictures.answers)) as api:
        for work, name in zip(api.works, pictures.names, strict=True):
            work["url"] = web.url(name)
        yield {
            "SOURCE_OPENVERSE_BASE_URL": api.base_url,
            "SOURCE_OPENVERSE_INTERVAL": "0.05",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1/32:{web.port},127.0.0.1/32:{api.port}",
            "QUEUE_LEASE_SECONDS": "4",
            "QUEUE_RETRY_SECONDS": "1",
        }


@pytest.fixture
def mark() -> str:
    return marked()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    yield home
    if data := Desk(home).read().data:  # root's embedded servers keep it elsewhere
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def shell(shell: Shell, search: dict[str, str], mark: str, home: Path) -> Shell:
    return Shell({**shell.environ, **search, "PIXCRAWLER_HOME": str(home), MARK: mark}, shell.folder)


@pytest.fixture
def alone(shell: Shell) -> Shell:
    """With no servers given."""
    named = ("DATABASE_", "REDIS_")
    return Shell({n: v for n, v in shell.environ.items() if not n.startswith(named)}, shell.folder)


async def _nothing_runs(mark: str, home: Path) -> None:
    await until(lambda: not bearers(mark, home), f"all ends: {bearers(mark, home)}", seconds=30)


def _is_right(progress: Json, pictures: Corpus) -> bool:
    """Each picture of the web has met its one fate."""
    same = (progress["accepted"], progress["reasons"]) == (pictures.good, pictures.rejected)
    return bool(progress["status"] == "completed" and same)


async def _is_downloaded_right(api: Client, image: Json) -> None:
    path = f"/api/v1/images/{image['id']}/download"
    whole = await api.http.get(path)
    assert whole.status_code == 200
    assert hashlib.sha256(whole.content).hexdigest() == image["sha256"]
    part = await api.http.get(path, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"


async def test_a_job_from_its_making_to_its_last_byte(
    shell: Shell, pictures: Corpus, mark: str, home: Path
) -> None:
    async with platform(shell, PIXCRAWLER_LOG_LEVEL="debug") as up:
        assert up.key_file.stat().st_mode & 0o777 == 0o600
        key = up.key_file.read_text().strip()
        job = await up.started_job(max_images=20)
        told = await up.watched(job)
        assert (told[-1]["status"], told[-1]["accepted"]) == ("completed", 20)
        assert [one["version"] for one in told] == sorted({one["version"] for one in told})
        images = await up.images(job)
        assert len({image["id"] for image in images}) == 20
        assert {image["sha256"] for image in images} <= set(pictures.digests)
        await _is_downloaded_right(up, images[0])
        page = await up.http.get("/")
        assert page.status_code == 200
        await up.stop()
    said = up.running.err
    assert f"http://127.0.0.1:{up.port}/docs" in said
    assert str(up.key_file) in said
    assert key[9:] not in said
    assert "worker_stopped" in said
    await _nothing_runs(mark, home)


async def test_a_port_that_is_taken_is_told_before_anything_starts(shell: Shell, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = await shell("up", "--port", str(port))
        assert (done.code, done.out) == (5, "")
        assert done.err == f"127.0.0.1:{port} is taken by another process; choose another port.\n"
        assert not home.exists()
        alone = await shell("api", API_PORT=str(port))
        assert (alone.code, alone.err) == (done.code, done.err)


@pytest.mark.parametrize("command", ["up", "api"])
async def test_a_database_that_is_away_is_one_sentence(shell: Shell, command: str) -> None:
    away = {"DATABASE_URL": "postgresql://a:hunter2@127.0.0.1:1/b", "API_PORT": str(free_port())}
    done = await shell(command, **away)
    assert done.code == 5
    assert "The database does not answer" in done.err
    assert "hunter2" not in done.err
    assert "Traceback" not in done.err


@pytest.mark.long
@pytest.mark.crash
async def test_kills_on_the_way_change_nothing_in_the_result(
    alone: Shell, web: PictureWeb, pictures: Corpus, mark: str, home: Path
) -> None:
    web.delay = 0.2
    async with platform(alone) as up:
        job = await up.started_job()
        await until(lambda: len(web.visits) >= 10, "the crawl is on its way")
        await up.kill(WORKER)
        await up.kill(API)
        await up.is_back()
        assert _is_right(await up.settled(job), pictures)
        images = await up.images(job)
        assert len(images) == pictures.good
        for image in images[:3]:
            await _is_downloaded_right(up, image)
        assert up.running.err.count("was killed by SIGKILL") == 2
        await up.stop()
    await _nothing_runs(mark, home)


@pytest.mark.long
async def test_a_job_is_stopped_and_tried_again(shell: Shell, web: PictureWeb, pictures: Corpus) -> None:
    async with platform(shell) as up:
        web.hold(after=5)
        job = await up.started_job()
        await until(lambda: web.waiting > 0, "some pictures are being fetched")
        stopped = await up.post(f"/jobs/{job}/stop", status=202)
        assert stopped["status"] == "cancelled"
        await until(lambda: web.waiting == 0, "workers let go", seconds=10)
        assert (await up.progress(job))["status"] == "cancelled"
        web.release()
        again = await up.post(f"/jobs/{job}/retry", status=202)
        assert again["status"] == "running"
        assert _is_right((await up.watched(job))[-1], pictures)
        await up.stop()


@pytest.mark.long
async def test_two_apis_and_two_workers_give_the_same_answers(
    shell: Shell, web: PictureWeb, pictures: Corpus
) -> None:
    web.delay = 0.1
    port = free_port()
    async with (
        platform(shell, "--workers", "2", API_WORKERS="2") as up,
        shell.starts("api", API_PORT=str(port)) as other,
        client(port, up.key_file.read_text().strip()) as http,
    ):
        second = Client(http)
        await second.is_back()
        jobs = await asyncio.gather(up.started_job(), second.started_job(max_images=30))
        ends = await asyncio.gather(*(api.settled(job) for job in jobs for api in (up, second)))
        assert _is_right(ends[0], pictures)
        assert ends[2]["accepted"] == 30
        for job in jobs:
            mine, others = [await api.progress(job) for api in (up, second)]
            assert {**mine, "at": ""} == {**others, "at": ""}
            assert await up.images(job) == await second.images(job)
            assert await up.get(f"/jobs/{job}/tasks") == await second.get(f"/jobs/{job}/tasks")
        assert await up.get("/jobs") == await second.get("/jobs")
        said = up.running.err
        assert all(f"worker-{number} | " in said for number in (1, 2))
        other.process.send_signal(signal.SIGTERM)
        assert (await other.end(seconds=30)).code == 0
        await up.stop()


@pytest.mark.long
async def test_up_and_crawl_on_one_machine_share_servers_and_no_work(
    alone: Shell, web: PictureWeb, pictures: Corpus, mark: str, home: Path
) -> None:
    async with platform(alone, FETCH_USER_AGENT="up/1.0 (test)") as up:
        before = Desk(home).read()
        job = await up.new_job()
        crawling = asyncio.create_task(
            alone("crawl", "fox", "--max-images", "100", "--out", "ds", FETCH_USER_AGENT="crawl/1.0 (test)")
        )
        await up.start(job)
        assert _is_right((await up.watched(job))[-1], pictures)
        assert (await crawling).code == 6
        after = Desk(home).read()
        assert (before.postgres.pid, before.redis.pid) == (after.postgres.pid, after.redis.pid)
        listed = await up.get("/jobs")
        assert {one["accepted"] for one in listed["items"]} == {pictures.good}
        agents = [visit.agent for visit in web.visits]
        assert {agents.count(agent) for agent in set(agents)} == {len(pictures.answers)}
        assert len(set(agents)) == 2
        await up.stop()
    await _nothing_runs(mark, home)


@pytest.mark.long
@pytest.mark.crash
async def test_a_killed_up_leaves_nothing_running(alone: Shell, mark: str, home: Path) -> None:
    async with platform(alone, "--workers", "2", API_WORKERS="2") as up:
        assert len(bearers(mark, home)) > 6
        os.kill(up.running.pid, signal.SIGKILL)
        await up.running.end()
        await _nothing_runs(mark, home)
    async with platform(alone) as again:
        assert "superuser.key" in again.running.err
        await again.stop()


@pytest.mark.long
@pytest.mark.parametrize("words", ["Starting", "worker_started"])
async def test_a_stop_while_it_starts_is_clean(alone: Shell, mark: str, home: Path, words: str) -> None:
    async with alone.starts("up", "--port", str(free_port())) as starting:
        await starting.says(words)
        starting.process.send_signal(signal.SIGTERM)
        done = await starting.end(seconds=30)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err, done.err
    await _nothing_runs(mark, home)


@pytest.mark.long
async def test_a_second_ctrl_c_ends_at_once(alone: Shell, web: PictureWeb, mark: str, home: Path) -> None:
    async with platform(alone) as up:
        web.hold()
        await up.started_job()
        await until(lambda: web.waiting > 0, "something is under way that cannot end")
        up.running.send(signal.SIGINT)
        await up.running.says("Stopping")
        up.running.send(signal.SIGINT)
        done = await up.running.end(seconds=5)
    assert done.code == 130
    await _nothing_runs(mark, home)


@pytest.mark.long
async def test_a_worker_that_is_at_work_stops_in_time_and_another_goes_on(
    alone: Shell, web: PictureWeb, pictures: Corpus, mark: str, home: Path
) -> None:
    async with platform(alone) as up:
        web.hold(after=5)
        job = await up.started_job()
        await until(lambda: web.waiting > 0, "something is under way")
        up.running.process.send_signal(signal.SIGTERM)
        await up.running.says("Stopping")
        web.release()
        assert (await up.running.end(seconds=30)).code == 0
    await _nothing_runs(mark, home)
    async with platform(alone) as up:
        assert _is_right((await up.watched(job))[-1], pictures)
        tasks = (await up.get(f"/jobs/{job}/tasks", size=100))["items"]
        assert {(task["failures"], task["lost_leases"]) for task in tasks} == {(0, 0)}
        assert max(web.fetched.values()) == 1
        await up.stop()
