"""What a robots.txt means for us (RFC 9309). Matching itself is protego's; groups and lines are made ready.

protego takes a group for ours whose name is any part of our own, and one with a version number behind it
for somebody else's. Google's parser, which most files are written for, compares the product token alone.
"""

import re

from protego import Protego

LONGEST_LINE = 8 * 2083  # bytes; what is behind is cut off, as Google's parser does

_LINES = re.compile(r"\r\n|\r|\n")
_AGENT = re.compile(r"\s*user[\s_-]?agent\s*[:\s]\s*(?P<value>[^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"\*(?=\s|$)|[A-Za-z_-]+")
_BREAKS = str.maketrans(dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))
"""No line ends for robots.txt, but for Python."""


def read_rules(text: str, agent: str) -> Protego:
    """``agent`` is our product token in lower case."""
    return Protego.parse("\n".join(ours(line, agent) for line in lines(text)))


def lines(text: str) -> list[str]:
    """Without a byte order mark; those that are too long are cut off."""
    found = _LINES.split(text.removeprefix("\ufeff"))
    return [_cut(line).translate(_BREAKS) for line in found]


def ours(line: str, agent: str) -> str:
    """A user-agent line with the token that it means, so that it is ours, everybody's, or another's."""
    found = _AGENT.match(line)
    if found is None:
        return line
    token = _TOKEN.match(found["value"])
    if token is not None and token[0] == "*":
        return "User-agent: *"
    mine = token is not None and token[0].lower() == agent
    return f"User-agent: {agent if mine else 'not-' + agent}"


def _cut(line: str) -> str:
    if len(line) < LONGEST_LINE // 4:
        return line
    return line.encode("utf-8", "replace")[:LONGEST_LINE].decode("utf-8", "ignore")
