"""Which failure of a task gives which exit code."""

import pytest

from pixcrawler.adapters.postgres.engine import DatabaseUnavailable
from pixcrawler.domain.crawling.errors import SourceError
from pixcrawler.domain.datasets.errors import BrokenManifest, ExportMismatch
from pixcrawler.domain.shared.errors import Forbidden, Invalid, NotFound, StorageFull, code_of
from pixcrawler.entrypoints.cli.exits import Exit, TaskFailed, exit_code, exit_of_task


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ExportMismatch("It has other bytes."), Exit.VERIFICATION),
        (BrokenManifest("It is damaged."), Exit.VERIFICATION),
        (DatabaseUnavailable("It does not answer."), Exit.UNAVAILABLE),
        (SourceError("openverse", "It does not answer."), Exit.UNAVAILABLE),
        (StorageFull("No room."), Exit.FAILURE),
        (Forbidden("Not there."), Exit.FAILURE),
        (NotFound("It is gone."), Exit.FAILURE),
        (Invalid("It is odd."), Exit.FAILURE),
        (KeyError("a bug"), Exit.FAILURE),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_task_met_decides(error: Exception, expected: Exit) -> None:
    failed = TaskFailed("It could not be made.", code=code_of(error))
    assert exit_code(failed) is exit_of_task(code_of(error)) is expected


def test_what_failed_without_a_code_is_a_failure() -> None:
    failed = TaskFailed("It could not be made.", code=None)
    assert (failed.code, exit_code(failed), exit_of_task(None)) == ("TASK_FAILED", Exit.FAILURE, Exit.FAILURE)
