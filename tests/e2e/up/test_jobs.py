"""A job over HTTP, with `pixcrawler up` behind it."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Shell
from tests.e2e.up.judge import is_downloaded_right, is_right, nothing_runs
from tests.e2e.up.platform import Platform, eventually, platform
from tests.processes import until
from tests.servers.pictures import Corpus, PictureWeb


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
        await is_downloaded_right(up, images[0])
        page = await up.http.get("/")
        assert page.status_code == 200
        await up.stop()
    said = up.running.err
    assert f"http://127.0.0.1:{up.port}/docs" in said
    assert str(up.key_file) in said
    assert key[9:] not in said
    assert "worker_stopped" in said
    assert "Traceback" not in said
    await nothing_runs(mark, home)


@pytest.mark.long
async def test_a_job_is_stopped_and_tried_again(shell: Shell, web: PictureWeb, pictures: Corpus) -> None:
    async with platform(shell) as up:
        web.hold(after=5)
        job = await up.started_job()
        await until(lambda: web.waiting > 0, "some pictures are being fetched")
        stopped = await up.post(f"/jobs/{job}/stop", status=202)
        assert stopped["status"] == "cancelled"
        await eventually(lambda: _all_tasks_ended(up, job), "workers let go", seconds=10)
        assert (await up.progress(job))["status"] == "cancelled"
        web.release()
        again = await up.post(f"/jobs/{job}/retry", status=202)
        assert again["status"] == "running"
        assert is_right((await up.watched(job))[-1], pictures)
        await up.stop()


async def _all_tasks_ended(up: Platform, job: str) -> bool:
    tasks = (await up.get(f"/jobs/{job}/tasks", size=100))["items"]
    return all(task["ended_at"] is not None for task in tasks)
