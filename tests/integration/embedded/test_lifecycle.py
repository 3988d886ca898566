"""Coming up, being shared, going away."""

import asyncio
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError

from pixcrawler.adapters.embedded.client import embedded_servers
from tests.integration.embedded.conftest import Clients, Home, is_open, listeners, until
from tests.integration.embedded.using import ask, note, noted


async def test_nothing_runs_and_no_port_is_open_once_the_last_client_has_left(home: Home) -> None:
    async with embedded_servers(home.path) as servers:
        assert await ask(servers.database_url, "select current_database()") == "pixcrawler"
        assert len(home.ports()) == 2
        assert all(map(is_open, home.ports()))
        assert len(home.keepers()) == 1
    assert home.is_silent()


@pytest.mark.long
async def test_what_was_stored_is_there_after_a_restart_on_the_same_ports(home: Home) -> None:
    async with embedded_servers(home.path) as before:
        await note(before.database_url, before.redis_url, "kept")
    async with embedded_servers(home.path) as after:
        assert after == before
        assert await noted(after.database_url, after.redis_url) == ("kept", "kept")


@pytest.mark.long
async def test_two_processes_share_the_servers_and_the_second_keeps_them(
    home: Home, clients: Clients
) -> None:
    first = await clients.start(home.path)
    urls = await first.answer()
    second = await clients.start(home.path)
    assert await second.answer() == urls
    await first.end()
    assert await ask(urls["database_url"], "select 1") == 1
    await second.end()
    assert home.is_silent()


async def test_five_processes_that_start_at_once_get_one_pair_of_servers(
    home: Home, clients: Clients
) -> None:
    five = [await clients.start(home.path) for _ in range(5)]
    answers = [await client.answer() for client in five]
    assert all(answer == answers[0] for answer in answers)
    assert "database_url" in answers[0]
    assert len(home.keepers()) == 1
    await asyncio.gather(*(client.end() for client in five))
    await until(home.is_silent)


@pytest.mark.long
async def test_only_what_is_asked_for_runs_and_the_rest_joins_when_somebody_wants_it(home: Home) -> None:
    async with embedded_servers(home.path, redis=False) as first:
        assert first.redis_url == ""
        assert home.desk.read().redis.pid is None
        async with embedded_servers(home.path) as second:
            assert second.database_url == first.database_url
            async with Redis.from_url(second.redis_url) as redis:
                assert await redis.get("word") is None
        await until(lambda: home.desk.read().redis.pid is None)
        assert await ask(first.database_url, "select 1") == 1
    assert home.is_silent()


async def test_nothing_is_started_when_nothing_is_asked_for(home: Home) -> None:
    async with embedded_servers(home.path, postgres=False, redis=False) as servers:
        assert (servers.database_url, servers.redis_url) == ("", "")
    assert not home.path.exists()


@pytest.mark.long
async def test_clients_that_come_and_go_meet_a_keeper_in_every_state(home: Home) -> None:
    """Each next one arrives somewhere in the stop that the one before has caused."""

    async def come_and_go(times: int) -> None:
        for _ in range(times):
            async with embedded_servers(home.path) as servers:
                assert await ask(servers.database_url, "select 1") == 1

    await asyncio.gather(*(come_and_go(4) for _ in range(3)))
    await until(home.is_silent)


async def test_both_listen_on_loopback_only_and_want_a_password_that_nobody_but_the_owner_sees(
    home: Home,
) -> None:
    async with embedded_servers(home.path) as servers:
        for wrong in ("", "wrong"):
            port = urlsplit(servers.database_url).port
            address = f"postgresql://pixcrawler:{wrong}@127.0.0.1:{port}/pixcrawler"
            with pytest.raises(asyncpg.InvalidPasswordError):
                await ask(address, "select 1")
        async with Redis.from_url(f"redis://127.0.0.1:{urlsplit(servers.redis_url).port}/0") as redis:
            with pytest.raises(AuthenticationError):
                await redis.get("word")
        assert [listeners(port) for port in home.ports()] == [{"127.0.0.1"}, {"127.0.0.1"}]
        password = urlsplit(servers.redis_url).password
        assert password
        assert password not in repr(servers)
        assert home.desk.state.stat().st_mode & 0o777 == 0o600
        assert (home.data / "password").stat().st_mode & 0o777 == 0o600
        commands = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
        assert not any(password in command for command in commands)
        logs = [log.read_text() for log in home.desk.folder.glob("*.log")]
        assert len(logs) == 3
        assert not any(password in log for log in logs)


@pytest.mark.long
async def test_servers_survive_a_program_that_ends_without_leaving(home: Home) -> None:
    """Two sessions of one process are two clients."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(embedded_servers(home.path))
        async with embedded_servers(home.path) as second:
            assert second == first
        assert await ask(first.database_url, "select 1") == 1
    assert home.is_silent()


@pytest.mark.long
async def test_postgres_keeps_what_it_has_committed_durable(home: Home) -> None:
    async with embedded_servers(home.path, redis=False) as servers:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await ask(servers.database_url, f"show {setting}") == "on"
