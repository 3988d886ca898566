"""Licences under one normal id, and what each of them allows.

Ids follow SPDX where SPDX has one: ``CC-BY-SA-4.0``, ``CC-BY-3.0-DE`` (a jurisdiction port), ``CC0-1.0``,
``GFDL-1.2``. ``PDM-1.0`` is the Public Domain Mark. Ours are ``PD`` and ``PD-US`` (public domain; in the
United States at least), ``no-known-restrictions``, ``all-rights-reserved``, ``attribution-only``,
``copyrighted-free-use`` and ``unknown``. A version that is not named is not guessed: ``CC-BY``.
How a source's words become an id: ``license_text.py``.
"""

import re

import msgspec

UNKNOWN = "unknown"
POLICIES = ("commercial", "derivatives", "public-domain", "known")

_CC_ID = re.compile(r"CC((?:-(?:BY|NC|ND|SA))+)(?:-(\d\.\d))?(?:-([A-Z]{2}|IGO|SCOTLAND))?")
_CC_VERSIONS = frozenset({"1.0", "2.0", "2.1", "2.5", "3.0", "4.0"})
_CC_BY_ELEMENTS = frozenset({"BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND"})
_CC_1_0_ELEMENTS = frozenset({"NC", "ND", "SA", "NC-SA", "NC-ND"})  # without BY: version 1.0 only
_CC = "https://creativecommons.org"


class License(msgspec.Struct, frozen=True, kw_only=True):
    """What one licence allows and asks for; None where that is not known.

    ``commercial``: use that earns money. ``derivatives``: changing it. ``share_alike``: what is made of it
    must carry the same licence. ``attribution``: the author must be named.
    """

    id: str
    name: str
    url: str | None = None
    commercial: bool | None = None
    derivatives: bool | None = None
    share_alike: bool | None = None
    attribution: bool | None = None
    public_domain: bool = False


def _free(id_: str, name: str, url: str | None) -> License:
    return License(
        id=id_, name=name, url=url, commercial=True, derivatives=True, share_alike=False, attribution=False,
        public_domain=True,
    )  # fmt: skip


def _open(id_: str, name: str, url: str | None, *, share_alike: bool, attribution: bool = True) -> License:
    return License(
        id=id_, name=name, url=url, commercial=True, derivatives=True, share_alike=share_alike,
        attribution=attribution,
    )  # fmt: skip


_FIXED = {
    license_.id: license_
    for license_ in (
        License(id=UNKNOWN, name="Unknown licence"),
        _free("CC0-1.0", "CC0 1.0", f"{_CC}/publicdomain/zero/1.0/"),
        _free("PDM-1.0", "Public Domain Mark 1.0", f"{_CC}/publicdomain/mark/1.0/"),
        _free("PD", "Public domain", None),
        _free("PD-US", "Public domain in the United States", None),
        License(
            id="no-known-restrictions",
            name="No known copyright restrictions",
            url="https://www.flickr.com/commons/usage/",
        ),
        License(
            id="all-rights-reserved",
            name="All rights reserved",
            commercial=False,
            derivatives=False,
            share_alike=False,
            attribution=True,
        ),
        _open("attribution-only", "Attribution only", None, share_alike=False),
        _open("copyrighted-free-use", "Copyrighted free use", None, share_alike=False, attribution=False),
        _open("FAL-1.3", "Free Art License 1.3", "https://artlibre.org/licence/lal/en/", share_alike=True),
        *(
            _open(
                f"OGL-UK-{version}",
                f"Open Government Licence {version}",
                f"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/{version[0]}/",
                share_alike=False,
            )
            for version in ("1.0", "2.0", "3.0")
        ),
        _open(
            "GFDL",
            "GNU Free Documentation License",
            "https://www.gnu.org/licenses/fdl.html",
            share_alike=True,
        ),
        *(
            _open(
                f"GFDL-{version}",
                f"GNU Free Documentation License {version}",
                f"https://www.gnu.org/licenses/old-licenses/fdl-{version}.html"
                if version != "1.3"
                else "https://www.gnu.org/licenses/fdl-1.3.html",
                share_alike=True,
            )
            for version in ("1.1", "1.2", "1.3")
        ),
    )
}


def license_of(license_id: str) -> License:
    """The licence under a normal id; what is no normal id is ``unknown``."""
    fixed = _FIXED.get(license_id)
    if fixed is not None:
        return fixed
    found = _CC_ID.fullmatch(license_id)
    if found is None:
        return _FIXED[UNKNOWN]
    elements, version, port = found[1][1:], found[2], found[3]
    if not is_cc(elements, version) or (port and not version):
        return _FIXED[UNKNOWN]
    return _creative_commons(license_id, elements, version, port)


def is_cc(elements: str, version: str | None) -> bool:
    """Whether Creative Commons has published such a licence; ``elements`` such as ``BY-NC-SA``."""
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
    verb = "is marked with" if license_.public_domain else "is licensed under"
    if license_.id in {"no-known-restrictions", "all-rights-reserved"}:
        verb = "is marked with"
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
        url=f"{_CC}/licenses/{path}/{version}/{place}" if version else None,
        commercial="NC" not in parts,
        derivatives="ND" not in parts,
        share_alike="SA" in parts,
        attribution="BY" in parts,
    )


def _url_elements(elements: str, version: str | None) -> str:
    """In version 1.0 the address has ND before NC."""
    return elements.lower().replace("nc-nd", "nd-nc") if version == "1.0" else elements.lower()
