"""A page about a finished job that a person enjoys looking at."""

from pathlib import Path
from typing import Protocol

import msgspec

from pixcrawler.domain.datasets.statistics import Bin
from pixcrawler.domain.shared.reasons import Reason


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """One picture as it is shown. ``thumbnail`` is a JPEG, or None where there is none to show.

    ``file`` is the image's path relative to the report, with ``/``; None when it is not in the dataset.
    ``width`` and ``height`` are in pixels, ``bytes`` in bytes.
    """

    thumbnail: bytes | None
    width: int
    height: int
    bytes: int
    license: str = "unknown"
    license_url: str | None = None
    title: str | None = None
    author: str | None = None
    source: str = ""
    file: str | None = None
    image_url: str | None = None
    page_url: str | None = None


class LabelSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The contact sheet of one label: how many images it has, and those of them that are shown."""

    label: str
    images: int
    pictures: tuple[Picture, ...] = ()


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    """How many candidates were left after each step."""

    found: int
    downloaded: int
    valid: int
    unique: int
    kept: int


class Example(msgspec.Struct, frozen=True):
    """One rejected candidate. ``evidence`` is one short line."""

    url: str
    evidence: str = ""


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """All candidates rejected for one reason, with some examples."""

    reason: Reason
    count: int
    examples: tuple[Example, ...] = ()


class Copy(msgspec.Struct, frozen=True):
    """A picture that was dropped for a better copy. ``distance`` is how many of the 64 bits of the
    perceptual hashes differ; None says that the bytes are equal."""

    picture: Picture
    distance: int | None


class DuplicateSet(msgspec.Struct, frozen=True):
    """Versions of one picture: the one that stays, and the others."""

    kept: Picture
    dropped: tuple[Copy, ...]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """So many images have this licence or come from this source."""

    name: str
    count: int
    url: str | None = None


class Fact(msgspec.Struct, frozen=True):
    """A line about the job, such as ("Keywords", "cat, dog")."""

    name: str
    value: str


class Step(msgspec.Struct, frozen=True):
    """Something to do next; ``command`` or code is shown for copying."""

    text: str
    command: str | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on the page. The caller caps what is many: thumbnails, examples, duplicate sets.

    ``asked`` is how many images were wanted. ``missing`` are sentences that explain a shortfall.
    ``sizes`` and ``aspects`` count the images by their shorter side and by their shape. ``splits`` is
    split -> label -> images.
    ``duplicate_sets`` is how many there are in all, ``duplicates`` those that are shown. ``dataset`` is
    where the dataset stands, in words.
    """

    title: str
    tool: str
    asked: int
    images: int
    bytes: int
    funnel: Funnel
    dataset: str = ""
    facts: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    sheets: tuple[LabelSheet, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    duplicates: tuple[DuplicateSet, ...] = ()
    duplicate_sets: int = 0
    sizes: tuple[Bin, ...] = ()
    aspects: tuple[Bin, ...] = ()
    licenses: tuple[Share, ...] = ()
    sources: tuple[Share, ...] = ()
    label_sources: tuple[Share, ...] = ()
    splits: dict[str, dict[str, int]] = {}
    next_steps: tuple[Step, ...] = ()


class ReportWriter(Protocol):
    """One kind of page."""

    async def prepare(self) -> None:
        """Load what writing needs: for who has to wait for something else. It changes nothing else."""
        ...

    async def write(self, report: Report, into: Path) -> None:
        """Write the page into an existing folder, over an older one; it appears whole or not at all.

        Raises StorageFull when the disk has no room, Unavailable when the folder cannot be written to.
        """
        ...
