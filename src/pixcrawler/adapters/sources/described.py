"""A picture as a page, a sitemap or a feed describes it, before it is a candidate."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.claims import MOST_TAGS, words
from pixcrawler.domain.crawling.license_text import best_license_id
from pixcrawler.domain.crawling.urls import normalise_url
from pixcrawler.domain.shared.licenses import UNKNOWN, attribution_line

LICENSE = frozenset({"license", "license_url"})


@dataclass(slots=True, kw_only=True)
class Described:
    """``url`` is absolute; ``width`` and ``height`` are claims about the file, in pixels."""

    url: str
    page_url: str | None = None
    title: str | None = None
    author: str | None = None
    author_url: str | None = None
    license: str | None = None
    license_url: str | None = None
    width: int | None = None
    height: int | None = None
    tags: tuple[str, ...] = ()

    def learn(self, other: "Described") -> None:
        """Take from another description of the same picture what this one does not say. A licence is taken
        whole or not at all; of two the one that allows least, and none where each allows what the other
        does not."""
        if self.licensed and other.licensed:
            self._agree_on_licence(other)
        licensed = self.licensed
        for field in fields(self):
            if not getattr(self, field.name) and not (licensed and field.name in LICENSE):
                setattr(self, field.name, getattr(other, field.name))

    def _agree_on_licence(self, other: "Described") -> None:
        ours, theirs = self.license_id, other.license_id
        if UNKNOWN in (ours, theirs):
            return
        least = best_license_id(ours, theirs)
        if least == UNKNOWN:
            said = (one.license or one.license_url for one in (self, other))
            self.license, self.license_url = " / ".join(filter(None, said)), None
        elif least != ours:
            self.license, self.license_url = other.license, other.license_url

    @property
    def license_id(self) -> str:
        return best_license_id(self.license_url, self.license)

    @property
    def licensed(self) -> bool:
        return bool(self.license or self.license_url)


def once(found: Iterable[Described]) -> list[Described]:
    """Each picture once, at its first place, with what all its descriptions say together."""
    known: dict[str, Described] = {}
    for one in found:
        first = known.setdefault(normalise_url(one.url), one)
        if first is not one:
            first.learn(one)
    return list(known.values())


def candidate(one: Described, source: str) -> Candidate:
    license_ = one.license_id
    title, author = words(one.title), words(one.author)
    return Candidate(
        image_url=one.url,
        source=source,
        page_url=one.page_url,
        title=title,
        author=author,
        author_url=one.author_url,
        license=license_,
        license_raw=words(one.license) or one.license_url,
        license_url=one.license_url,
        attribution=attribution_line(license_, title=title, author=author, license_url=one.license_url),
        width=one.width,
        height=one.height,
        tags=tuple(filter(None, map(words, one.tags[:MOST_TAGS]))),
    )
