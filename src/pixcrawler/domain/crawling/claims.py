"""What sources claim of a picture, who write anything: made fit to be stored, shown and compared."""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from pixcrawler.domain.crawling.candidate import Candidate

LONGEST_SIDE = 2**31 - 1
"""Pixels. What claims more, or less than one, claims nothing."""
LONGEST_TEXT = 2_000  # characters
MOST_TAGS = 50

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters: they break lines, and drive the terminal of whoever reads them."""
_MISLEADING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the direction of all that is written behind them."""


def one_line(text: str) -> str:
    """One blank between words, and nothing that is not for reading; U+FFFD for lone surrogates."""
    if text.isprintable():
        return text if "  " not in text and text == text.strip() else " ".join(text.split())
    seen = _MISLEADING.sub("", _UNSEEN.sub(" ", text))
    return " ".join(seen.encode("utf-16", "surrogatepass").decode("utf-16", "replace").split())


def words(text: str | None) -> str | None:
    """One line of at most ``LONGEST_TEXT`` characters; None when nothing is left."""
    return one_line(text)[:LONGEST_TEXT].rstrip() or None if text else None


def sober(candidate: Candidate) -> Candidate:
    """Without a width or a height that no picture has, links that are none of the web, and endless words."""
    better: dict[str, object] = {}
    for name, fit in _FITTED:
        said = getattr(candidate, name)
        if said is not None and (kept := fit(said)) != said:
            better[name] = kept
    return msgspec.structs.replace(candidate, **better) if better else candidate


def _side(said: int) -> int | None:
    return said if 0 < said <= LONGEST_SIDE else None


def _tags(said: tuple[str, ...]) -> tuple[str, ...]:
    return tuple([tag for one in said[:MOST_TAGS] if (tag := words(one))])


def _link(said: str) -> str | None:
    """None for other schemes: pages and reports make links of these."""
    return said if said[:8].lower().startswith(("https://", "http://")) else None


_FITTED: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("title", words), ("author", words), ("attribution", words), ("license_raw", words), ("tags", _tags),
    ("page_url", _link), ("author_url", _link), ("license_url", _link), ("width", _side), ("height", _side),
)  # fmt: skip
