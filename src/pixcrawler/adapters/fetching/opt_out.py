"""Headers by which a site keeps its pictures out of machine learning."""

from collections.abc import Iterable, Iterator

# noindex and noimageindex count as well: the tools that crawl for datasets have settled on it.
OPT_OUTS = frozenset({"noai", "noimageai", "noindex", "noimageindex", "none"})

# Directives that hold a colon themselves; any other word before a colon names an agent.
_WITH_VALUES = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


def opted_out(robots_tags: Iterable[str], tdm_reservations: Iterable[str], agent: str) -> str | None:
    """The header (``name: value``) that opts out, or None.

    ``agent`` is our product token in lower case. A directive behind another agent's name is not for us.
    TDM reservations: TDMRep, W3C community group report of 2024-05-10.
    """
    for value in robots_tags:
        if not OPT_OUTS.isdisjoint(for_us(value, agent)):
            return f"X-Robots-Tag: {value}"[:200]
    for value in tdm_reservations:
        if value.strip() == "1":
            return "tdm-reservation: 1"
    return None


def for_us(value: str, agent: str) -> Iterator[str]:
    """The directives of one X-Robots-Tag header; those behind another agent's name are not for us."""
    meant = True
    for part in value.lower().split(","):
        name, colon, rest = part.partition(":")
        directive = name.strip()
        if colon and directive not in _WITH_VALUES:
            meant = directive in (agent, "*")
            directive = rest.strip()
        if meant and directive:
            yield directive
