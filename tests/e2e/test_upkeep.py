"""The commands around the main job: admin, config, migrate, worker, demo, version."""

import signal
import time

import click
import pytest

from pixcrawler.entrypoints.cli.admin import command as admin
from pixcrawler.entrypoints.cli.config import command as config
from tests.e2e.conftest import Shell, adds_up
from tests.processes import until
from tests.servers.gotrue_project import PROJECT

ADMIN = {
    "blocklist": (),
    "check_db": (),
    "check_env": (),
    "create_tables": (),
    "createsuperuser": (),
    "reset_db": ("--force",),
    "tables": (),
    "takedown": ("https://nowhere.example/a.jpg", "--force"),
}
"""Every admin command, with what makes it act without asking."""
ELSEWHERE = {"reset_password"}
"""Needs somebody whose password it is: see ``test_superusers.py``."""


# Property 1: every admin command runs and refers to nothing that is gone (all of them, one by one).
def test_every_admin_command_is_tried_here() -> None:
    assert isinstance(admin, click.Group)
    assert set(ADMIN) | ELSEWHERE == set(admin.commands)


SOME = ("check_env", "createsuperuser", "tables")
ALL = [name if name in SOME else pytest.param(name, marks=pytest.mark.long) for name in ADMIN]


@pytest.mark.parametrize("name", ALL)
async def test_every_admin_command_does_its_thing_in_words(shell: Shell, name: str) -> None:
    in_words = await shell("admin", name, *ADMIN[name])
    assert in_words.code == 0, in_words.err
    assert in_words.out.strip()


@pytest.mark.long
@pytest.mark.parametrize("name", ADMIN)
async def test_every_admin_command_does_its_thing_as_json(shell: Shell, name: str) -> None:
    as_json = await shell("admin", name, *ADMIN[name], "--json")
    assert as_json.code == 0, as_json.err
    assert as_json.document


async def test_tables_are_made_listed_and_emptied(shell: Shell, bare_database_url: str) -> None:
    bare = {"DATABASE_URL": bare_database_url}
    assert (await shell("admin", "tables", "--json", **bare)).document == {"tables": []}
    behind = await shell("admin", "check_db", **bare)
    assert behind.code == 1
    assert "pixcrawler migrate" in behind.err
    made = await shell("migrate", **bare)
    assert made.code == 0, made.err
    assert (await shell("admin", "check_db", **bare)).code == 0
    assert (await shell("admin", "createsuperuser", **bare)).code == 0
    asked = await shell("admin", "reset_db", **bare)
    assert asked.code != 0
    assert (await _rows(shell, bare))["api_keys"] == 1
    assert (await shell("admin", "reset_db", "--force", **bare)).code == 0
    assert (await _rows(shell, bare))["api_keys"] == 0


async def _rows(shell: Shell, environ: dict[str, str]) -> dict[str, int]:
    listed = await shell("admin", "tables", "--json", **environ)
    return {table["name"]: table["rows"] for table in listed.document["tables"]}


async def test_production_is_not_emptied_without_force(shell: Shell) -> None:
    done = await shell("admin", "reset_db", PIXCRAWLER_ENVIRONMENT="production", **PROJECT)
    assert done.code in (2, 3)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "name",
    ["check_db", *(pytest.param(name, marks=pytest.mark.long) for name in ("tables", "create_tables"))],
)
async def test_a_database_that_is_away_is_told(shell: Shell, name: str) -> None:
    done = await shell.hasty("admin", name, DATABASE_URL="postgresql://u:secret@127.0.0.1:9/x")
    assert done.code == 5, done.err
    assert "DATABASE_URL" in done.err
    assert "secret" not in done.err + done.out


async def test_check_env_names_every_mistake_at_once(shell: Shell) -> None:
    done = await shell("admin", "check_env", FETCH_CONCURRENCY="lots", QUEUE_LEASE_SECONDS="-1")
    assert done.code == 2
    assert "FETCH_CONCURRENCY" in done.err
    assert "QUEUE_LEASE_SECONDS" in done.err


@pytest.mark.parametrize("name", sorted(config.commands))
async def test_every_config_command_shows_settings_and_no_secret(
    shell: Shell, name: str, database_url: str
) -> None:
    done = await shell("config", name)
    assert done.code == 0, done.err
    assert "FETCH_CONCURRENCY=" in done.out
    assert database_url.split(":")[2].split("@", maxsplit=1)[0] not in done.out


async def test_the_version_is_told(shell: Shell) -> None:
    done = await shell("--version")
    assert done.code == 0
    assert "0.1.0" in done.out


async def test_an_unknown_command_is_a_usage_error(shell: Shell) -> None:
    done = await shell("crwl")
    assert done.code == 2
    assert "crwl" in done.err


@pytest.mark.parametrize("sign", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
async def test_a_worker_starts_serves_and_ends_when_told(shell: Shell, sign: signal.Signals) -> None:
    async with shell.starts("worker", PIXCRAWLER_LOG_FORMAT="json") as worker:
        await until(lambda: "worker_started" in worker.err, "the worker starts")
        asked = time.monotonic()
        worker.send(sign)
        done = await worker.end(seconds=30)
        assert time.monotonic() - asked < 30
    assert done.code == 0, done.err
    assert "worker_stopped" in done.err
    assert "Traceback" not in done.err


async def test_a_worker_that_finds_no_database_says_so(shell: Shell) -> None:
    done = await shell.hasty("worker", DATABASE_URL="postgresql://u:secret@127.0.0.1:9/x")
    assert done.code == 5, done.err
    assert "DATABASE_URL" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("times", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_a_demo_is_a_document_for_programs_and_replaces_an_earlier_one(
    shell: Shell, times: int
) -> None:
    """On the servers of the test run; starting servers of its own is tried elsewhere."""
    for _ in range(times):
        done = await shell("demo", "--out", "ds", "--json")
        assert done.code == 0, done.err
        assert adds_up(done.document)
        assert done.document["job"]["accepted"] == 54
    assert (shell.folder / "ds" / "report.html").is_file()
