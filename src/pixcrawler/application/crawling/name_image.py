"""Saying what an image shows."""

from collections.abc import Sequence

from pixcrawler.application.crawling.image_acts import choose_labels, name_image
from pixcrawler.application.crawling.written import note_image
from pixcrawler.application.ports.clock import Clock
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.application.use_case import use_case
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.crawling.errors import ImageNotFound, InvalidLabels
from pixcrawler.domain.crawling.terms import tidy
from pixcrawler.domain.imaging.labels import MAX_LABEL_LENGTH, MAX_LABELS, ModelRules
from pixcrawler.domain.shared.actor import WRITE, Actor
from pixcrawler.domain.shared.ids import CandidateId


@use_case
class NameImage:
    """Write down a person's labels, which all later dataset versions use before anybody else's. The first
    is the class; none takes back what was said."""

    transaction: Transaction
    rules: ModelRules
    clock: Clock

    async def __call__(self, image: CandidateId, labels: Sequence[str], *, by: Actor) -> None:
        """Raises ImageNotFound, ImageHasNoFile for one that was not accepted, InvalidLabels, ScopeMissing."""
        by.must(WRITE)
        names = checked_labels(labels)
        async with self.transaction() as tx:
            job = await tx.crawl_jobs.locked(await tx.candidates.job_of(image))
            if not by.may_see(job.owner_id):
                raise ImageNotFound(f"There is no image {image}.")
            picture = await name_image(tx, image, names, by=by.id, at=self.clock.now())
            await choose_labels(tx, job, [picture], rules=self.rules)
            note_image(tx, Act.IMAGE_CHANGED, image, job, by=by, labels=", ".join(names))
            await tx.commit()


def checked_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Without blanks around and repeats. Raises InvalidLabels when one is empty or too long, or too many."""
    names = tuple(dict.fromkeys(tidy(label) for label in labels))
    if len(names) > MAX_LABELS or not all(1 <= len(name) <= MAX_LABEL_LENGTH for name in names):
        message = f"An image has at most {MAX_LABELS} labels of 1 to {MAX_LABEL_LENGTH} characters."
        raise InvalidLabels(message, field="labels")
    return names
