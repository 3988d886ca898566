"""What can be refused before anything is fetched, by the source's own description."""

from pixcrawler.domain.crawling.licenses import allows
from pixcrawler.domain.crawling.spec import JobSpec
from pixcrawler.domain.shared.reasons import Reason


def refusal(
    spec: JobSpec, license_id: str, words: str, width: int | None, height: int | None
) -> Reason | None:
    """The reason not to ask for it, or None. Claimed sizes are in pixels; unknown ones refuse nothing."""
    if not allows(license_id, spec.filters.license):
        return Reason.LICENSE
    if spec.filters.exclude:
        found = words.casefold()
        if any(word.casefold() in found for word in spec.filters.exclude):
            return Reason.EXCLUDED
    smallest = spec.rules.min_size
    if smallest and width and height and (width < smallest[0] or height < smallest[1]):
        return Reason.TOO_SMALL
    return None
