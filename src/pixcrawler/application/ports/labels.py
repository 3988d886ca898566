"""Labels of images: rows, so that what was said by whom can be compared and undone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.imaging.labels import Label
from pixcrawler.domain.imaging.prints import Print
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ImageId, UserId

LISTS = frozenset({"url_list", "folder"})
"""Sources whose labels are the user's own categories; other sources' labels are what they know."""
MOST_TAGS = 20
"""Tags of an image that become rows."""


class AcceptedImage(NamedTuple):
    """An image of a dataset, as far as its place there rests on it: ``label`` is the stored one, empty for
    none; ``labels`` all that is said of it but tags."""

    id: ImageId
    job: CrawlJobId
    sha256: str
    label: str
    look: Print
    labels: tuple[Label, ...] = ()


class ToJudge(msgspec.Struct, frozen=True):
    """An image that a model should look at, and the key of its file."""

    image: ImageId
    key: str


class ImageLabels(Protocol):
    """All methods belong to the unit of work that hands it out."""

    async def found(self, job: CrawlJob, labels: Mapping[ImageId, Sequence[str]]) -> None:
        """Write anew how each accepted image was found: the label of its keyword, the source's own, its tags.
        Where ``labels`` names an image, it was found under all of these, the first being its own."""
        ...

    async def said(self, job: CrawlJob) -> dict[ImageId, list[Label]]:
        """Accepted images about which a person or a model said something, with all their labels but tags."""
        ...

    async def said_of(self, images: Sequence[ImageId]) -> dict[ImageId, list[Label]]:
        """All labels but tags of those of these images that are accepted."""
        ...

    async def classes(self, job: CrawlJob) -> list[str]:
        """Labels that the job asked for, and those that its accepted images were found under, sorted."""
        ...

    async def open(self, job: CrawlJob) -> None:
        """A model is to look at the job's images; versions wait until ``close``."""
        ...

    async def close(self, job: CrawlJob) -> int:
        """How many pictures were ever sent. Harmless when nothing is open."""
        ...

    async def is_open(self, job: CrawlJob) -> bool: ...

    async def to_judge(
        self, job: CrawlJob, model: str, *, besides: Sequence[ImageId], most: int
    ) -> list[ToJudge]:
        """Accepted images about which neither this model nor a person said anything, by their digest."""
        ...

    async def reserve(self, job: CrawlJob, wanted: int, *, most: int) -> int:
        """How many of ``wanted`` may be sent so that the job sends ``most`` in all; they count as sent."""
        ...

    async def image_of(self, candidate: CandidateId) -> ImageId:
        """The accepted image that this address stands for. Raises ImageNotFound, or ImageHasNoFile for one
        that was not accepted."""
        ...

    async def of_image(self, image: ImageId) -> list[Label]: ...

    async def by_person(self, image: ImageId, labels: Sequence[str], *, by: UserId, at: datetime) -> None:
        """What people said of it before is replaced; no labels takes it back."""
        ...

    async def by_model(self, labels: Mapping[ImageId, Label], *, at: datetime) -> None:
        """Each replaces what the same model said before."""
        ...

    async def choose(self, labels: Mapping[ImageId, str | None]) -> None:
        """What images are listed under from now on."""
        ...
