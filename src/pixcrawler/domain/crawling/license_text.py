"""From what a source says about a licence to its normal id.

Understands Creative Commons codes, names and addresses (deeds, legal code, jurisdiction ports), Commons
template names, and Openverse and iNaturalist codes. Whatever else a text says makes it
``unknown``: a licence with conditions that we cannot read is never taken for one without.
"""

import re

from pixcrawler.domain.crawling.licenses import UNKNOWN, is_cc, license_of

_ADDRESS = re.compile(
    r"^(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/"
    r"(?P<code>[a-z-]+)(?:/(?P<version>\d\.\d))?(?:/(?P<port>[a-z]{2}|igo|scotland))?"
    r"(?:/(?:deed|legalcode)?(?:\.[a-z-]+)?)?(?:[?#].*)?$"
)
_SPDX_ADDRESS = re.compile(r"^https?://spdx\.org/licenses/([a-z0-9.-]+?)(?:\.html|\.json)?$")
_VERSION = re.compile(r"v?(\d)(?:\.(\d))?")
_GFDL = re.compile(
    r"(?:gnu free documentation license|gfdl)[ -]?(?:v(?:ersion)? ?)?(1\.[123])?"
    r"\+?( or later|-or-later|-only)?"
)
_GFDL_ADDRESS = re.compile(
    r"^https?://(?:www\.)?gnu\.org/(?:copyleft|licenses)/(?:old-licenses/)?fdl(?:-(1\.[123]))?\.\w+$"
)
_OGL = re.compile(r"(?:ogl|open government licence|ogl-uk)[ -]?(?:v|version )?([123])(?:\.0)?")
_PUBLIC_DOMAIN_IN_US = re.compile(r"pd-us\b.*|pd-usgov.*|public domain in the (?:us|usa|united states)")
_PUBLIC_DOMAIN = re.compile(r"pd(?:-.+)?|public[ -]?domain")

_ELEMENTS = {
    "by": "BY", "attribution": "BY", "nc": "NC", "noncommercial": "NC", "nd": "ND", "noderivs": "ND",
    "noderivatives": "ND", "noderivativeworks": "ND", "sa": "SA", "sharealike": "SA",
}  # fmt: skip
_ORDER = ("BY", "NC", "ND", "SA")
_SAYS_NOTHING = frozenset(
    {"cc", "creative", "commons", "license", "licence", "licensed", "international", "unported", "generic",
     "all", "migrated", "self"}
)  # fmt: skip
_PHRASES = {
    "cc0": "CC0-1.0", "cc-0": "CC0-1.0", "cc0-1.0": "CC0-1.0", "cc0 1.0": "CC0-1.0", "cc-zero": "CC0-1.0",
    "cc zero": "CC0-1.0", "cc0 1.0 universal": "CC0-1.0", "creative commons zero": "CC0-1.0",
    "public domain dedication (cc0)": "CC0-1.0", "zero": "CC0-1.0",
    "pdm": "PDM-1.0", "pdm-1.0": "PDM-1.0", "pdm 1.0": "PDM-1.0", "public domain mark": "PDM-1.0",
    "public domain mark 1.0": "PDM-1.0", "cc pdm": "PDM-1.0", "cc-pdm": "PDM-1.0",
    "cc-pd": "PD", "cc pd": "PD",
    "united states government work": "PD-US", "us-gov": "PD-US", "us government work": "PD-US",
    "no restrictions": "no-known-restrictions", "no-known-restrictions": "no-known-restrictions",
    "no known copyright restrictions": "no-known-restrictions", "nkcr": "no-known-restrictions",
    "flickr-no known copyright restrictions": "no-known-restrictions",
    "https://www.flickr.com/commons/usage": "no-known-restrictions",
    "all rights reserved": "all-rights-reserved", "all-rights-reserved": "all-rights-reserved",
    "arr": "all-rights-reserved", "copyright": "all-rights-reserved", "c": "all-rights-reserved",
    "attribution": "attribution-only", "attribution-only": "attribution-only",
    "copyrighted free use": "copyrighted-free-use", "copyrighted-free-use": "copyrighted-free-use",
    "fal": "FAL-1.3", "fal-1.3": "FAL-1.3", "fal 1.3": "FAL-1.3", "free art license": "FAL-1.3",
    "free art license 1.3": "FAL-1.3", "lal-1.3": "FAL-1.3",
}  # fmt: skip


def license_id(said: str | None, version: str | None = None) -> str:
    """The normal id of what a source says; ``version`` where the source gives it apart."""
    if said is None:
        return UNKNOWN
    text = " ".join(said.casefold().split()).strip(" .")
    if (address := _ADDRESS.match(text)) is not None:
        return _from_address(address)
    if (spdx := _SPDX_ADDRESS.match(text)) is not None:
        text = spdx[1]
    return _PHRASES.get(text.rstrip("/")) or _from_family(text) or _from_words(text, version)


def best_license_id(*said: str | None) -> str:
    """The first that can be read, of several ways in which one source puts the same licence."""
    return next((known for known in map(license_id, said) if known != UNKNOWN), UNKNOWN)


def _from_address(found: re.Match[str]) -> str:
    code, version, port = found["code"], found["version"], found["port"]
    if code in {"zero", "cc0"}:
        return "CC0-1.0"
    if code == "mark":
        return "PDM-1.0"
    if code in {"publicdomain", "certification"}:
        return "PD"
    return _creative_commons(set(code.split("-")), version, port)


def _from_family(text: str) -> str | None:
    if found := _GFDL.fullmatch(text) or _GFDL_ADDRESS.match(text):
        return f"GFDL-{found[1]}" if found[1] else "GFDL"
    if found := _OGL.fullmatch(text):
        return f"OGL-UK-{found[1]}.0"
    if _PUBLIC_DOMAIN_IN_US.fullmatch(text):
        return "PD-US"
    return "PD" if _PUBLIC_DOMAIN.fullmatch(text) else None


def _from_words(text: str, version: str | None) -> str:
    """Codes and names such as ``cc-by-sa-3.0,2.5`` (the highest of several versions) or ``CC BY 2.0 de``."""
    joined = re.sub(r"\b(non|no|share)[ -]?(commercial|deriv\w*|alike)\b( works)?", r"\1\2", text)
    elements: set[str] = set()
    versions: list[str] = []
    port: str | None = None
    for word in re.split(r"[\s,/()_-]+", joined):
        if word in _ELEMENTS and not versions:
            elements.add(word)
        elif number := _VERSION.fullmatch(word):
            versions.append(f"{number[1]}.{number[2] or 0}")
        elif versions and word not in _ELEMENTS and re.fullmatch(r"[a-z]{2}|igo|scotland", word):
            port = word
        elif word and word not in _SAYS_NOTHING:
            return UNKNOWN
    if not versions and version and (number := _VERSION.fullmatch(version.strip())):
        versions.append(f"{number[1]}.{number[2] or 0}")
    return _creative_commons(elements, max(versions, default=None), port)


def _creative_commons(codes: set[str], version: str | None, port: str | None) -> str:
    if not codes <= _ELEMENTS.keys():
        return UNKNOWN
    named = {_ELEMENTS[code] for code in codes}
    elements = "-".join(element for element in _ORDER if element in named)
    if not elements or not is_cc(elements, version):
        return UNKNOWN
    id_ = "-".join(part for part in ("CC", elements, version, port and port.upper()) if part)
    return license_of(id_).id
