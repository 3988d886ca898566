"""What is read next, and what becomes of documents that do not come."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pixcrawler.adapters.fetching.misses import Miss
from pixcrawler.adapters.fetching.references import absolute
from pixcrawler.adapters.sources.web_trail import DEEPEST_SITEMAP, WHOLE_SITE, Stop, Trail, site_of
from pixcrawler.domain.crawling.errors import SourceUnreachable
from pixcrawler.domain.shared.reasons import Reason

if TYPE_CHECKING:
    from pixcrawler.adapters.fetching.page_client import PageClient
    from pixcrawler.adapters.sources.web_document import Document

MOST_FAILING = 5
"""Documents of one address in a row that fail for a passing reason: its site is away."""


class Reading:
    """One search's part of the way through ``given``, the job's addresses. ``notes`` and ``skipped`` are
    what this part has to say."""

    def __init__(self, given: tuple[str, ...], trail: Trail, *, max_pages: int, depth: int) -> None:
        self.trail = trail
        self.notes: list[str] = []
        self.skipped = 0
        self._given = given
        self._max_pages = max_pages
        self._depth = depth

    @property
    def over(self) -> bool:
        return not (self.trail.waiting or self.trail.turns.left(len(self._given)))

    async def begin(self, client: "PageClient") -> bool:
        """Go to the next address; False when there is none."""
        turns = self.trail.turns
        if not turns.take(len(self._given)):
            return False
        address = self._given[turns.current]
        whole = address.endswith(WHOLE_SITE)
        # As links are written: an international host name by its A-labels.
        start = absolute(address, address.removesuffix("*") if whole else address) or address
        if not whole:
            self.trail.begin([Stop(start)], site=site_of(start), below=None)
            return True
        named = await _sitemaps(client, start)
        self.trail.begin([Stop(start), *named], site=site_of(start), below=urlsplit(start).path)
        return True

    def read(self, stop: Stop, document: "Document", *, whole: bool) -> None:
        """It came. ``whole``: all its pictures are handed out, so that it is done with."""
        trail = self.trail
        if not trail.handed:
            trail.turns.read += document.objection is None
            trail.failing = 0
            self.skipped += document.skipped
            if document.objection is not None:
                self._refused(stop, Reason.OPT_OUT, document.objection)
        if not whole:
            return
        trail.leave()
        if _is_start(stop) and site_of(document.url) != trail.site:
            self._move(document.url)
        trail.plan(self._following(stop, document), most=self._max_pages)
        self._tell_the_end()

    def missed(self, stop: Stop, reason: Reason, evidence: str) -> None:
        """It did not come, or is no document. Raises SourceUnreachable where a later day may be better."""
        trail = self.trail
        if not reason.retryable:
            self._refused(stop, reason, evidence)
            trail.lose(reason)
        else:
            self._failed(stop, reason, evidence)
        self._tell_the_end()

    def _failed(self, stop: Stop, reason: Reason, evidence: str) -> None:
        trail = self.trail
        trail.failing += 1
        if _is_start(stop) and trail.turns.put_off(len(self._given)):
            trail.waiting = []
        elif _is_start(stop) or trail.failing >= MOST_FAILING:
            raise SourceUnreachable("web", f"{stop.url} cannot be read now: {evidence}. Try again later.")
        elif stop.again:
            trail.lose(reason)
        else:
            trail.put_off()

    def _following(self, stop: Stop, document: "Document") -> list[Stop]:
        if document.is_sitemap:
            deeper = document.sitemaps if stop.depth < DEEPEST_SITEMAP else []
            below = [Stop(url, stop.depth + 1, sitemap=True) for url in deeper]
            return below + [Stop(url, 1) for url in document.pages if self.trail.holds(url)]
        if self.trail.below is None or stop.depth >= self._depth:
            return []
        return [Stop(url, stop.depth + 1) for url in document.pages if self.trail.holds(url)]

    def _move(self, url: str) -> None:
        """The site itself sent us to another host: that is where it is."""
        self.trail.site = site_of(url)
        if self.trail.below not in (None, "/"):
            self.trail.below = urlsplit(url).path.rpartition("/")[0] + "/"

    def _refused(self, stop: Stop, reason: Reason, evidence: str) -> None:
        """Addresses are told of one by one, the pages of a site in a sum at its end."""
        if _is_start(stop):
            self.notes.append(f"{stop.url} was not read: {evidence}.")
        elif reason is Reason.OPT_OUT:
            lost = self.trail.lost
            lost[reason] = lost.get(reason, 0) + 1

    def _tell_the_end(self) -> None:
        trail = self.trail
        if trail.waiting:
            return
        address = self._given[trail.turns.current]
        if trail.pages > 1 and trail.lost:
            reasons = ", ".join(f"{reason}: {count}" for reason, count in sorted(trail.lost.items()))
            self.notes.append(f"{address}: some of {trail.pages} pages gave nothing ({reasons}).")
        if trail.pages >= self._max_pages > 1:
            self.notes.append(f"{address}: the limit of {self._max_pages} pages was reached.")


def _is_start(stop: Stop) -> bool:
    return stop.depth == 0 and not stop.sitemap


async def _sitemaps(client: "PageClient", start: str) -> list[Stop]:
    """Those that robots.txt names. Where it cannot be read, the start itself will say why."""
    try:
        named = await client.sitemaps(start)
    except Miss:
        return []
    urls = (absolute(start, line) for line in named)
    return [Stop(url, sitemap=True) for url in urls if url is not None]
