"""A run that leaves a process behind fails, however the process was left."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.leftovers import MARK, is_running, leftovers

SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def mark() -> str:
    return uuid.uuid4().hex


@pytest.fixture
def orphan(mark: str) -> Iterator[psutil.Process]:
    """A process that has left its session and whose parent is gone."""
    starter = (
        "import subprocess, sys; null = subprocess.DEVNULL; print(subprocess.Popen("
        f"[sys.executable, '-c', {SLEEP!r}], start_new_session=True, stdout=null, stderr=null).pid)"
    )
    environ = {**os.environ, MARK: mark}
    done = subprocess.run(
        [sys.executable, "-c", starter], env=environ, capture_output=True, text=True, check=True
    )
    process = psutil.Process(int(done.stdout))
    yield process
    process.kill()


def test_an_orphan_is_found_by_its_mark(mark: str, orphan: psutil.Process, tmp_path: Path) -> None:
    assert orphan in leftovers(mark, tmp_path)
    assert orphan not in leftovers("another run", tmp_path)


def test_a_process_is_found_by_the_folder_it_works_in(mark: str, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP, str(tmp_path)]) as process:
        try:
            assert process.pid in [found.pid for found in leftovers(mark, tmp_path)]
        finally:
            process.kill()


@pytest.mark.long
def test_a_run_with_a_leftover_fails_says_what_it_was_and_ends_it(tmp_path: Path) -> None:
    """A whole run in a process of its own, with the project's conftest."""
    (tmp_path / "test_leaves.py").write_text(
        "import pathlib, subprocess, sys\n"
        "def test_passes():\n"
        f"    left = subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session=True)\n"
        "    left.returncode = 0  # so that Python does not complain of it\n"
        f"    pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(left.pid))\n"
    )
    pytest_alone = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-q"]
    done = subprocess.run(
        [*pytest_alone, "--rootdir", tmp_path, tmp_path / "test_leaves.py"],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTEST_LEFTOVER_PATIENCE": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert "processes left running" in done.stdout
    assert SLEEP in done.stdout
    left = int((tmp_path / "pid").read_text())
    assert not psutil.pid_exists(left) or not is_running(psutil.Process(left))
