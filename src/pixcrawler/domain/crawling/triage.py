"""What can be refused before anything is fetched, by the source's own description."""

from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.filters import SafeSearch
from pixcrawler.domain.crawling.spec import JobSpec, SizeRules
from pixcrawler.domain.crawling.terms import mentions
from pixcrawler.domain.shared.licenses import allows
from pixcrawler.domain.shared.reasons import Reason

BY_DESCRIPTION = (Reason.LICENSE, Reason.EXCLUDED, Reason.MATURE, Reason.TOO_SMALL, Reason.TOO_LARGE)
"""What a description may be refused for."""


def refusal(spec: JobSpec, found_as: Candidate, *, keyword: int = 0) -> Reason | None:
    """The reason not to ask for it as it is described here, found by the keyword with this number, or None.
    Unknown sizes refuse nothing.

    Sources may describe one picture differently. Each description stands for itself: where it is refused,
    the picture was not found there; where another one passes, it was. So who came first decides nothing.
    """
    if not allows(found_as.license, spec.filters.license):
        return Reason.LICENSE
    excluded = spec.filters_of(keyword).exclude
    if excluded and any(mentions(text, excluded) for text in (found_as.title or "", *found_as.tags)):
        return Reason.EXCLUDED
    if found_as.mature and spec.filters.safe_search is not SafeSearch.OFF:
        return Reason.MATURE
    return _by_size(spec.rules, found_as)


def _by_size(rules: SizeRules, found_as: Candidate) -> Reason | None:
    width, height = found_as.width, found_as.height
    if not width or not height:
        return None
    if rules.min_size and (width < rules.min_size[0] or height < rules.min_size[1]):
        return Reason.TOO_SMALL
    if rules.max_size and (width > rules.max_size[0] or height > rules.max_size[1]):
        return Reason.TOO_LARGE
    return None
