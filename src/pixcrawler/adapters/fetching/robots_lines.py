"""Which line of a robots.txt forbids a URL: evidence for people. The verdict itself is protego's."""

import re

from protego import Protego

from pixcrawler.adapters.fetching.robots_rules import lines, ours

MOST_LINES = 2_000

_FIELD = re.compile(r"\s*(?P<name>[A-Za-z-]+)\s*[:\s]\s*(?P<value>.*?)\s*$")


def naming_line(text: str, url: str, agent: str, *, file: str = "robots.txt") -> str:
    """``robots.txt line 4: Disallow: /private/``: the longest rule that matches, our own group's first."""
    best: tuple[bool, int, str] | None = None
    for number, line, pattern, named in _disallow_lines(text, agent):
        alone = Protego.parse(f"User-agent: *\nDisallow: {pattern}")
        rank = (named, len(pattern))
        if not alone.can_fetch(url, agent) and (best is None or rank > best[:2]):
            best = (*rank, f"{file} line {number}: {line}"[:200])
    return best[2] if best else f"{file} disallows it"


def _disallow_lines(text: str, agent: str) -> list[tuple[int, str, str, bool]]:
    """Number, line, pattern, and whether its group names us; other agents' groups are left out."""
    found: list[tuple[int, str, str, bool]] = []
    agents: list[str] = []
    naming = False
    for number, raw in enumerate(lines(text)[:MOST_LINES], start=1):
        line = raw.partition("#")[0].strip()
        field = _FIELD.match(ours(line, agent))
        if field is None:
            continue
        name, value = field["name"].lower(), field["value"]
        if name == "user-agent":
            agents = [*agents, value] if naming else [value]
            naming = True
            continue
        naming = False
        if name == "disallow" and value and (agent in agents or "*" in agents):
            found.append((number, line, value, agent in agents))
    return found
