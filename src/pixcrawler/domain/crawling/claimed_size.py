"""Sizes as sources claim them, who write anything."""

import msgspec

from pixcrawler.domain.crawling.candidate import Candidate

LONGEST_SIDE = 2**31 - 1
"""Pixels. What claims more, or less than one, claims nothing."""


def with_sober_size(candidate: Candidate) -> Candidate:
    """Without a width or a height that no picture has."""
    sizes = {"width": candidate.width, "height": candidate.height}
    wrong = {name: None for name, side in sizes.items() if side is not None and not 0 < side <= LONGEST_SIDE}
    return msgspec.structs.replace(candidate, **wrong) if wrong else candidate
