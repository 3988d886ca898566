"""Whom the servers run as, and what is said when they cannot run."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pixcrawler.adapters.embedded.client import embedded_servers
from pixcrawler.adapters.embedded.errors import HomeNotWritable, ServerDidNotStart
from pixcrawler.domain.shared.errors import StorageFull
from tests.integration.embedded.conftest import Clients, Home, search_path, until
from tests.integration.embedded.using import ask, note, noted

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
NOBODY = 65534
WITHOUT_A_NAME = 54_321


def _python_for(user: int) -> str:
    """An interpreter that this user can run with our sources: ours may lie in a folder of root's."""
    found = (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin"))
    python = next((each for each in found if each and _can_run(user, each)), None)
    if python is None:
        pytest.skip(f"user {user} can run no interpreter with this environment's packages")
    return python


def _can_run(user: int, python: str) -> bool:
    needs = [python, "-c", "import pixcrawler.adapters.embedded.keeper"]
    env = {"PYTHONPATH": search_path()}
    try:
        ended = subprocess.run(
            needs, env=env, cwd="/", user=user, group=user, extra_groups=[], capture_output=True, check=False
        )
    except PermissionError:
        return False
    return ended.returncode == 0


@pytest.fixture
def open_home() -> Iterator[Home]:
    """In a folder that everybody can reach and write in."""
    folder = Path(tempfile.mkdtemp(prefix="pixcrawler-embedded-"))
    folder.chmod(0o777)
    yield Home(folder / "home")
    shutil.rmtree(folder)


@as_root
async def test_roots_servers_run_as_an_unprivileged_user_with_data_in_a_folder_of_its_own(home: Home) -> None:
    assert home.path.parent.stat().st_mode & 0o077 == 0  # nobody else could reach it
    async with embedded_servers(home.path):
        state = home.desk.read()
        assert state.user
        account = pwd.getpwnam(state.user)
        assert account.pw_uid != 0
        for pid in home.servers():
            assert psutil.Process(pid).uids().effective == account.pw_uid
            assert "/var/lib/pixcrawler/programs/" in psutil.Process(pid).exe()
        for folder in (home.data / "postgres", home.data / "valkey"):
            assert folder.stat().st_uid == account.pw_uid
            assert folder.stat().st_mode & 0o777 == 0o700
        assert home.data.stat().st_uid == 0
        assert home.data.stat().st_mode & 0o007 == 0


@pytest.mark.long
@as_root
async def test_a_home_that_was_deleted_and_made_again_starts_empty(home: Home) -> None:
    async with embedded_servers(home.path) as servers:
        await note(servers.database_url, servers.redis_url, "old")
    old = home.data
    shutil.rmtree(home.path)
    async with embedded_servers(home.path) as servers:
        assert await ask(servers.database_url, "select to_regclass('words')") is None
    shutil.rmtree(old)


@pytest.mark.long
@as_root
async def test_the_data_of_a_temporary_home_goes_some_time_after_the_home(
    home: Home, open_home: Home
) -> None:
    async with embedded_servers(home.path, redis=False):
        pass
    forgotten = home.data
    shutil.rmtree(home.path)
    async with embedded_servers(open_home.path, redis=False):
        assert not forgotten.exists()
    shutil.rmtree(open_home.data)


@as_root
async def test_an_ordinary_users_servers_run_as_that_user_with_everything_at_home(
    open_home: Home, clients: Clients
) -> None:
    client = await clients.start(open_home.path, python=_python_for(NOBODY), user=NOBODY)
    urls = await client.answer()
    await note(urls["database_url"], urls["redis_url"], "kept")
    assert {psutil.Process(pid).uids().effective for pid in open_home.servers()} == {NOBODY}
    assert open_home.data == open_home.desk.folder
    await client.end()
    await until(open_home.is_silent)
    again = await clients.start(open_home.path, python=_python_for(NOBODY), user=NOBODY)
    urls = await again.answer()
    assert await noted(urls["database_url"], urls["redis_url"]) == ("kept", "kept")
    await again.kill()
    await until(open_home.is_silent)


@as_root
async def test_a_user_without_a_name_is_told_what_postgres_wants(open_home: Home, clients: Clients) -> None:
    python = _python_for(WITHOUT_A_NAME)
    client = await clients.start(open_home.path, python=python, user=WITHOUT_A_NAME)
    answer = await client.answer()
    assert answer["code"] == "NO_SERVER_USER"
    assert "/etc/passwd" in answer["message"]
    assert "DATABASE_URL" in answer["message"]
    await until(open_home.is_silent)


@as_root
async def test_another_users_home_is_refused(open_home: Home) -> None:
    open_home.desk.folder.mkdir(parents=True)
    os.chown(open_home.desk.folder, NOBODY, NOBODY)
    with pytest.raises(HomeNotWritable, match="belongs to another user"):
        async with embedded_servers(open_home.path):
            pass


async def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeNotWritable, match="PIXCRAWLER_HOME") as caught:
        async with embedded_servers(tmp_path / "file" / "home"):
            pass
    assert str(tmp_path / "file" / "home") in str(caught.value)


