"""Which images a version gets: read, named and selected."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from pixcrawler.application.datasets.selected import Selected
from pixcrawler.application.ports.datasets import Description
from pixcrawler.application.ports.inspector import NearDuplicates
from pixcrawler.application.ports.labels import AcceptedImage
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.job import CrawlJob
from pixcrawler.domain.crawling.settle import Review
from pixcrawler.domain.datasets.offered import Offered
from pixcrawler.domain.datasets.selecting import select
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.imaging.labels import Choice, LabelSource, ModelRules, chosen
from pixcrawler.domain.imaging.prints import Prints
from pixcrawler.domain.imaging.quality import MEASURED, Scores
from pixcrawler.domain.shared.ids import ImageId

TRUST = (
    LabelSource.PERSON,
    LabelSource.MODEL,
    LabelSource.TAXON,
    LabelSource.CATEGORY,
    LabelSource.QUERY,
)
"""The most trusted first."""


@dataclass
class Choosing:
    """The accepted images of some jobs. ``offered`` is filled only where there is something to choose: all
    images of one job are no choice."""

    selection: Selection
    rules: ModelRules
    selected: Selected = field(default_factory=Selected)
    offered: list[Offered] = field(default_factory=list)

    async def read(self, tx: UnitOfWork, jobs: Sequence[CrawlJob]) -> None:
        several = any(job.spec.conflicts is Conflicts.MULTI for job in jobs)
        async for page in tx.versions.accepted([job.id for job in jobs]):
            described: dict[ImageId, Description] = {}
            if not self.selection.is_whole_job:
                described = await tx.versions.described([image.id for image in page])
            for image in page:
                choice = chosen(image.labels, threshold=self.rules.threshold, several=several)
                if image.id in described:
                    self.offered.append(_offered(image, choice, described[image.id]))
                elif not self.selection.is_whole_job:
                    continue  # rejected between two statements
                self.selected.add(image, choice)

    async def made(self, near_duplicates: NearDuplicates) -> Selected:
        """Raises EmptySelection."""
        if self.selection.is_whole_job and len(self.selected):
            return self.selected

        def alike(numbers: Sequence[int], level: str) -> list[tuple[int, int]]:
            return near_duplicates.pairs(Prints(self.selected.look(number) for number in numbers), level)

        picks = await asyncio.to_thread(select, self.selection, self.offered, alike)
        return await asyncio.to_thread(self.selected.narrowed, picks)


def _offered(image: AcceptedImage, choice: Choice | None, told: Description) -> Offered:
    label = image.label if choice is None else choice.label
    fallback = (label,) if label else ()
    return Offered(
        job=image.job,
        sha256=image.sha256,
        label=label,
        labels=fallback if choice is None else choice.labels,
        trust=len(TRUST) if choice is None else TRUST.index(choice.source),
        rank=told.rank,
        width=image.look.width,
        height=image.look.height,
        bytes=told.bytes,
        format=told.format,
        license=told.license,
        source=told.source,
        validation=told.validation,
        scores=None if told.scores is None else _numbers(told.scores),
        issues=() if told.scores is None else tuple(told.scores.issues),
        preferred=told.review == Review.PREFERRED,
        apart=told.review == Review.APART,
        reviewed=told.reviewed,
        retrieved_at=told.retrieved_at,
    )


def _numbers(scores: Scores) -> dict[str, float]:
    return {name: getattr(scores, name) for name in MEASURED}
