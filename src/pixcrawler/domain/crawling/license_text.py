"""From what a source says about a licence to its normal id.

Understands Creative Commons codes, names (in eleven languages) and addresses (deeds, legal code, badges,
jurisdiction ports), Commons template names, codes of Openverse and iNaturalist, Flickr's numbers,
rightsstatements.org, and what JSON-LD holds. Whatever else a text says makes it ``unknown``: a licence with
conditions that we cannot read is never taken for one without.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from pixcrawler.domain.crawling.license_words import (
    ADDRESSES,
    CODE_OF,
    CODES,
    ELEMENTS,
    FLICKR,
    MARKS,
    ORDER,
    PD_REASONS,
    PHRASES,
    SAYS_NOTHING,
    TRANSLATED,
    bare,
)
from pixcrawler.domain.shared.license_table import CC_PORTS
from pixcrawler.domain.shared.licenses import UNKNOWN, is_cc, license_of

LONGEST = 500
"""Characters. What is longer is a text about a licence, and no name of one."""

_CC_ADDRESS = re.compile(
    r"(?:creativecommons\.org/(?:licenses|publicdomain)|(?:i\.creativecommons\.org|licensebuttons\.net)/[lp])"
    r"/(?P<code>[a-z-]+)(?:/(?P<version>\d\.\d))?(?:/(?P<port>[a-z]{2}|igo|scotland))?"
    r"(?:/(?:(?:deed|legalcode)?(?:[.-][a-z]+(?:[-_][a-z]+)?)?|rdf|\d+x\d+\.(?:png|svg)))?/?(?:[?#].*)?"
)
_STATEMENT_ADDRESS = re.compile(
    r"rightsstatements\.org/(?:vocab|page|data)/(?P<code>[a-z-]+)(?:/1\.0)?/?(?:[?#].*)?"
)
_SPDX_ADDRESS = re.compile(r"spdx\.org/licenses/([a-z0-9.-]+?)(?:\.html|\.json)?")
_LICENSED_UNDER = re.compile(
    r"^(?:(?:this|the) (?:work|file|image|picture|photo|photograph|media|content) is )?(?:made )?"
    r"(?:licen[sc]ed|available|released|published|shared) under (?:the terms of )?(?:the |an? )?"
)
_NAME_AND_CODE = re.compile(r"([^()]+) \(([^()]+)\)")
_JOINED = re.compile(r"(?<=\bcc)(?=by|nc|nd|sa)|(?<=[a-z])(?=\d\.\d)")
_VERSION = re.compile(r"v?(\d)(?:\.(\d))?")
_GFDL = re.compile(
    r"(?:gnu free documentation license|gfdl)[ -]?(?:v(?:ersion)? ?)?(1\.[123])?"
    r"\+?( or later|-or-later|-only)?"
)
_GFDL_ADDRESS = re.compile(r"gnu\.org/(?:copyleft|licenses)/(?:old-licenses/)?fdl(?:-(1\.[123]))?\.\w+")
_OGL = re.compile(r"(?:ogl|open government licence|ogl-uk)[ -]?(?:v|version )?([123])(?:\.0)?")
_PD_TEMPLATE = re.compile(r"pd((?:-[a-z0-9]+)*)")
_PUBLIC_DOMAIN = re.compile(r"public[ -]?domain")
_LONG = {
    "cc": "cc", "by": "attribution", "nc": "noncommercial", "nd": "noderivs", "sa": "sharealike",
    "unported": "unported",
}  # fmt: skip
_WITHOUT_ELEMENTS = {
    "zero": "CC0-1.0", "cc0": "CC0-1.0", "mark": "PDM-1.0", "publicdomain": "PD", "certification": "PD",
}  # fmt: skip
_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | {ord("’"): "'"}


def license_id(said: str | None, version: str | None = None) -> str:
    """The normal id of what a source says; ``version`` where the source gives it apart."""
    if said is None or len(said) > LONGEST:
        return UNKNOWN
    folded = unicodedata.normalize("NFKC", said).translate(_HYPHENS).casefold()
    text = " ".join(folded.split()).strip(" .{}[]")
    address = bare(text)
    if (found := _from_address(address)) is not None:
        return found
    if (spdx := _SPDX_ADDRESS.fullmatch(address)) is not None:
        text = spdx[1]
    named = _LICENSED_UNDER.sub("", text)
    found = _from_text(named, version)
    return _from_name_and_code(named, version) if found == UNKNOWN else found


def _from_text(text: str, version: str | None) -> str:
    return PHRASES.get(text) or _from_family(text) or _from_words(text, version)


def _from_name_and_code(text: str, version: str | None) -> str:
    """Of ``Attribution 4.0 International (CC BY 4.0)``: the id that says more, where both mean the same."""
    parts = _NAME_AND_CODE.fullmatch(text)
    if parts is None:
        return UNKNOWN
    short, long = sorted((_from_text(part, version) for part in parts.groups()), key=len)
    same = long.startswith(short) and _asks(long) == _asks(short)
    return long if same else UNKNOWN


def best_license_id(*said: str | None) -> str:
    """The first that can be read, of several ways in which one source puts the same licence. Where they
    contradict each other it is the one that allows least; unknown where each allows what another does not.
    """
    known = [one for one in map(license_id, said) if one != UNKNOWN]
    allowed = [_allowed(one) for one in known]
    least = tuple(map(all, zip(*allowed, strict=True)))
    return next((one for one, allows in zip(known, allowed, strict=True) if allows == least), UNKNOWN)


def _allowed(license_id: str) -> tuple[bool, ...]:
    one = license_of(license_id)
    return one.commercial is True, one.derivatives is True, one.public_domain


def _asks(license_id: str) -> tuple[object, ...]:
    one = license_of(license_id)
    return *_allowed(license_id), one.share_alike, one.attribution


def flickr_license_id(number: int | str | None) -> str:
    """The licence under Flickr's own number; one that is not in its list is ``unknown``."""
    text = str(number).strip()
    known = text.isascii() and text.isdigit() and len(text) <= len(str(len(FLICKR)))
    return FLICKR[int(text)] if known and int(text) < len(FLICKR) else UNKNOWN


