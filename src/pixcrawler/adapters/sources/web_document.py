"""What one document of the web says: a page, a sitemap, a feed by mistake, or a picture itself."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pixcrawler.adapters.fetching.page_text import text_of
from pixcrawler.adapters.sources.described import Described, once
from pixcrawler.adapters.sources.html_page import read_html
from pixcrawler.adapters.sources.sitemap import ROOTS as SITEMAPS
from pixcrawler.adapters.sources.sitemap import read_sitemap, read_text_sitemap
from pixcrawler.adapters.sources.xml_elements import NoXml, root_name

if TYPE_CHECKING:
    from pixcrawler.adapters.fetching.page_client import WebPage

FEEDS = frozenset({"rss", "feed", "rdf"})


@dataclass(slots=True, kw_only=True)
class Document:
    """``url`` is where it was found in the end. ``pages`` and ``sitemaps`` are what it leads to, empty where
    its links may not be followed. One whose pictures may not be taken has an ``objection`` and none."""

    pictures: list[Described] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    skipped: int = 0
    objection: str | None = None
    is_sitemap: bool = False
    url: str = ""


class NoDocument(Exception):
    """It came, and is nothing that this source reads."""


def read_document(page: "WebPage", *, least: int, obey: bool) -> Document:
    """Takes processor time: call it in a thread. ``obey``: opt-outs count. Raises NoDocument."""
    if page.is_picture:
        return _guarded(Document(pictures=[Described(url=page.url)]), page, obey=obey)
    root = root_name(page.body)
    if root in SITEMAPS:
        try:
            listed = read_sitemap(page.body, page.url)
        except NoXml as error:
            raise NoDocument(f"the sitemap cannot be read: {error}") from error
        found = Document(pages=listed.pages, sitemaps=listed.sitemaps, is_sitemap=True)
        found.pictures = once(listed.pictures)
        return _guarded(found, page, obey=obey)
    if root in FEEDS:
        raise NoDocument("this is a feed: give it to the source feed")
    if "xml" in page.content_type and root not in {None, "html"}:
        raise NoDocument(f"neither a page nor a sitemap, but XML that begins with <{root}>")
    text = text_of(page.body, page.content_type)
    if page.content_type.startswith("text/plain") and (named := read_text_sitemap(text, page.url)):
        return _guarded(Document(pages=named.pages, is_sitemap=True), page, obey=obey)
    read = read_html(text, page.url, least=least)
    page.words.take_metas(read.metas)
    return _guarded(Document(pictures=read.pictures, pages=read.links, skipped=read.skipped), page, obey=obey)


def _guarded(document: Document, page: "WebPage", *, obey: bool) -> Document:
    document.url = page.url
    if not obey:
        return document
    document.objection = page.words.objection(listing=document.is_sitemap)
    if document.objection is not None:
        document.pictures = []
    if not page.words.follow and not document.is_sitemap:
        document.pages = []
    return document
