"""`pixcrawler sources`, as a user runs it."""

import pytest

from pixcrawler.adapters.sources import SOURCES
from tests.e2e.conftest import Shell
from tests.servers.api import Fault
from tests.servers.openverse import OpenverseServer


async def test_every_source_is_listed_with_what_switches_it_on(shell: Shell) -> None:
    done = await shell("sources", "list", SOURCE_MET_ENABLED="false", SOURCE_FLICKR_API_KEY="hush")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[1 : len(SOURCES) + 1]] == list(SOURCES)
    rows = {line.split()[0]: line for line in lines[1 : len(SOURCES) + 1]}
    assert rows["flickr"].split()[1:3] == ["yes", "set"]
    assert rows["brave"].split()[1:3] == ["no", "missing"]
    assert "unknown" in rows["bing"]
    assert "met is off: set SOURCE_MET_ENABLED=true" in lines
    assert "brave is off: set SOURCE_BRAVE_API_KEY" in lines
    assert "hush" not in done.out + done.err


async def test_a_source_without_what_it_needs_is_a_mistake_in_the_settings(shell: Shell) -> None:
    done = await shell("sources", "list", SOURCE_SEARXNG_ENABLED="true")
    assert done.code == 2
    assert "SOURCE_SEARXNG_BASE_URL is not set: name your instance" in done.err


@pytest.mark.parametrize(
    ("source", "words"),
    [("flikr", "There is no source 'flikr'"), ("bing", "switched off: set SOURCE_BING_ENABLED=true")],
)
async def test_what_cannot_be_probed_is_wrong_usage(shell: Shell, source: str, words: str) -> None:
    done = await shell("sources", "check", source)
    assert (done.code, done.out) == (2, "")
    assert words in done.err


async def test_a_probe_says_how_it_went_and_ends_with_5_where_a_source_is_away(shell: Shell) -> None:
    others = {f"SOURCE_{id_.upper()}_ENABLED": "false" for id_ in SOURCES if id_ != "openverse"}
    async with OpenverseServer(3) as server:
        server.works[0]["title"] = "Cat"
        asked = others | {
            "SOURCE_OPENVERSE_BASE_URL": server.base_url,
            "SOURCE_OPENVERSE_INTERVAL": "0",
            "FETCH_ATTEMPTS": "1",
            "FETCH_ALLOWED_PRIVATE_NETWORKS": f"127.0.0.1:{server.port}",
        }
        well = await shell("sources", "check", **asked)
        server.faults.append(Fault(status=403, body="go away"))
        blocked = await shell("sources", "check", "openverse", "--json", **asked)
    gone = await shell("sources", "check", **asked)
    assert (well.code, well.out) == (0, "openverse: Openverse answers: 1 results for “cat”.\n")
    assert blocked.code == 5
    (told,) = blocked.document["sources"]
    assert (told["id"], told["ok"], told["error_code"]) == ("openverse", False, "SOURCE_BLOCKED")
    assert "go away" in told["message"]
    assert gone.code == 5
    assert "Openverse cannot be reached" in gone.out
