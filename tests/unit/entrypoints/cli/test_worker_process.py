"""The worker of a command."""

from pathlib import Path

import pytest

from pixcrawler.entrypoints.cli.worker_process import LogNotWritable, WorkerProcess


def test_a_home_that_takes_no_log_is_told_before_a_worker_starts(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    worker = WorkerProcess("local:a", tmp_path, {}, tmp_path / "home" / "logs" / "one.log", None)
    with pytest.raises(LogNotWritable, match="set PIXCRAWLER_HOME to a folder of yours"):
        worker.start()
