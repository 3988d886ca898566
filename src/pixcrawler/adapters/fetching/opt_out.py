"""Headers by which a site keeps its pictures out of machine learning."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from pixcrawler.adapters.fetching.unavailable_after import elapsed

UNAVAILABLE = "unavailable_after"

# noindex and noimageindex count as well: the tools that crawl for datasets have settled on it.
# What was to be shown until a day that is over is not to be indexed since then.
OPT_OUTS = frozenset({"noai", "noimageai", "noindex", "noimageindex", "none", UNAVAILABLE})

# Directives that hold a colon themselves; any other word before a colon names an agent.
_WITH_VALUES = frozenset({UNAVAILABLE, "max-snippet", "max-image-preview", "max-video-preview"})
# Of a date; its comma parts no directives, and dates are read without it.
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*,")


def opted_out(
    robots_tags: Iterable[str], tdm_reservations: Iterable[str], agent: str, *, at: datetime
) -> str | None:
    """The header (``name: value``) that opts out at that time, or None.

    ``agent`` is our product token in lower case. A directive behind another agent's name is not for us.
    TDM reservations: TDMRep, W3C community group report of 2024-05-10.
    """
    for value in robots_tags:
        if not OPT_OUTS.isdisjoint(for_us(value, agent, at=at)):
            return f"X-Robots-Tag: {value}"[:200]
    for value in tdm_reservations:
        if reserves(value):
            return "tdm-reservation: 1"
    return None


def reserves(value: str) -> bool:
    """Whether a ``tdm-reservation`` says so. Proxies join several headers to one."""
    return "1" in [one.strip() for one in value.split(",")]


def for_us(value: str, agent: str, *, at: datetime) -> Iterator[str]:
    """The directives of one X-Robots-Tag header that hold at that time; those behind another agent's name are
    not for us."""
    meant = True
    for part in _parts(value):
        name, colon, rest = part.partition(":")
        named = bool(colon) and name.strip() not in _WITH_VALUES
        if named:
            meant = name.strip() in (agent, "*")
        if meant:
            yield from _holding(rest if named else part, at)


def for_all(content: str, *, at: datetime) -> Iterator[str]:
    """The directives of one robots ``meta`` element that hold at that time: a header's without agents."""
    for part in _parts(content):
        yield from _holding(part, at)


def _parts(value: str) -> list[str]:
    return _WEEKDAY.sub(" ", value.lower()).split(",")


def _holding(directive: str, at: datetime) -> Iterator[str]:
    """``directive`` without its value; nothing for a date that is not over yet. Sites also write several
    with blanks or semicolons between them, and mean each."""
    name, _, value = directive.partition(":")
    name = name.strip()
    if name not in _WITH_VALUES:
        yield from directive.replace(";", " ").split()
    elif name != UNAVAILABLE or elapsed(value, at):
        yield name
