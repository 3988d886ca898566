"""The lines of a stored manifest, whatever the blocks in which they are read."""

import os
from pathlib import Path

import pytest

from pixcrawler.application.datasets import stored_manifest
from pixcrawler.application.datasets.stored_manifest import Lines
from pixcrawler.domain.shared.errors import Unavailable


def lines_of(path: Path, content: bytes) -> Lines:
    path.write_bytes(content)
    return Lines(os.open(path, os.O_RDONLY))


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_lines_are_whole_across_blocks_and_come_again(tmp_path: Path, ending: bytes) -> None:
    block = stored_manifest.BLOCK
    expected = [b"a" * (block - 1), b"b", b"c" * (3 * block), b"", b"d"]
    lines = lines_of(tmp_path / "lines", b"\n".join(expected) + ending)
    assert list(lines) == expected
    assert list(lines) == expected


def test_somebody_who_still_reads_keeps_the_file_open(tmp_path: Path) -> None:
    reading = iter(lines_of(tmp_path / "lines", b"one\ntwo\n"))
    assert list(reading) == [b"one", b"two"]


def test_a_disk_that_fails_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="manifest cannot be read"):
        next(iter(Lines(os.open(tmp_path, os.O_RDONLY))))
