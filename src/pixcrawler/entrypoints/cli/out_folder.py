"""The folder that `crawl` writes to, and the note in it that makes resuming possible."""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.shared.errors import Conflict, Invalid, NotFound, StorageFull

NOTE = ".pixcrawler.json"
LOCK = ".pixcrawler.lock"
FULL = {28, 122}  # ENOSPC, EDQUOT


class NotOurFolder(Invalid):
    code = "NOT_OUR_FOLDER"


class FolderNotWritable(Invalid):
    code = "FOLDER_NOT_WRITABLE"


class NothingToResume(NotFound):
    code = "NOTHING_TO_RESUME"


class FolderInUse(Conflict):
    code = "FOLDER_IN_USE"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What a later `--resume` needs. ``folder`` is what the folder source reads; ``version_id`` and
    ``export_id`` are what is being packaged, and empty afterwards. What older releases did not write has a
    default."""

    job_id: str
    lane: str
    format: str
    split: str
    seed: int
    folder: str | None = None
    exact: bool = True
    archive: Archive | None = None
    conversion: Conversion | None = None
    shard_size: int | None = None
    version_id: str = ""
    export_id: str = ""


class OutFolder:
    """One folder, held by one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Raises FolderInUse while another process holds it."""
        descriptor = self._locked()
        try:
            yield
        finally:
            if os.fstat(descriptor).st_nlink:  # not when somebody has put another folder here
                (self.path / LOCK).unlink(missing_ok=True)
            os.close(descriptor)

    def _locked(self) -> int:
        """The lock's descriptor. One whose file was removed meanwhile, by who held it, locks nothing."""
        while True:
            try:
                self.path.mkdir(parents=True, exist_ok=True)
                descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError as error:
                raise self._told(error) from error
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(descriptor).st_nlink:
                    return descriptor
            except BlockingIOError as error:
                os.close(descriptor)
                told = f"Another `pixcrawler crawl` is writing to {self.path}"
                raise FolderInUse(f"{told}; wait for it or choose another --out.") from error
            os.close(descriptor)

    def check_free(self) -> None:
        """Raises NotOurFolder when something stands here that a new crawl would mix with or overwrite,
        FolderNotWritable when nobody can tell, such as for a name that is too long."""
        try:
            self._check_free()
        except OSError as error:
            raise self._told(error) from error

    def _check_free(self) -> None:
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise NotOurFolder(f"{self.path} is a file; choose a folder with --out.", field="out")
        if (self.path / NOTE).exists():
            message = f"{self.path} holds a crawl already; go on with --resume, or choose another --out."
            raise NotOurFolder(message, field="out")
        if any(entry.name != LOCK for entry in self.path.iterdir()):
            message = f"{self.path} is not empty and not ours; choose a new folder with --out."
            raise NotOurFolder(message, field="out")

    def read_note(self) -> Note:
        """Raises NothingToResume."""
        try:
            return msgspec.json.decode((self.path / NOTE).read_bytes(), type=Note)
        except (OSError, msgspec.DecodeError) as error:
            message = f"There is no crawl to resume in {self.path}; start one without --resume."
            raise NothingToResume(message) from error

    def write_note(self, note: Note) -> None:
        """Whole or not at all."""
        part = self.path / f"{NOTE}.part"
        try:
            part.write_bytes(msgspec.json.format(msgspec.json.encode(note)) + b"\n")
            part.rename(self.path / NOTE)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise self._told(error) from error

    def remove_if_empty(self) -> None:
        """After a failure before anything was begun; a folder that cannot be removed stays."""
        with contextlib.suppress(OSError):
            if not (self.path / NOTE).exists() and self.path.is_dir() and not any(self.path.iterdir()):
                self.path.rmdir()

    def _told(self, error: OSError) -> Exception:
        if error.errno in FULL:
            return StorageFull(f"The disk that holds {self.path} is full; make room and try again.")
        told = f"{self.path} cannot be written to: {error.strerror}; choose another folder with --out."
        return FolderNotWritable(told, field="out")


def folder_for(words: str) -> Path:
    """A new folder's name from keywords: ``dataset-red-fox``, with a number where that is taken."""
    slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60].strip("-") or "crawl"
    path = Path(f"dataset-{slug}")
    number = 2
    while path.exists():
        path = Path(f"dataset-{slug}-{number}")
        number += 1
    return path
