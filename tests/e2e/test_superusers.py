"""`pixcrawler admin createsuperuser`, as people and scripts use it."""

import asyncio
import re
from asyncio.subprocess import PIPE

import msgspec
import pytest

from pixcrawler.bootstrap.open_app import open_app
from pixcrawler.domain.shared.actor import Role
from pixcrawler.settings import load_settings
from tests.e2e.conftest import Shell
from tests.processes import PIXCRAWLER

KEY = re.compile(r"pxc_(?:live|test)_[0-9A-Za-z]{36}")


async def test_the_key_is_all_of_stdout_and_nowhere_else(shell: Shell) -> None:
    loud = {"PIXCRAWLER_LOG_LEVEL": "debug", "DATABASE_ECHO": "true"}
    done = await shell("admin", "createsuperuser", **loud)
    assert done.code == 0, done.err
    key = done.out.rstrip("\n")
    assert KEY.fullmatch(key)
    assert "INSERT INTO api_keys" in done.err
    assert key[9:39] not in done.err


async def test_a_superuser_is_made_in_json_and_its_earlier_keys_end(shell: Shell) -> None:
    first = await shell("admin", "createsuperuser", "--name", "ann", "--json")
    second = await shell("admin", "createsuperuser", "--name", "ann", "--revoke-others", "--json")
    assert (first.code, second.code) == (0, 0), first.err + second.err
    documents = [first.document, second.document]
    assert {one["superuser"] for one in documents} == {"ann"}
    assert all(KEY.fullmatch(one["key"]) for one in documents)
    assert documents[0]["id"] != documents[1]["id"]
    assert documents[1]["scopes"] == ["*"]


@pytest.mark.parametrize(
    "name", ["a\nb", *(pytest.param(name, marks=pytest.mark.long) for name in ("", " ", "x" * 201))]
)
async def test_a_name_that_nobody_can_have_is_a_usage_error(shell: Shell, name: str) -> None:
    done = await shell("admin", "createsuperuser", "--name", name)
    assert done.code == 2
    assert "name" in done.err
    assert done.out == ""


@pytest.mark.long
async def test_an_account_is_made_promoted_and_given_a_new_password(shell: Shell) -> None:
    """Passwords come by stdin: what stands on a command line is read by everybody on the machine."""

    async def told(*arguments: str, password: str = "") -> tuple[int | None, str, str]:
        process = await asyncio.create_subprocess_exec(
            *(PIXCRAWLER, "admin", *arguments),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=dict(shell.environ),
            cwd=shell.folder,
        )
        out, err = await process.communicate(f"{password}\n".encode())
        return process.returncode, out.decode(), err.decode()

    ann = ("--email", "ann@example.org")
    first, second = "correct horse battery", "another horse altogether"
    assert (await told("createsuperuser", *ann, "--password-stdin", password="short"))[0] == 2
    done, out, err = await told("createsuperuser", *ann, "--password-stdin", "--json", password=first)
    assert (done, msgspec.json.decode(out)) == (0, {"superuser": "ann@example.org"}), err
    assert first not in out + err
    assert (await told("createsuperuser", *ann, "--existing"))[0] == 0
    assert (await told("createsuperuser", "--email", "bob@example.org", "--existing"))[0] == 4
    done, out, err = await told("reset_password", "ann@example.org", "--password-stdin", password=second)
    assert (done, second in out + err) == (0, False), err
    async with open_app(load_settings(shell.environ)) as app:
        session = await app.identity.provider.log_in("ann@example.org", second)
        assert (await app.identity.authenticate(session.access_token)).role is Role.SUPERUSER
