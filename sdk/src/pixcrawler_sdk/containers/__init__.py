"""Folders and archives, looked through without unpacking anything to disk."""

from pathlib import Path

from pixcrawler_sdk.containers.base import PIECE, Broken, Container, Kind, Member, told, told_plainly
from pixcrawler_sdk.containers.folder import Folder
from pixcrawler_sdk.containers.seven_zip import SevenZip
from pixcrawler_sdk.containers.tar_file import Forward, Tar, tar_members
from pixcrawler_sdk.containers.tar_zst import TarZst
from pixcrawler_sdk.containers.zip_file import Zip
from pixcrawler_sdk.errors import DatasetNotFoundError
from pixcrawler_sdk.limits import Limits

__all__ = [
    "PIECE",
    "Broken",
    "Container",
    "Forward",
    "Kind",
    "Member",
    "opened",
    "tar_members",
    "told",
    "told_plainly",
]

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
ZSTD = b"\x28\xb5\x2f\xfd"
USTAR, USTAR_AT = b"ustar", 257


def opened(path: Path, limits: Limits) -> Container:
    """What stands at the path, known by its first bytes and not by its name.

    Raises:
        DatasetNotFoundError: there is nothing.
        MissingDependencyError: an archive of this kind needs an optional library.
        Broken: it is neither a folder nor an archive that a dataset comes in, or a broken one.
        OSError: it cannot be read.
    """
    if path.is_dir():
        return Folder(path)
    if not path.exists():
        raise DatasetNotFoundError(f"There is nothing at {path}")
    if not path.is_file():
        raise Broken("it is neither a folder nor a file")
    with path.open("rb") as file:
        head = file.read(USTAR_AT + len(USTAR))
    if head.startswith(ZIP):
        return Zip(path, limits)
    if head.startswith(SEVEN_ZIP):
        return SevenZip(path, limits)
    if head.startswith(ZSTD):
        return TarZst(path)
    if head[USTAR_AT:] == USTAR:
        return Tar(path)
    raise Broken("it is no zip, tar, tar.zst or 7z" if head else "the file is empty")
