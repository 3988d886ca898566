"""`pixcrawler admin createsuperuser`, as people and scripts use it."""

import re

import pytest

from tests.e2e.conftest import Shell

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
