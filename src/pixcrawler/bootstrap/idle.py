"""What a process has that works on no tasks: nothing that fetches, decodes or rings."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from pixcrawler.application.ports.bells import Bells
from pixcrawler.application.ports.converter import Converter
from pixcrawler.application.ports.fetcher import Fetcher
from pixcrawler.application.ports.inspector import Inspector, NearDuplicates, Readable
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.repack import Repacker
from pixcrawler.application.ports.report import Report, ReportWriter
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion
from pixcrawler.domain.imaging.prints import Album
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.validation import Validation


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Tools:
    """What working on tasks takes."""

    fetcher: Fetcher
    inspector: Inspector
    near_duplicates: NearDuplicates
    converter: Converter
    reports: ReportWriter
    repacker: Repacker
    bells: Bells


class Idle:
    """Stands for all that working on tasks takes; refuses to be used.

    So a command that only asks loads no image library and starts no child process.
    """

    async def fetch(self, url: str) -> NoReturn:
        raise _refusal(f"fetch {url}")

    async def inspect(self, body: Readable, level: Validation = Validation.STANDARD) -> NoReturn:  # noqa: ARG002
        raise _refusal("inspect")

    async def glance(self, body: Readable) -> NoReturn:  # noqa: ARG002
        raise _refusal("look at colours")

    async def thumbnail(self, descriptor: int, side: int) -> NoReturn:  # noqa: ARG002
        raise _refusal("make a thumbnail")

    def pairs(self, pictures: Album, level: str) -> NoReturn:  # noqa: ARG002
        raise _refusal("look for near-duplicates")

    def sought(self, pictures: Album, level: str) -> NoReturn:  # noqa: ARG002
        raise _refusal("look for near-duplicates")

    async def convert(self, picture: bytes, conversion: Conversion) -> NoReturn:  # noqa: ARG002
        raise _refusal("convert a picture")

    async def prepare(self) -> NoReturn:
        raise _refusal("write a report")

    async def write(self, report: Report, into: Path) -> NoReturn:  # noqa: ARG002
        raise _refusal("write a report")

    async def pack(
        self,
        hot: ObjectStore,  # noqa: ARG002
        key: str,  # noqa: ARG002
        archive: Archive,  # noqa: ARG002
        *,
        warm: ObjectStore,  # noqa: ARG002
        into: str,  # noqa: ARG002
    ) -> NoReturn:
        raise _refusal("pack an archive")

    async def unpack(
        self,
        warm: ObjectStore,  # noqa: ARG002
        key: str,  # noqa: ARG002
        archive: Archive,  # noqa: ARG002
        *,
        hot: ObjectStore,  # noqa: ARG002
        into: str,  # noqa: ARG002
    ) -> NoReturn:
        raise _refusal("unpack an archive")

    async def ring(self, lane: str, queue: str, *, wanted: int, most: int) -> NoReturn:  # noqa: ARG002
        raise _refusal("ring")

    def hear(self, lane: str, on_bell: Callable[[str], None]) -> AbstractAsyncContextManager[None]:  # noqa: ARG002
        raise _refusal("hear bells")


def _refusal(what: str) -> Unavailable:
    return Unavailable(f"This process works on no tasks, so it cannot {what}.")
