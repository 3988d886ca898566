"""The file with the local superuser's key."""

import os
from pathlib import Path

import pytest

from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.entrypoints.cli.key_file import write_key_file

KEY = "pxc_test_" + "k" * 36


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_its_owner_may_read_it(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        path = write_key_file(tmp_path, KEY)
    finally:
        os.umask(before)
    assert path == tmp_path / "superuser.key"
    assert path.stat().st_mode & 0o777 == 0o600 & ~umask
    path.chmod(0o600)
    assert path.read_text() == KEY + "\n"


def test_the_folder_is_made(tmp_path: Path) -> None:
    assert write_key_file(tmp_path / "a" / "b", KEY).is_file()


def test_an_earlier_file_is_replaced_at_once_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    earlier = tmp_path / "superuser.key"
    earlier.write_text("old")
    earlier.chmod(0o644)
    path = write_key_file(tmp_path, KEY)
    assert path.read_text() == KEY + "\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_what_it_points_to_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("somebody else's")
    (tmp_path / "superuser.key").symlink_to(target)
    path = write_key_file(tmp_path, KEY)
    assert not path.is_symlink()
    assert target.read_text() == "somebody else's"


def test_a_folder_that_cannot_be_one_is_told_without_the_key(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="createsuperuser") as caught:
        write_key_file(tmp_path / "file", KEY)
    assert str(tmp_path / "file") in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_folder_in_its_place_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "superuser.key").mkdir()
    with pytest.raises(Unavailable):
        write_key_file(tmp_path, KEY)
    assert [path.name for path in tmp_path.iterdir()] == ["superuser.key"]
