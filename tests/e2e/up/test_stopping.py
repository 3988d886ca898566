"""The end of `pixcrawler up`."""

import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import Shell
from tests.e2e.up.judge import is_right, nothing_runs
from tests.e2e.up.platform import platform
from tests.processes import until
from tests.servers.pictures import Corpus, PictureWeb


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
    await nothing_runs(mark, home)


@pytest.mark.long
async def test_work_that_does_not_end_is_let_go_in_time_and_costs_no_attempt(
    alone: Shell, web: PictureWeb, pictures: Corpus, mark: str, home: Path
) -> None:
    async with platform(alone, FETCH_TIMEOUT="300") as up:
        web.hold(after=5)
        job = await up.started_job()
        await until(lambda: web.waiting > 0, "something is under way")
        async with up.http.stream("GET", f"/api/v1/jobs/{job}/events") as stream:
            await anext(stream.aiter_lines())
            up.running.process.send_signal(signal.SIGTERM)
            await up.running.says("api_stopped", seconds=10)
            assert "worker_stopped" not in up.running.err
        done = await up.running.end(seconds=30)
        assert done.code == 0, done.err
    await nothing_runs(mark, home)
    web.release()
    async with platform(alone) as up:
        assert is_right((await up.watched(job))[-1], pictures)
        tasks = (await up.get(f"/jobs/{job}/tasks", size=100))["items"]
        assert {(task["failures"], task["lost_leases"]) for task in tasks} == {(0, 0)}
        await up.stop()


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
    await nothing_runs(mark, home)
    async with platform(alone) as up:
        assert is_right((await up.watched(job))[-1], pictures)
        tasks = (await up.get(f"/jobs/{job}/tasks", size=100))["items"]
        assert {(task["failures"], task["lost_leases"]) for task in tasks} == {(0, 0)}
        assert max(web.fetched.values()) == 1
        await up.stop()
