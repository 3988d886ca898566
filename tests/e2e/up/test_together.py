"""Several of each at once."""

import asyncio
import signal
from pathlib import Path

import pytest

from pixcrawler.adapters.embedded.state import Desk
from tests.e2e.conftest import Shell
from tests.e2e.up.judge import is_right, nothing_runs
from tests.e2e.up.platform import Client, client, free_port, platform
from tests.servers.pictures import Corpus, PictureWeb


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
        assert is_right(ends[0], pictures)
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
        assert is_right((await up.watched(job))[-1], pictures)
        assert (await crawling).code == 6
        after = Desk(home).read()
        assert (before.postgres.pid, before.redis.pid) == (after.postgres.pid, after.redis.pid)
        listed = await up.get("/jobs")
        assert {one["accepted"] for one in listed["items"]} == {pictures.good}
        agents = [visit.agent for visit in web.visits]
        assert {agents.count(agent) for agent in set(agents)} == {len(pictures.answers)}
        assert len(set(agents)) == 2
        await up.stop()
    await nothing_runs(mark, home)
