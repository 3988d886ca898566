"""What a crawl says at its end."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.entrypoints.cli.crawling_run import Outcome
from pixcrawler.entrypoints.cli.exits import Exit
from pixcrawler.entrypoints.cli.outcome import document, exit_of, tell
from tests.fakes.aggregates import Aggregates

MIXED = {"timeout": 4, "http_404": 9, "http_5xx": 2, "rate_limited": 1_000}
PASSING = (
    "1,006 candidates failed for reasons that may pass (rate_limited 1,000, timeout 4, http_5xx 2);"
    " try them again with: pixcrawler crawl --resume --out ds"
)


def outcome(*, exact: bool = False, packed: bool = True, **changes: Any) -> Outcome:
    """Of a crawl of a list, which promises no number, unless ``exact``."""
    make = Aggregates(uuid4)
    values = {"max_images": 2_000, "found": 1_016, "accepted": 1, "reasons": MIXED, **changes}
    job: CrawlJob = make.job(make.project(make.profile()), status=JobStatus.COMPLETED, **values)
    version = make.version(make.dataset(job), status=BuildStatus.READY)
    export = make.export(version, status=BuildStatus.READY, images=job.accepted)
    made: dict[str, Any] = {"version": version, "export": export} if packed else {}
    return Outcome(job=job, out=Path("ds"), exact=exact, troubles=(), **made)


@pytest.mark.parametrize("exact", [True, False], ids=["a number was asked for", "a list"])
@pytest.mark.parametrize("packed", [True, False], ids=["some images", "none"])
def test_partial_success_says_once_what_may_pass_and_how_to_try_it_again(
    exact: bool, packed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = outcome(exact=exact, packed=packed, **({} if packed else {"accepted": 0}))
    tell(ended)
    lines = [line.strip() for line in capsys.readouterr().err.splitlines()]
    assert exit_of(ended) is Exit.PARTIAL
    assert lines.count(PASSING) == 1


def test_only_a_report_that_is_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = outcome()
    tell(ended)
    told = capsys.readouterr()
    assert document(ended)["report"] is None
    assert "report.html" not in told.out + told.err
    assert "The report could not be written; with room for it: pixcrawler crawl --resume --out ds" in told.err
    Path("ds").mkdir()
    Path("ds/report.html").touch()
    tell(ended)
    told = capsys.readouterr()
    assert document(ended)["report"] == "ds/report.html"
    assert "report   ds/report.html" in told.out
    assert "could not be written" not in told.err


def test_dead_links_of_a_list_are_not_worth_another_try(capsys: pytest.CaptureFixture[str]) -> None:
    ended = outcome(reasons={"http_404": 9, "robots": 2})
    tell(ended)
    assert exit_of(ended) is Exit.OK
    assert "try them again" not in capsys.readouterr().err


def test_what_failed_beside_enough_images_is_not_worth_another_try(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = outcome(max_images=10, accepted=10)
    tell(ended)
    assert exit_of(ended) is Exit.OK
    assert "try them again" not in capsys.readouterr().err
