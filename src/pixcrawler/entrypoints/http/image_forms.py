"""What is sent to ``/images``."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.crawling.change_images import MOST, ImagesChange
from pixcrawler.application.crawling.image_acts import CopyReview
from pixcrawler.domain.imaging.labels import MAX_LABELS
from pixcrawler.domain.shared.ids import CandidateId
from pixcrawler.entrypoints.http.job_fields import Text
from pixcrawler.entrypoints.http.job_forms import sent

Labels = Annotated[tuple[Text, ...], Meta(max_length=MAX_LABELS)]


class ChangeImage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`review` says whether the image stays, `labels` what an accepted one shows: its class first; none takes
    back what was said."""

    review: CopyReview | UnsetType = UNSET
    labels: Labels | UnsetType = UNSET


class ChangeImagesForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of all of `image_ids`: `review`, `labels` or both, as for one image; or `delete` alone,
    which removes them for good."""

    image_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MOST)]
    review: CopyReview | UnsetType = UNSET
    labels: Labels | UnsetType = UNSET
    delete: bool = False

    @property
    def command(self) -> ImagesChange:
        return ImagesChange(
            images=tuple(CandidateId(one) for one in self.image_ids),
            review=sent(self.review),
            labels=sent(self.labels),
            delete=self.delete,
        )