@pytest.fixture
def full_home(home: Home) -> Iterator[Home]:
    """On a file system with hardly any room."""
    home.path.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", home.path], check=False)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield home
    subprocess.run(["umount", home.path], check=True)


async def test_a_full_disk_is_called_a_full_disk(full_home: Home) -> None:
    with pytest.raises(StorageFull, match="disk is full"):
        async with embedded_servers(full_home.path):
            pass


@pytest.mark.long
async def test_a_server_that_does_not_come_up_names_its_log_and_harms_nothing(home: Home) -> None:
    async with embedded_servers(home.path) as servers:
        await note(servers.database_url, servers.redis_url, "kept")
    version = home.data / "postgres" / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(ServerDidNotStart) as caught:
        async with embedded_servers(home.path):
            pass
    log = home.desk.log("postgres")
    assert str(log) in str(caught.value)
    assert "incompatible" in log.read_text()
    await until(home.is_silent)
    version.write_text("18\n")
    async with embedded_servers(home.path) as servers:
        assert await noted(servers.database_url, servers.redis_url) == ("kept", "kept")


@pytest.mark.parametrize(
    ("program", "setting"), [("postgres_programs", "DATABASE_URL"), ("valkey_program", "REDIS_URL")]
)
def test_a_wheel_that_is_missing_is_named_with_the_setting_that_replaces_it(
    program: str, setting: str
) -> None:
    """As on a system for which there is none: an interpreter that sees our sources and nothing else."""
    source = search_path().split(os.pathsep)[0]
    ended = subprocess.run(
        [sys.executable, "-S", "-c", f"from pixcrawler.adapters.embedded.wheels import *; {program}()"],
        env={"PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "EmbeddedServerMissing" in ended.stderr
    assert setting in ended.stderr


@pytest.mark.long
async def test_a_port_that_was_taken_meanwhile_is_replaced(home: Home) -> None:
    async with embedded_servers(home.path):
        pass
    taken = home.ports()
    blockers = []
    for port in taken:
        blocker = socket.socket()
        blocker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        blocker.bind(("127.0.0.1", port))
        blocker.listen()
        blockers.append(blocker)
    async with embedded_servers(home.path) as servers:
        assert await ask(servers.database_url, "select 1") == 1
        assert not set(home.ports()) & set(taken)
    for blocker in blockers:
        blocker.close()


@pytest.mark.long
async def test_a_home_that_is_deleted_takes_its_servers_along(home: Home, clients: Clients) -> None:
    client = await clients.start(home.path)
    await client.answer()
    data, pids = home.data, home.servers()
    assert pids
    shutil.rmtree(home.path)
    await until(lambda: not home.keepers() and not any(map(psutil.pid_exists, pids)))
    await client.end()
    shutil.rmtree(data, ignore_errors=True)