def linked_license_id(said: object) -> str:
    """The licence that a JSON-LD value (schema.org's ``license``) means: an address or a name, an object
    with one, or a list, of which the first counts that can be read."""
    if isinstance(said, str):
        return license_id(said)
    if isinstance(said, dict):
        return _first(said.get(name) for name in ("@id", "url", "sameAs", "name"))
    return _first(said) if isinstance(said, list) else UNKNOWN


def _first(said: Iterable[object]) -> str:
    texts = (one for one in said if isinstance(one, str | dict))
    return next((known for known in map(linked_license_id, texts) if known != UNKNOWN), UNKNOWN)


def _from_address(address: str) -> str | None:
    """None for what is no address of a licence."""
    if address in ADDRESSES:
        return ADDRESSES[address]
    if found := _GFDL_ADDRESS.fullmatch(address):
        return f"GFDL-{found[1]}" if found[1] else "GFDL"
    if found := _STATEMENT_ADDRESS.fullmatch(address):
        return PHRASES.get(f"{found['code']}-1.0", UNKNOWN)
    found = _CC_ADDRESS.fullmatch(address)
    return None if found is None else _from_cc_address(found)


def _from_cc_address(found: re.Match[str]) -> str:
    code = found["code"]
    if code in _WITHOUT_ELEMENTS:
        return _WITHOUT_ELEMENTS[code]
    codes = set(code.split("-"))
    return _creative_commons(codes, found["version"], found["port"]) if codes <= CODES else UNKNOWN


def _from_family(text: str) -> str | None:
    if found := _GFDL.fullmatch(text):
        return f"GFDL-{found[1]}" if found[1] else "GFDL"
    if found := _OGL.fullmatch(text):
        return f"OGL-UK-{found[1]}.0"
    if found := _PD_TEMPLATE.fullmatch(text):
        return _from_pd_template(found[1].split("-")[1:])
    return "PD" if _PUBLIC_DOMAIN.fullmatch(text) else None


def _from_pd_template(why: list[str]) -> str | None:
    """The words behind ``PD-``: years, and reasons that Commons has templates for."""
    if not all(word in PD_REASONS or re.fullmatch(r"\d{2,4}", word) for word in why):
        return None
    return "PD-US" if why[:1] in (["us"], ["usgov"]) else "PD"


@dataclass
class _Reading:
    """What the words of a text said so far."""

    codes: set[str] = field(default_factory=set)
    versions: list[str] = field(default_factory=list)
    port: str | None = None
    sure: bool = False
    """Whether the text speaks of Creative Commons for certain, by its name, codes or a whole version."""

    def take(self, word: str) -> bool:
        """Whether the word can be understood where it stands."""
        if word in ELEMENTS and not self.versions:
            self.codes.add(word)
            self.sure = self.sure or word in CODES
        elif number := _VERSION.fullmatch(word):
            self.versions.append(f"{number[1]}.{number[2] or 0}")
            self.sure = self.sure or number[2] is not None
        elif self.versions and self.port is None and word.upper() in CC_PORTS:
            self.port = word.upper()
        elif word in MARKS:
            self.sure = True
        else:
            return word in SAYS_NOTHING
        return True


def _from_words(text: str, version: str | None) -> str:
    """Codes and names such as ``cc-by-sa-3.0,2.5`` (the highest of several versions) or ``CC BY 2.0 de``."""
    plain = TRANSLATED.sub(lambda found: f" {_LONG[CODE_OF[found[0]]]} ", _JOINED.sub(" ", text))
    read = _Reading()
    if not all(read.take(word) for word in re.split(r"[\s,/()_-]+", plain) if word):
        return UNKNOWN
    if not (read.sure or len(read.codes) > 1):
        return UNKNOWN
    if not read.versions and version and (number := _VERSION.fullmatch(version.strip())):
        read.versions.append(f"{number[1]}.{number[2] or 0}")
    return _creative_commons(read.codes, max(read.versions, default=None), read.port)


def _creative_commons(codes: set[str], version: str | None, port: str | None) -> str:
    named = {ELEMENTS[code] for code in codes}
    elements = "-".join(element for element in ORDER if element in named)
    place = port and port.upper()
    if not elements or not is_cc(elements, version, place):
        return UNKNOWN
    return license_of("-".join(part for part in ("CC", elements, version, place) if part)).id
