"""What a strict look is held to, in jobs that are made from now on."""

import msgspec

from pixcrawler.domain.shared.validation import Thresholds
from pixcrawler.settings import Settings


def thresholds(settings: Settings) -> Thresholds:
    return Thresholds(**msgspec.structs.asdict(settings.validation))
