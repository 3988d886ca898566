"""Words out of HTML snippets."""

from html.parser import HTMLParser

_SILENT = frozenset({"script", "style"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "td", "table", "ul", "ol"})


def plain_text(html: str | None) -> str | None:
    """The visible words on one line; None when there are none."""
    return _Words.of(html).text if html else None


def first_link(html: str | None) -> str | None:
    """Where the first link of a web page leads, absolute; None when there is none."""
    link = _Words.of(html).link if html else None
    if link is not None and link.startswith("//"):
        return f"https:{link}"
    return link if link is not None and link.startswith(("https://", "http://")) else None


class _Words(HTMLParser):
    """Never raises: broken markup is read as far as it makes sense (html.parser's own promise)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.link: str | None = None
        self.silent = 0

    @classmethod
    def of(cls, html: str) -> "_Words":
        words = cls()
        words.feed(html)
        words.close()
        return words

    @property
    def text(self) -> str | None:
        return " ".join("".join(self.pieces).split()) or None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag in _BREAKS:
            self.pieces.append(" ")
        elif tag == "a" and self.link is None:
            self.link = dict(attrs).get("href")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self.silent:
            self.silent -= 1
        elif tag in _BREAKS:
            self.pieces.append(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(data)
