"""Whatever is killed, at whatever moment: nothing is lost that was stored, nothing is left running."""

import asyncio
import os
import random
import signal
from collections.abc import Callable

import psutil
import pytest

from pixcrawler.adapters.embedded.client import embedded_servers
from tests.integration.embedded.conftest import Client, Clients, Home, until, until_it_works
from tests.integration.embedded.using import ask, note, noted

pytestmark = [pytest.mark.crash, pytest.mark.long]


async def test_a_client_that_is_killed_takes_the_servers_along(home: Home, clients: Clients) -> None:
    client = await clients.start(home.path)
    await client.answer()
    await client.kill()
    await until(home.is_silent)


async def test_a_killed_client_leaves_the_servers_to_the_others(home: Home, clients: Clients) -> None:
    killed = await clients.start(home.path)
    await killed.answer()
    async with embedded_servers(home.path) as servers:
        await killed.kill()
        assert await ask(servers.database_url, "select 1") == 1
    await until(home.is_silent)


@pytest.mark.parametrize("name", ["postgres", "redis"])
async def test_a_server_that_is_killed_comes_back_with_its_data_under_the_same_url(
    home: Home, name: str
) -> None:
    async with embedded_servers(home.path) as servers:
        await note(servers.database_url, servers.redis_url, "kept")
        pid = _pid(home, name)
        os.kill(pid, signal.SIGKILL)
        await until(lambda: _pid(home, name) not in {pid, 0})
        both = await until_it_works(lambda: noted(servers.database_url, servers.redis_url))
        assert both == ("kept", "kept")


async def test_a_keeper_that_is_killed_is_replaced_while_a_client_lives(home: Home) -> None:
    async with embedded_servers(home.path) as servers:
        await note(servers.database_url, servers.redis_url, "kept")
        (killed,) = home.keepers()
        os.kill(killed, signal.SIGKILL)
        await until(lambda: home.keepers() not in ([], [killed]) and home.desk.read().redis.ready)
        both = await until_it_works(lambda: noted(servers.database_url, servers.redis_url))
        assert both == ("kept", "kept")
    assert home.is_silent()


async def test_the_url_stays_when_the_next_keepers_server_is_killed_before_it_is_ready(home: Home) -> None:
    async with embedded_servers(home.path, redis=False) as servers:
        old = _pid(home, "postgres")
        os.kill(home.keepers()[0], signal.SIGKILL)
        await until(lambda: home.desk.read().postgres.pid not in {old, None})
        os.kill(home.desk.read().postgres.pid or 0, signal.SIGKILL)
        assert await until_it_works(lambda: ask(servers.database_url, "select 1")) == 1


async def test_keeper_and_client_killed_together_leave_nothing_but_the_data(
    home: Home, clients: Clients
) -> None:
    client = await clients.start(home.path)
    urls = await client.answer()
    await note(urls["database_url"], urls["redis_url"], "kept")
    os.kill(client.process.pid, signal.SIGSTOP)  # it cannot call another keeper
    (keeper,) = home.keepers()
    os.kill(keeper, signal.SIGKILL)
    await client.kill()
    await until(home.is_silent)
    async with embedded_servers(home.path) as servers:
        assert await noted(servers.database_url, servers.redis_url) == ("kept", "kept")


async def test_a_keeper_killed_while_it_makes_the_data_folder_leaves_no_half_made_one(
    home: Home, clients: Clients
) -> None:
    client = await clients.start(home.path)
    await until(lambda: bool(home.desk.read().data) and any(home.data.glob("new-postgres-*/data/base")))
    os.kill(client.process.pid, signal.SIGSTOP)
    for pid in home.keepers():
        os.kill(pid, signal.SIGKILL)
    await client.kill()
    await until(home.is_silent)
    assert not (home.data / "postgres").exists()
    async with embedded_servers(home.path) as servers:
        assert await ask(servers.database_url, "select current_database()") == "pixcrawler"
    assert not list(home.data.glob("new-*"))


def _nothing_yet(_: Home) -> bool:
    return True


def _a_keeper(home: Home) -> bool:
    return bool(home.keepers())


def _half_a_data_folder(home: Home) -> bool:
    return bool(home.desk.read().data) and any(home.data.glob("new-postgres-*"))


def _a_server(home: Home) -> bool:
    return home.desk.read().postgres.pid is not None


@pytest.mark.parametrize(
    ("moment", "sign"),
    [
        (_nothing_yet, signal.SIGINT),
        (_a_keeper, signal.SIGINT),
        (_half_a_data_folder, signal.SIGINT),
        (_half_a_data_folder, signal.SIGKILL),
        (_a_server, signal.SIGINT),
    ],
)
async def test_a_client_ended_in_the_middle_of_the_first_start_leaves_nothing_running(
    home: Home, clients: Clients, moment: Callable[[Home], bool], sign: signal.Signals
) -> None:
    client = await clients.start(home.path)
    await until(lambda: moment(home))
    await client.kill(sign)
    await until(home.is_silent)
    async with embedded_servers(home.path) as servers:
        assert await ask(servers.database_url, "select 1") == 1


async def test_five_clients_with_random_kills_among_them_end_with_servers_that_work(
    home: Home, clients: Clients
) -> None:
    dice = random.Random(20)
    for _ in range(5):
        living = [await clients.start(home.path) for _ in range(3)]
        victim = dice.choice(living)
        await asyncio.wait_for(victim.answer(), 60)
        await victim.kill()
        others: list[Client] = [client for client in living if client is not victim]
        for other in others:
            urls = await other.answer()
            assert await ask(urls["database_url"], "select 1") == 1
        await asyncio.gather(*(other.kill() for other in others))
    await until(home.is_silent)


async def test_a_forked_child_does_not_keep_the_servers_up(home: Home, clients: Clients) -> None:
    """Pools of child processes often outlive the process that made them."""
    client = await clients.start(home.path, "fork")
    await client.answer()
    (child,) = [each for each in psutil.Process(client.process.pid).children() if "fork" in each.cmdline()]
    os.kill(client.process.pid, signal.SIGKILL)
    await until(home.is_silent)
    assert child.is_running()
    child.kill()


def _pid(home: Home, name: str) -> int:
    state = home.desk.read()
    server = state.postgres if name == "postgres" else state.redis
    return (server.pid or 0) if server.ready else 0
