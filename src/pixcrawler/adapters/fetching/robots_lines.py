"""Which line of a robots.txt forbids a URL: evidence for people. The verdict itself is protego's."""

from protego import Protego

MOST_LINES = 2_000


def naming_line(text: str, url: str, agent: str) -> str:
    """``robots.txt line 4: Disallow: /private/``: the longest rule that matches, our own group's first."""
    best: tuple[bool, int, str] | None = None
    for number, line, named in _disallow_lines(text, agent):
        pattern = line.split(":", 1)[1].strip()
        alone = Protego.parse(f"User-agent: *\nDisallow: {pattern}")
        rank = (named, len(pattern))
        if not alone.can_fetch(url, agent) and (best is None or rank > best[:2]):
            best = (*rank, f"robots.txt line {number}: {line}"[:200])
    return best[2] if best else "robots.txt disallows it"


def _disallow_lines(text: str, agent: str) -> list[tuple[int, str, bool]]:
    """Number, line, and whether its group names us; lines of other agents' groups are left out."""
    found: list[tuple[int, str, bool]] = []
    agents: list[str] = []
    naming = False
    for number, raw in enumerate(text.splitlines()[:MOST_LINES], start=1):
        line = raw.partition("#")[0].strip()
        field, colon, value = (part.strip() for part in line.partition(":"))
        if not colon:
            continue
        if field.lower() == "user-agent":
            agents = [*agents, value.lower()] if naming else [value.lower()]
            naming = True
            continue
        naming = False
        ours = any(name not in ("", "*") and agent.startswith(name) for name in agents)
        if field.lower() == "disallow" and value and (ours or "*" in agents):
            found.append((number, line, ours))
    return found
