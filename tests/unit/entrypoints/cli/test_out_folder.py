"""The folder of a crawl belongs to one process at a time."""

import fcntl
import os
from pathlib import Path

import pytest

from pixcrawler.entrypoints.cli.out_folder import LOCK, FolderInUse, FolderNotWritable, OutFolder


def test_who_comes_second_is_refused_however_often_it_tries(tmp_path: Path) -> None:
    folder = OutFolder(tmp_path / "ds")
    with folder.held():
        for _ in range(3):
            with pytest.raises(FolderInUse), folder.held():
                pass


def test_a_folder_that_was_let_go_of_can_be_held_again_and_no_lock_is_left(tmp_path: Path) -> None:
    folder = OutFolder(tmp_path / "ds")
    for _ in range(2):
        with folder.held():
            pass
    assert list(folder.path.iterdir()) == []


def test_a_lock_that_a_killed_process_left_behind_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    with OutFolder(tmp_path).held():
        pass


def test_a_lock_is_held_through_its_file_and_not_through_one_that_is_gone(tmp_path: Path) -> None:
    folder = OutFolder(tmp_path)
    with folder.held():
        late = os.open(tmp_path / LOCK, os.O_RDWR)
    fcntl.flock(late, fcntl.LOCK_EX)
    with folder.held(), pytest.raises(FolderInUse), folder.held():
        pass
    os.close(late)


def test_a_name_that_no_file_system_takes_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FolderNotWritable, match="cannot be written to: File name too long"):
        OutFolder(tmp_path / ("x" * 300)).check_free()


def test_a_folder_that_cannot_be_removed_stays_and_nothing_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    OutFolder(Path()).remove_if_empty()  # no process can remove "."
    assert tmp_path.is_dir()
