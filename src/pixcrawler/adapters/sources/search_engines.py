"""What the search engines of the web have in common: no API, no word on licences, pages without an end."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from pixcrawler.adapters.sources.factory import RobotsRules
from pixcrawler.application.ports.source import SearchPage, SourceInfo
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.errors import SourceBlocked, SourceKeyRefused, SourceUnreachable
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.urls import normalise_url
from pixcrawler.domain.shared.licenses import UNKNOWN, allows
from pixcrawler.domain.shared.reasons import Reason

LICENSES = "unknown: search engines tell no licences, and PixCrawler guesses none"

COUNTRIES = {
    "ar": "XA", "bg": "BG", "ca": "ES", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US",
    "es": "ES", "et": "EE", "fi": "FI", "fr": "FR", "he": "IL", "hr": "HR", "hu": "HU", "id": "ID",
    "it": "IT", "ja": "JP", "ko": "KR", "lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL", "no": "NO",
    "pl": "PL", "pt": "PT", "ro": "RO", "ru": "RU", "sk": "SK", "sl": "SI", "sv": "SE", "th": "TH",
    "tr": "TR", "uk": "UA", "vi": "VN", "zh": "CN",
}  # fmt: skip
"""The market that engines know for a language; ``XA`` is theirs for all that speaks Arabic."""

_SIZE = re.compile(r"(?<!\d)(\d{1,6})\s*[x×]\s*(\d{1,6})(?!\d)", re.IGNORECASE)


class Mark(NamedTuple):
    """A cursor: where the next page begins, and a digest of what the page before held.

    Past their last page engines like to give it again; the digest tells.
    """

    at: int
    before: str = ""

    @classmethod
    def read(cls, cursor: str | None, *, first: int) -> "Mark":
        if cursor is None:
            return cls(first)
        at, _, before = cursor.partition(":")
        return cls(int(at), before)

    def repeated_by(self, held: Iterable[str]) -> bool:
        return self.before == _digest(held)

    @staticmethod
    def after(at: int, held: Iterable[str]) -> str:
        """The cursor of the page that begins at ``at`` and follows one that held this."""
        return f"{at}:{_digest(held)}"


def _digest(held: Iterable[str]) -> str:
    return sha256("\n".join(held).encode("utf-8", "replace")).hexdigest()[:16]


async def obey_robots(info: SourceInfo, rules: RobotsRules | None, url: str) -> None:
    """Result pages are pages, and no documented API. Without rules all is allowed.

    Raises:
        SourceBlocked: robots.txt forbids the address.
        SourceUnreachable: the site does not give its robots.txt, which closes it for now (RFC 9309).
    """
    objection = await rules(url) if rules is not None else None
    if objection is None:
        return
    if objection.reason is not Reason.ROBOTS:
        message = f"{info.name} cannot be reached: {objection.evidence}. Try again later."
        raise SourceUnreachable(info.id, message)
    raise SourceBlocked(
        info.id,
        f"{info.name} forbids its result pages to programs ({objection.evidence}), and PixCrawler obeys. Use "
        f"searxng or another source; SOURCE_{info.id.upper()}_RESPECT_ROBOTS=false is for operators whom "
        f"{info.name} allows more.",
    )


def wants_login(info: SourceInfo) -> SourceKeyRefused:
    return SourceKeyRefused(info.id, f"{info.name} wants a login (401), and PixCrawler has none for it.")


def none_is_licensed(info: SourceInfo, filters: SearchFilters) -> SearchPage | None:
    """For a policy that an unknown licence does not meet: an empty page that says so. Nothing is asked."""
    if allows(UNKNOWN, filters.license):
        return None
    asked = ",".join(filters.license)
    note = f"{info.name} tells no licences: with --license {asked} nothing is asked there, as nothing passes."
    return SearchPage(candidates=(), next_cursor=None, total=0, notes=(note,))


def once(found: Iterable[Candidate | None]) -> tuple[Candidate, ...]:
    """Each picture where it came first; None stands for what is none."""
    first: dict[str, Candidate] = {}
    for candidate in found:
        if candidate is not None:
            first.setdefault(normalise_url(candidate.image_url), candidate)
    return tuple(first.values())


def size_of(text: str | None) -> tuple[int | None, int | None]:
    """Width and height out of ``1920 x 1080 · jpeg``; (None, None) where there are none."""
    found = _SIZE.search(text or "")
    return (int(found[1]) or None, int(found[2]) or None) if found else (None, None)
