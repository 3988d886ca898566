"""Licences under one normal id, and what each of them allows.

Ids follow SPDX where SPDX has one: ``CC-BY-SA-4.0``, ``CC-BY-3.0-DE`` (a jurisdiction port), ``CC0-1.0``,
``GFDL-1.2``. ``PDM-1.0`` is the Public Domain Mark. Ours are ``PD`` and ``PD-US`` (public domain; in the
United States at least), ``no-known-restrictions``, ``all-rights-reserved``, ``attribution-only``,
``copyrighted-free-use`` and ``unknown``; ``InC-1.0`` and its like are rightsstatements.org's statements. A
version that is not named is not guessed: ``CC-BY``. How a source's words become an id:
``domain.crawling.license_text``.
"""

import re

from pixcrawler.domain.shared.license_table import CC, CC_PORTS, FIXED, UNKNOWN, License

__all__ = [
    "POLICIES",
    "UNKNOWN",
    "License",
    "allows",
    "attribution_line",
    "is_cc",
    "license_of",
    "parse_policy",
]

POLICIES = ("commercial", "derivatives", "public-domain", "known")

_CC_ID = re.compile(r"CC((?:-(?:BY|NC|ND|SA))+)(?:-(\d\.\d))?(?:-([A-Z]{2,8}))?")
_CC_VERSIONS = frozenset({"1.0", "2.0", "2.1", "2.5", "3.0", "4.0"})
_CC_BY_ELEMENTS = frozenset({"BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND"})
_CC_1_0_ELEMENTS = frozenset({"NC", "ND", "SA", "NC-SA", "NC-ND"})  # without BY: version 1.0 only


def license_of(license_id: str) -> License:
    """The licence under a normal id; what is no normal id is ``unknown``."""
    fixed = FIXED.get(license_id)
    if fixed is not None:
        return fixed
    found = _CC_ID.fullmatch(license_id)
    if found is None:
        return FIXED[UNKNOWN]
    elements, version, port = found[1][1:], found[2], found[3]
    if not is_cc(elements, version, port):
        return FIXED[UNKNOWN]
    return _creative_commons(license_id, elements, version, port)


def is_cc(elements: str, version: str | None, port: str | None = None) -> bool:
    """Whether Creative Commons has published such a licence; ``elements`` such as ``BY-NC-SA``."""
    if port is not None and (port not in CC_PORTS or version in (None, "4.0")):
        return False
    if version is None:
        return elements in _CC_BY_ELEMENTS
    if version not in _CC_VERSIONS:
        return False
    return elements in _CC_BY_ELEMENTS or (version == "1.0" and elements in _CC_1_0_ELEMENTS)


def allows(license_id: str, policy: tuple[str, ...]) -> bool:
    """Whether the licence meets every word of the policy. What is not known is not allowed."""
    license_ = license_of(license_id)
    verdicts = {
        "commercial": license_.commercial is True,
        "derivatives": license_.derivatives is True,
        "public-domain": license_.public_domain,
        "known": license_.id != UNKNOWN,
    }
    return all(verdicts[word] for word in policy)


def parse_policy(text: str) -> tuple[str, ...]:
    """Words parted by commas, in the order of ``POLICIES``, each once; empty text is no policy.

    Raises ValueError, naming the words that there are.
    """
    words = {word.strip().lower() for word in text.split(",") if word.strip()}
    wrong = sorted(words.difference(POLICIES))
    if wrong:
        raise ValueError(f"{wrong[0]!r} is no licence policy (choose from: {', '.join(POLICIES)})")
    return tuple(word for word in POLICIES if word in words)


def attribution_line(
    license_id: str, *, title: str | None, author: str | None, license_url: str | None = None
) -> str | None:
    """The credit to print beside the picture, as Creative Commons recommends it (title, author, licence).

    None for an unknown licence: nobody has said what is to be printed.
    """
    license_ = license_of(license_id)
    if license_.id == UNKNOWN:
        return None
    work = f'"{title}"' if title else "This work"
    by = f" by {author}" if author else ""
    verb = "is marked with" if license_.statement or license_.public_domain else "is licensed under"
    url = license_url or license_.url
    return f"{work}{by} {verb} {license_.name}." + (f" To view the terms, visit {url}" if url else "")


def _creative_commons(license_id: str, elements: str, version: str | None, port: str | None) -> License:
    parts = elements.split("-")
    path = _url_elements(elements, version)
    place = f"{port.lower()}/" if port else ""
    words = " ".join(word for word in (f"CC {elements}", version, port) if word)
    return License(
        id=license_id,
        name=words,
        url=f"{CC}/licenses/{path}/{version}/{place}" if version else None,
        commercial="NC" not in parts,
        derivatives="ND" not in parts,
        share_alike="SA" in parts,
        attribution="BY" in parts,
    )


def _url_elements(elements: str, version: str | None) -> str:
    """In version 1.0 the address has ND before NC."""
    return elements.lower().replace("nc-nd", "nd-nc") if version == "1.0" else elements.lower()
