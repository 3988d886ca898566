"""TDM reservations in a site's file (TDMRep, W3C community group report of 2024-05-10)."""

from collections.abc import Iterator
from typing import Any

import msgspec
from protego import Protego

PATH = "/.well-known/tdmrep.json"
MOST_RULES = 2_000


class SiteReservation:
    """What one site's file says of its paths. ``location`` is a pattern as in robots.txt, the longest that
    matches decides. A header of the answer itself counts before it (section 6)."""

    def __init__(self, text: str) -> None:
        self._rules = list(_rules(text))
        lines = [f"{'Disallow' if one else 'Allow'}: {location}" for location, one in self._rules]
        self._parser = (
            Protego.parse("\n".join(["User-agent: *", *lines]))
            if any(one for _, one in self._rules)
            else None
        )

    def reserved(self, url: str) -> str | None:
        """The rule that reserves it, or None."""
        if self._parser is None or self._parser.can_fetch(url, "a"):
            return None
        matching = [
            location
            for location, one in self._rules
            if one and not Protego.parse(f"User-agent: *\nDisallow: {location}").can_fetch(url, "a")
        ]
        return f"{PATH}: tdm-reservation: 1 for {max(matching, key=len, default='/')}"[:200]


def _rules(text: str) -> Iterator[tuple[str, bool]]:
    """Nothing from what is no such file; what is odd in one is passed over."""
    try:
        found: Any = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return
    for one in (found if isinstance(found, list) else [found])[:MOST_RULES]:
        if not isinstance(one, dict):
            continue
        location, reservation = one.get("location"), one.get("tdm-reservation")
        if isinstance(location, str) and location.strip() and "\n" not in location:
            path = location.strip()
            yield (path if path.startswith(("/", "*")) else f"/{path}"), reservation in (1, "1", True)
