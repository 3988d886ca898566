"""Titles, people and licences for the demo's pictures. All of them are invented."""

import random
import re

import msgspec

LICENSES = (
    ("by", "4.0", "https://creativecommons.org/licenses/by/4.0/"),
    ("cc0", "1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("by-sa", "4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
    ("by", "2.0", "https://creativecommons.org/licenses/by/2.0/"),
    ("pdm", "1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
)
PEOPLE = (
    "Ada Winterbourne",
    "Jules Okonjo",
    "Mira Castellan",
    "Tomas Hjelm",
    "Priya Lindqvist",
    "Noor Abadi",
    "Léa Marchetti",
    "Sora Kanemitsu",
)
PLACES = (
    "Amber Bay",
    "Lake Solvane",
    "the Heron Coast",
    "Grey Fjord",
    "Port Lumen",
    "the Quiet Valley",
    "Cape Marrow",
    "Northwater",
    "the Halden Hills",
    "Isle of Fenn",
    "Old Ferry",
    "the Larch Plateau",
)
PHRASES = {
    "sunset": ("Sunset over", "Last light at", "Evening glow,", "The sun goes down at", "After the heat:"),
    "mountain": (
        "Mountain ridges above",
        "Morning in the mountains of",
        "Peaks near",
        "First snow above",
        "Mist under",
    ),
    "flower": ("Wild flowers from", "A flower of", "Blossoms near", "Summer meadow,", "In bloom:"),
    "city": ("City lights of", "Night falls on", "Skyline of", "Late windows in"),
    "wave": ("Waves off", "Breakers at", "Swell before", "After the storm:"),
}
TAGS = {
    "sunset": ("sunset", "evening", "sky", "sea"),
    "mountain": ("mountain", "landscape", "snow", "hiking"),
    "flower": ("flower", "nature", "blossom", "macro"),
    "city": ("city", "night", "skyline", "lights"),
    "wave": ("wave", "ocean", "surf", "water"),
}


class Name(msgspec.Struct, frozen=True):
    """What a picture's page says about it; ``license`` is a short code as Openverse writes it."""

    slug: str
    title: str
    creator: str
    license: str
    license_version: str
    license_url: str
    tags: tuple[str, ...]


class Naming:
    """Invents names; the same seed gives the same names."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311  names, not secrets

    def of(self, word: str, rank: int) -> Name:
        title = f"{self._dice.choice(PHRASES[word])} {self._dice.choice(PLACES)}"
        plain = re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
        code, version, url = LICENSES[self._dice.randrange(len(LICENSES))]
        return Name(
            slug=f"{word}-{rank + 1:02}-{plain}",
            title=title,
            creator=self._dice.choice(PEOPLE),
            license=code,
            license_version=version,
            license_url=url,
            tags=TAGS[word],
        )
