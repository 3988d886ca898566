"""What is sent to ``/images``."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.crawling.image_acts import CopyReview
from pixcrawler.domain.imaging.labels import MAX_LABELS
from pixcrawler.entrypoints.http.job_fields import Text


class ChangeImage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`review` is what you say of an image that was rejected as a copy, `labels` what an accepted one shows:
    its class first; none takes back what was said."""

    review: CopyReview | UnsetType = UNSET
    labels: Annotated[tuple[Text, ...], Meta(max_length=MAX_LABELS)] | UnsetType = UNSET
