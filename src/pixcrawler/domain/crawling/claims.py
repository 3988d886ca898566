"""What sources claim of a picture, who write anything: made fit to be stored, shown and compared."""

import re

import msgspec

from pixcrawler.domain.crawling.candidate import Candidate

LONGEST_SIDE = 2**31 - 1
"""Pixels. What claims more, or less than one, claims nothing."""
LONGEST_TEXT = 2_000  # characters
MOST_TAGS = 50
WORDS = ("title", "author", "attribution", "license_raw")
LINKS = ("page_url", "author_url", "license_url")

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters: they break lines, and drive the terminal of whoever reads them."""
_MISLEADING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the direction of all that is written behind them."""


def one_line(text: str) -> str:
    """One blank between words, and nothing that is not for reading; U+FFFD for lone surrogates."""
    if not text.isprintable():
        text = (
            _MISLEADING.sub("", _UNSEEN.sub(" ", text))
            .encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
        )
    return " ".join(text.split())


def words(text: str | None) -> str | None:
    """One line of at most ``LONGEST_TEXT`` characters; None when nothing is left."""
    return one_line(text)[:LONGEST_TEXT].rstrip() or None if text else None


def sober(candidate: Candidate) -> Candidate:
    """Without a width or a height that no picture has, links that are none of the web, and endless words."""
    sizes = {"width": candidate.width, "height": candidate.height}
    better: dict[str, object] = {
        name: None for name, side in sizes.items() if side is not None and not 0 < side <= LONGEST_SIDE
    }
    better |= {name: words(getattr(candidate, name)) for name in WORDS}
    better |= {name: _link(getattr(candidate, name)) for name in LINKS}
    better["tags"] = tuple(filter(None, map(words, candidate.tags[:MOST_TAGS])))
    changed = {name: value for name, value in better.items() if value != getattr(candidate, name)}
    return msgspec.structs.replace(candidate, **changed) if changed else candidate


def _link(url: str | None) -> str | None:
    """None for other schemes: pages and reports make links of these."""
    return url if url and url[:8].lower().startswith(("https://", "http://")) else None
