"""The licences and statements that are not Creative Commons' numbered ones, and the countries of those.

Sources: the SPDX list, the texts themselves, and https://rightsstatements.org/page/ for its statements.
Of these, two (copyright not evaluated, and undetermined) say that nobody knows: they have no id.
"""

import msgspec

UNKNOWN = "unknown"
CC = "https://creativecommons.org"


class License(msgspec.Struct, frozen=True, kw_only=True):
    """What one licence allows and asks for; None where that is not known.

    ``commercial``: use that earns money. ``derivatives``: changing it. ``share_alike``: what is made of it
    must carry the same licence. ``attribution``: the author must be named. A ``statement`` tells how
    things stand and grants nothing.
    """

    id: str
    name: str
    url: str | None = None
    commercial: bool | None = None
    derivatives: bool | None = None
    share_alike: bool | None = None
    attribution: bool | None = None
    public_domain: bool = False
    statement: bool = False


def _free(id_: str, name: str, url: str | None = None) -> License:
    return License(
        id=id_, name=name, url=url, commercial=True, derivatives=True, share_alike=False, attribution=False,
        public_domain=True, statement=id_ != "CC0-1.0",
    )  # fmt: skip


def _open(
    id_: str, name: str, url: str | None = None, *, share_alike: bool = False, attribution: bool = True
) -> License:
    return License(
        id=id_, name=name, url=url, commercial=True, derivatives=True, share_alike=share_alike,
        attribution=attribution,
    )  # fmt: skip


def _says(
    code: str, name: str, *, commercial: bool | None = None, derivatives: bool | None = None
) -> License:
    return License(
        id=f"{code}-1.0", name=name, url=f"http://rightsstatements.org/vocab/{code}/1.0/",
        commercial=commercial, derivatives=derivatives, statement=True,
    )  # fmt: skip


_RIGHTS_STATEMENTS = (
    _says("InC", "In Copyright", commercial=False, derivatives=False),
    _says("InC-OW-EU", "In Copyright - EU Orphan Work", commercial=False, derivatives=False),
    _says("InC-EDU", "In Copyright - Educational Use Permitted", commercial=False),
    _says("InC-NC", "In Copyright - Non-Commercial Use Permitted", commercial=False),
    _says("InC-RUU", "In Copyright - Rights-holder(s) Unlocatable or Unidentifiable", commercial=False,
          derivatives=False),
    _says("NoC-CR", "No Copyright - Contractual Restrictions"),
    _says("NoC-NC", "No Copyright - Non-Commercial Use Only", commercial=False, derivatives=True),
    _says("NoC-OKLR", "No Copyright - Other Known Legal Restrictions"),
    _says("NKC", "No Known Copyright"),
    _free("NoC-US-1.0", "No Copyright - United States", "http://rightsstatements.org/vocab/NoC-US/1.0/"),
)  # fmt: skip

_OF_GOVERNMENTS = (
    *(
        _open(
            f"OGL-UK-{version}",
            f"Open Government Licence {version}",
            f"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/{version[0]}/",
        )
        for version in ("1.0", "2.0", "3.0")
    ),
    _open("OGL-Canada-2.0", "Open Government Licence - Canada 2.0",
          "https://open.canada.ca/en/open-government-licence-canada"),
    _open("GODL-India", "Government Open Data License - India",
          "https://www.data.gov.in/government-open-data-license-india"),
    _open("KOGL-1", "Korea Open Government License Type 1"),
    _open("etalab-2.0", "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence"),
    _open("DL-DE-BY-2.0", "Data licence Germany - attribution - version 2.0",
          "https://www.govdata.de/dl-de/by-2-0"),
    _open("DL-DE-ZERO-2.0", "Data licence Germany - Zero - version 2.0",
          "https://www.govdata.de/dl-de/zero-2-0", attribution=False),
)  # fmt: skip

_GNU = (
    _open(
        "GFDL", "GNU Free Documentation License", "https://www.gnu.org/licenses/fdl.html", share_alike=True
    ),
    *(
        _open(
            f"GFDL-{version}",
            f"GNU Free Documentation License {version}",
            f"https://www.gnu.org/licenses/{'' if version == '1.3' else 'old-licenses/'}fdl-{version}.html",
            share_alike=True,
        )
        for version in ("1.1", "1.2", "1.3")
    ),
)

FIXED = {
    license_.id: license_
    for license_ in (
        License(id=UNKNOWN, name="Unknown licence"),
        _free("CC0-1.0", "CC0 1.0", f"{CC}/publicdomain/zero/1.0/"),
        _free("PDM-1.0", "Public Domain Mark 1.0", f"{CC}/publicdomain/mark/1.0/"),
        _free("PD", "Public domain"),
        _free("PD-US", "Public domain in the United States"),
        License(
            id="no-known-restrictions",
            name="No known copyright restrictions",
            url="https://www.flickr.com/commons/usage/",
            statement=True,
        ),
        License(
            id="all-rights-reserved",
            name="All rights reserved",
            commercial=False,
            derivatives=False,
            share_alike=False,
            attribution=True,
            statement=True,
        ),
        _open("attribution-only", "Attribution only"),
        _open("copyrighted-free-use", "Copyrighted free use", attribution=False),
        _open("FAL-1.3", "Free Art License 1.3", "https://artlibre.org/licence/lal/en/", share_alike=True),
        *_GNU,
        *_OF_GOVERNMENTS,
        *_RIGHTS_STATEMENTS,
    )
}
"""By id."""

CC_PORTS = frozenset(
    {
        "AM", "AR", "AT", "AU", "AZ", "BE", "BG", "BR", "CA", "CH", "CL", "CN", "CO", "CR", "CZ", "DE", "DK",
        "EC", "EE", "EG", "ES", "FI", "FR", "GE", "GR", "GT", "HK", "HR", "HU", "IE", "IGO", "IL", "IN", "IT",
        "JP", "KR", "LU", "MK", "MT", "MX", "MY", "NL", "NO", "NZ", "PE", "PH", "PL", "PR", "PT", "RO", "RS",
        "SCOTLAND", "SE", "SG", "SI", "TH", "TW", "UG", "UK", "US", "VE", "VN", "ZA",
    }
)  # fmt: skip
"""Jurisdictions that Creative Commons' licences were adapted to, up to version 3.0. Version 4.0 has none."""
