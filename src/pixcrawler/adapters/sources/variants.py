"""Which file of a picture is the largest: ``src``, ``srcset``, ``picture``, and what lazy loaders use."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-full-src", "data-hi-res-src")
SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-original-set")

_LEADING = re.compile(r"[\s,]*")
_REFERENCE = re.compile(r"\S+")
_DESCRIPTOR = re.compile(r"\s*([^,]*)")
_SIZE = re.compile(r"(\d{1,6})w|(\d{1,3}(?:\.\d{1,4})?)x")
_MOST = 200


class Variant(NamedTuple):
    """``width`` in pixels where it is said (0: not), ``density`` as a multiple of the plain one."""

    reference: str
    width: int
    density: float


def variants(image: Mapping[str, str], sources: Iterable[Mapping[str, str]] = ()) -> list[Variant]:
    """All files that an ``img`` (in a ``picture`` with these ``source`` elements) may show, largest first.

    Of two alike the one that the ``img`` itself names comes first, and what a lazy loader will load before
    ``src``, which is its placeholder then.
    """
    found = [one for element in (image, *sources) for name in SETS for one in srcset(element.get(name, ""))]
    plain = [image[name] for name in (*LAZY, "src") if image.get(name, "").strip()]
    found += [Variant(reference, 0, 1.0) for reference in plain]
    return sorted(found, key=lambda one: (one.width, one.density), reverse=True)


def srcset(text: str) -> list[Variant]:
    """The candidates of a ``srcset``; what makes no sense is left out (HTML, 4.8.4.2.2)."""
    found: list[Variant] = []
    at = 0
    while len(found) < _MOST:
        at = _end(_LEADING, text, at)
        reference = _REFERENCE.match(text, at)
        if reference is None:
            return found
        at = reference.end()
        url, said = reference[0], ""
        if url.endswith(","):
            url = url.rstrip(",")
        elif (descriptor := _DESCRIPTOR.match(text, at)) is not None:
            at, said = descriptor.end(), descriptor[1].strip()
        size = _SIZE.search(said)
        if url and (size is not None or not said):
            found.append(Variant(url, int(size[1] or 0) if size else 0, float(size[2] or 1) if size else 1.0))
    return found


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
