"""What the embedded servers' logs say."""

import asyncio
from pathlib import Path

import pytest

from pixcrawler.entrypoints.cli.supervision.following import followed, worth_telling

STAMP = "2026-11-21 12:57:10.084 UTC [13663] "


@pytest.mark.parametrize(
    "line",
    [
        STAMP + "FATAL:  terminating connection due to administrator command",
        STAMP + "ERROR:  deadlock detected",
        STAMP + "WARNING:  out of something",
        STAMP + "LOG:  database system is ready to accept connections",
        STAMP + "LOG:  server process (PID 7) was terminated by signal 9: Killed",
        "13889:M 21 Nov 2026 12:57:16.908 # Valkey is now ready to exit, bye bye...",
        "13889:M 21 Nov 2026 12:57:16.908 * Ready to accept connections tcp",
    ],
)
def test_warnings_ends_and_beginnings_are_told(line: str) -> None:
    assert worth_telling((line,))


@pytest.mark.parametrize(
    "line",
    [
        STAMP + "LOG:  checkpoint starting: time",
        STAMP + "STATEMENT:  SELECT 1",
        STAMP + "DETAIL:  Key (name)=(what a user wrote) already exists.",
        "13889:M 21 Nov 2026 12:57:16.904 * Background saving started by pid 7",
    ],
)
def test_daily_business_is_not(line: str) -> None:
    assert not worth_telling((line,))


async def test_a_log_is_followed_from_now_on_also_after_it_was_emptied(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text(STAMP + "FATAL:  before we came, and quite a long line\n")
    told = followed(log)
    heard = asyncio.ensure_future(anext(told))
    await asyncio.sleep(0)
    with log.open("a") as file:
        file.write(STAMP + "FATAL:  one\n")
    assert await asyncio.wait_for(heard, 10) == (STAMP + "FATAL:  one",)
    heard = asyncio.ensure_future(anext(told))
    log.write_text(STAMP + "FATAL:  two\n")
    assert await asyncio.wait_for(heard, 10) == (STAMP + "FATAL:  two",)
    await told.aclose()
