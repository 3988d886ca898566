"""Tar files that are made by arithmetic."""

import io
import tarfile

import pytest

from pixcrawler.adapters.exporters import ustar

FILES = {"a.jpg": 0, "b.jpg": 1, "c.cls": 511, "d.json": 512, "e": 100_000}


def made(files: dict[str, int] = FILES) -> bytes:
    body = b"".join(ustar.joined((name.encode(), b"x" * size) for name, size in files.items()))
    return body + ustar.end(len(body))


class Pipe(io.BytesIO):
    """Read once from its start, a few bytes at a time."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 700))


def test_the_bytes_are_those_of_tarfile() -> None:
    theirs = io.BytesIO()
    with tarfile.open(fileobj=theirs, mode="w", format=tarfile.USTAR_FORMAT) as file:
        for name, size in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = size
            file.addfile(member, io.BytesIO(b"x" * size))
    assert made() == theirs.getvalue()


def test_the_room_of_members_is_known_before_they_are_made() -> None:
    assert len(b"".join(ustar.joined([(b"a", b"x" * 700)]))) == ustar.room(700)


@pytest.mark.parametrize("file", [io.BytesIO, Pipe])
def test_members_are_read_again_but_for_those_that_are_passed_over(file: type[io.BytesIO]) -> None:
    found = {name: (size, content) for name, size, content in ustar.members(file(made()), skip="e")}
    assert {name: size for name, (size, _) in found.items()} == FILES
    assert found["d.json"][1] == b"x" * 512


def test_a_file_that_was_cut_off_is_told() -> None:
    with pytest.raises(ValueError, match="ends in a member"):
        list(ustar.members(io.BytesIO(made()[:50_000]), skip=".jpg"))


@pytest.mark.parametrize("place", [0, 130, 150, 300])
def test_a_header_that_was_changed_is_told(place: int) -> None:
    damaged = bytearray(made())
    damaged[place] ^= 1
    with pytest.raises(ValueError, match="no header"):
        list(ustar.members(io.BytesIO(bytes(damaged)), skip=".jpg"))
