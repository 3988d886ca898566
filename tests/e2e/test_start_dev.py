"""`scripts/start-dev.sh` on machines that lack something."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.processes import Finished, finished

SCRIPT = Path(__file__).parents[2] / "scripts/start-dev.sh"
ALWAYS_THERE = ("sh", "dirname", "uname", "grep", "ldd")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with all the programs that this machine has."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ALWAYS_THERE:
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def _put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(stat.S_IRWXU)


async def _run(programs: Path, tmp_path: Path) -> Finished:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHON"}
    return await finished(env={**environ, "PATH": str(programs)}, cwd=tmp_path, command=str(SCRIPT))


async def test_all_that_is_missing_is_told_at_once(programs: Path, tmp_path: Path) -> None:
    done = await _run(programs, tmp_path)
    assert done.code == 1
    assert done.sentences[0] == "start-dev: this machine lacks"
    assert [line.split()[1].rstrip(".") for line in done.sentences[1:]] == ["make", "Python"]
    assert "apt install python3" in done.err


async def test_a_python_that_is_too_old_does_not_count(programs: Path, tmp_path: Path) -> None:
    _put(programs, "make", "exit 0")
    _put(programs, "python3", "exit 1")
    done = await _run(programs, tmp_path)
    assert done.code == 1
    assert "Python 3.11" in done.err


async def test_a_python_without_venv_is_told_apart(programs: Path, tmp_path: Path) -> None:
    _put(programs, "make", "exit 0")
    _put(programs, "python3", 'case "$2" in *venv*) exit 1 ;; esac')
    done = await _run(programs, tmp_path)
    assert done.code == 1
    assert "the venv module of python3" in done.err


async def test_a_set_up_that_fails_ends_it(programs: Path, tmp_path: Path) -> None:
    _put(programs, "make", "echo no index within reach >&2; exit 2")
    _put(programs, "python3", "exit 0")
    done = await _run(programs, tmp_path)
    assert (done.code, done.err) == (2, "no index within reach\n")
