"""What keeps `pixcrawler up` and `api` from starting, and how that is told."""

import signal
import socket
from pathlib import Path

import pytest

from tests.e2e.conftest import Shell
from tests.e2e.up.judge import nothing_runs
from tests.e2e.up.platform import free_port, platform
from tests.processes import bearers, until


async def test_a_port_that_is_taken_is_told_before_anything_starts(shell: Shell, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = await shell("up", "--port", str(port))
        assert (done.code, done.out) == (5, "")
        assert done.err.startswith(f"127.0.0.1:{port} is taken by another process; choose another port")
        assert len(done.sentences) == 1
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
async def test_it_comes_up_without_redis_and_says_so(shell: Shell) -> None:
    async with platform(shell, REDIS_URL="redis://:hunter2@127.0.0.1:1/0") as up:
        assert "Redis does not answer" in up.running.err
        assert "hunter2" not in up.running.err
        assert (await up.watched(await up.started_job(max_images=5)))[-1]["accepted"] == 5
        await up.stop()


@pytest.mark.long
@pytest.mark.parametrize("words", ["Starting", "worker_started"])
async def test_a_stop_while_it_starts_is_clean(alone: Shell, mark: str, home: Path, words: str) -> None:
    async with alone.starts("up", "--port", str(free_port())) as starting:
        await starting.says(words)
        starting.process.send_signal(signal.SIGTERM)
        done = await starting.end(seconds=30)
    assert done.code == 0, done.err
    assert "Traceback" not in done.err, done.err
    await nothing_runs(mark, home)


@pytest.mark.long
@pytest.mark.crash
async def test_a_kill_while_it_starts_leaves_nothing(alone: Shell, mark: str, home: Path) -> None:
    async with alone.starts("up", "--port", str(free_port())) as starting:
        await starting.says("Starting")
        await until(lambda: len(bearers(mark, home)) > 2, "processes load")
        starting.process.kill()
        await starting.end()
        await nothing_runs(mark, home)


@pytest.mark.long
async def test_the_api_may_be_named(shell: Shell) -> None:
    async with platform(shell, API_HOST="localhost") as up:
        assert f"http://localhost:{up.port}/docs" in up.running.err
        await up.stop()


@pytest.mark.long
async def test_the_first_start_makes_an_account_to_log_in_with_and_the_second_none(
    shell: Shell, home: Path
) -> None:
    file, told = home / "superuser.password", []
    for _ in range(2):
        async with platform(shell) as up:
            assert f"log in      admin@localhost, password in {file}" in up.running.err
            parts = [up.running.err.index(part) for part in ("  API key  ", "  log in  ", "  data  ")]
            assert parts == sorted(parts)
            told.append(file.read_text().strip())
            assert file.stat().st_mode & 0o777 == 0o600
            assert told[-1] not in up.running.err
            who = {"email": "admin@localhost", "password": told[-1]}
            login = await up.post("/auth/login", who, status=200)
            bearer = {"authorization": f"Bearer {login['access_token']}"}
            me = await up.http.get("/api/v1/auth/me", headers=bearer)
            assert (me.status_code, me.json()["role"]) == (200, "superuser")
            await up.stop()
    assert told[0] == told[1]
