"""What a page says about being read by machines: X-Robots-Tag, ``<meta name="robots">``, TDM reservations."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from multidict import CIMultiDict, CIMultiDictProxy

from pixcrawler.adapters.fetching.opt_out import OPT_OUTS, for_all, for_us, reserves

NO_MACHINE_LEARNING = frozenset({"noai", "noimageai"})
NO_LINKS = frozenset({"nofollow", "none"})

_META_NAMES = frozenset({"robots", "googlebot", "googlebot-image"})
"""What sites write for the one crawler whose pictures they think of is taken as meant for all."""

Headers = CIMultiDictProxy[str] | CIMultiDict[str]


class PageWords:
    """The directives of one page that are for us, each with the text that holds it, and its TDM reservation,
    for which a header counts before the page's and the site's own words (TDMRep, section 6).

    ``agent`` is our product token in lower case; ``at`` is when the page was had.
    """

    def __init__(self, agent: str, *, at: datetime) -> None:
        self._agent = agent
        self._at = at
        self._said: dict[str, str] = {}
        self._reserved: str | None = None
        self._decided = False

    def take_headers(self, headers: Headers) -> None:
        for value in headers.getall("X-Robots-Tag", ()):
            for directive in for_us(value, self._agent, at=self._at):
                self._said.setdefault(directive, f"X-Robots-Tag: {value}"[:200])
        for value in headers.getall("tdm-reservation", ()):
            self._reserve(value, "tdm-reservation: 1")
            self._decided = True

    def take_file(self, reserved: str | None) -> None:
        """``reserved`` is the rule of the site's tdmrep.json that reserves the page."""
        if reserved is not None and not self._decided:
            self._reserved = reserved

    def take_metas(self, metas: Iterable[Mapping[str, str]]) -> None:
        """``metas`` are the attributes of the page's ``meta`` elements."""
        for meta in metas:
            name, content = meta.get("name", "").strip().lower(), meta.get("content", "")
            if name in _META_NAMES or name == self._agent:
                for directive in for_all(content, at=self._at):
                    self._said.setdefault(directive, f'<meta name="{name}" content="{content}">'[:200])
            elif name == "tdm-reservation" and not self._decided:
                self._reserve(content, '<meta name="tdm-reservation" content="1">')

    def objection(self, *, listing: bool = False) -> str | None:
        """What keeps its pictures from being taken, or None.

        A ``listing`` is a sitemap or a feed: sites send ``noindex`` with it so that it does not turn up
        among search results itself, which says nothing of what it lists.
        """
        opt_outs = NO_MACHINE_LEARNING if listing else OPT_OUTS
        found = next((text for directive, text in self._said.items() if directive in opt_outs), None)
        return found or self._reserved

    @property
    def follow(self) -> bool:
        """Whether its links may be followed."""
        return not self._said.keys() & NO_LINKS

    def _reserve(self, value: str, evidence: str) -> None:
        if reserves(value) and self._reserved is None:
            self._reserved = evidence
