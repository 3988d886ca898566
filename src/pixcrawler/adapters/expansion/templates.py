"""Further search texts by English templates: deterministic, offline."""

import re

from pixcrawler.domain.crawling.expansion import Expansion, Further
from pixcrawler.domain.crawling.terms import unquoted

PATTERNS = (
    ("{} close up", "viewpoint"),
    ("{} outdoors", "setting"),
    ("{} photo", "style"),
    ("{} side view", "viewpoint"),
    ("{} indoors", "setting"),
    ("{} portrait", "style"),
    ("{} from above", "viewpoint"),
    ("{} at night", "setting"),
    ("{} in color", "style"),
    ("{} front view", "viewpoint"),
    ("{} in daylight", "setting"),
    ("{} black and white", "style"),
    ("{} from behind", "viewpoint"),
    ("{} in winter", "setting"),
    ("{} macro", "style"),
    ("{} from a distance", "viewpoint"),
    ("{} in summer", "setting"),
    ("{} isolated on white", "style"),
    ("group of {}", "number"),
    ("old {}", "age"),
    ("young {}", "age"),
)
"""The kinds take turns, so that few texts are as different as they can be."""

_IRREGULAR = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "foot": "feet",
    "tooth": "teeth", "goose": "geese", "mouse": "mice", "ox": "oxen", "louse": "lice", "cactus": "cacti",
    "leaf": "leaves", "wolf": "wolves", "knife": "knives", "shelf": "shelves", "calf": "calves",
    "loaf": "loaves", "thief": "thieves", "scarf": "scarves", "hoof": "hooves", "half": "halves",
    "potato": "potatoes", "tomato": "tomatoes", "hero": "heroes", "mosquito": "mosquitoes",
}  # fmt: skip
_UNCHANGED = frozenset(
    ["sheep", "deer", "fish", "salmon", "trout", "moose", "bison", "aircraft", "spacecraft", "offspring"]
)
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_CONSONANT_Y = re.compile(r"[^aeiou]y$")


class Templates:
    """See the port. Never fails."""

    async def expand(self, text: str, *, exclude: tuple[str, ...], most: int) -> Expansion:  # noqa: ARG002
        if not re.search("[A-Za-z]", text):
            return Expansion(
                notice=f"Templates are English words; they do not go with “{unquoted(text)}”.",
            )
        found = [Further(several, "plural")] if (several := plural(text)) is not None else []
        own = set(unquoted(text).casefold().split())
        for pattern, kind in PATTERNS:
            if own.isdisjoint(pattern.replace("{}", "").split()):
                found.append(Further(pattern.format(text), kind))
        return Expansion(tuple(found))


def plural(text: str) -> str | None:
    """The text with its last word in the plural; None where it is one already, a name or a quotation."""
    before, word = text[: text.rfind(" ") + 1], text.rsplit(" ", 1)[-1]
    if not re.fullmatch("[a-z]+", word) or word in _UNCHANGED or len(word) < 3:
        return None
    if word in _IRREGULAR:
        return before + _IRREGULAR[word]
    if word in _IRREGULAR.values() or re.search("(?<![su])s$", word):
        return None
    if _CONSONANT_Y.search(word):
        return f"{before}{word[:-1]}ies"
    return f"{before}{word}es" if _SIBILANT.search(word) else f"{before}{word}s"
