"""What is sent to ``/images``."""

import msgspec

from pixcrawler.application.crawling.review_copy import CopyReview


class ChangeImage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`review` is what you say of an image that was rejected as a copy."""

    review: CopyReview
