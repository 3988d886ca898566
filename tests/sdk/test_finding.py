"""What is no dataset, or no part of one, though it stands where one could."""

from pathlib import Path

import pytest

import pixcrawler_sdk as pix
from tests.sdk import made
from tests.sdk.made import dataset
from tests.sdk.test_verify import found


def test_nothing_and_folders_of_others_are_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        pix.verify(tmp_path / "nothing")
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(pix.DatasetNotFoundError) as raised:
        pix.verify(tmp_path)
    assert "made" not in str(raised.value)
    archive = made.as_tar_zst(dataset(), tmp_path)
    archive.with_suffix("").unlink()
    with pytest.raises(pix.DatasetNotFoundError, match=r"is it in .*made\.tar\.zst"):
        pix.verify(tmp_path)


@pytest.mark.parametrize("name", ["SHA256SUMS", "stats.json"])
def test_a_folder_of_the_name_of_a_describing_file_is_not_that_file(name: str, tmp_path: Path) -> None:
    files = dataset()
    folder = made.as_folder({other: files[other] for other in files if other != name}, tmp_path)
    (folder / name).mkdir()
    assert set(found(folder)) == {("missing", name)}
