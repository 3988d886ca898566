"""The words in which licences are put: whole phrases, addresses, and Creative Commons' own translations.

All of them are case-folded, with plain hyphens and single blanks. What is not here, or is not a code that
``license_text.py`` can read, is no licence.
"""

import re

from pixcrawler.domain.shared.license_table import FIXED

ELEMENTS = {
    "by": "BY", "attribution": "BY", "nc": "NC", "noncommercial": "NC", "nd": "ND", "noderivs": "ND",
    "noderivatives": "ND", "noderivativeworks": "ND", "sa": "SA", "sharealike": "SA",
}  # fmt: skip
ORDER = ("BY", "NC", "ND", "SA")
CODES = frozenset({"by", "nc", "nd", "sa"})

MARKS = frozenset({"cc", "creativecommons"})
"""Words after which a text speaks of Creative Commons."""

SAYS_NOTHING = frozenset(
    {"license", "licence", "licensed", "lizenz", "licencia", "licença", "licenza", "licentie", "licencja",
     "international", "internacional", "internazionale", "unported", "generic", "all", "migrated",
     "self", "deed"}
)  # fmt: skip

_SAME = {
    "CC0-1.0": ("cc0", "cc-0", "cc0 1.0", "cc-zero", "cc zero", "cc-zero-1.0", "cc0 1.0 universal", "zero",
                "cc-0-1.0", "creative commons zero", "creative commons zero 1.0", "creative commons cc0",
                "creative commons 0", "public domain dedication (cc0)", "public domain dedication",
                "cc0 1.0 universal (cc0 1.0) public domain dedication"),
    "PDM-1.0": ("pdm", "pdm 1.0", "public domain mark", "public domain mark 1.0", "cc pdm", "cc-pdm",
                "cc-pdm-1.0", "cc-pd-mark", "cc-pd-mark-1.0", "pdm-owner", "pd-mark",
                "creative commons public domain mark 1.0"),
    "PD": ("cc-pd", "cc pd", "cc-pddc", "gemeinfrei", "gemeinfreiheit", "domaine public", "dominio público",
           "domínio público", "pubblico dominio", "dominio pubblico", "publiek domein", "publieke domein",
           "domena publiczna", "общественное достояние", "суспільне надбання", "パブリックドメイン",
           "公有领域", "公有領域", "퍼블릭 도메인"),
    "PD-US": ("united states government work", "us-gov", "us government work", "pd-us-no notice",
              "pd-us-not renewed", "public domain in the us", "public domain in the usa",
              "public domain in the united states"),
    "no-known-restrictions": ("no restrictions", "no known copyright restrictions", "nkcr",
                              "flickr-no known copyright restrictions"),
    "all-rights-reserved": ("all rights reserved", "arr", "copyright", "c"),
    "attribution-only": ("attribution",),
    "copyrighted-free-use": ("copyrighted free use",),
    "FAL-1.3": ("fal", "fal 1.3", "free art license", "free art license 1.3", "lal-1.3"),
    "KOGL-1": ("kogl type 1",),
    "OGL-Canada-2.0": ("open government licence - canada", "ogl-c-2.0", "ogl-c 2.0"),
    "etalab-2.0": ("licence ouverte 2.0", "licence ouverte"),
    "DL-DE-BY-2.0": ("dl-de/by-2-0", "datenlizenz deutschland - namensnennung - version 2.0"),
    "DL-DE-ZERO-2.0": ("dl-de/zero-2-0", "datenlizenz deutschland - zero - version 2.0"),
}  # fmt: skip
_STATEMENTS = {
    one.name.casefold(): one.id for one in FIXED.values() if one.url and "rightsstatements.org" in one.url
}
PHRASES = (
    {id_.casefold(): id_ for id_ in FIXED} | _STATEMENTS
    | {phrase: id_ for id_, phrases in _SAME.items() for phrase in phrases}
)  # fmt: skip


def bare(address: str) -> str:
    """An address without what its spellings differ in: scheme, ``www.`` and a last slash."""
    return re.sub(r"^(?:https?:)?//(?:www\.)?", "", address).rstrip("/")


ADDRESSES = {bare(one.url.casefold()): one.id for one in FIXED.values() if one.url} | {
    "creativecommons.org/about/cc0": "CC0-1.0",
    "creativecommons.org/public-domain/cc0": "CC0-1.0",
    "creativecommons.org/share-your-work/public-domain/cc0": "CC0-1.0",
    "creativecommons.org/public-domain/pdm": "PDM-1.0",
    "creativecommons.org/share-your-work/public-domain/pdm": "PDM-1.0",
    "flickr.com/commons/usage": "no-known-restrictions",
    "usa.gov/copyright.shtml": "PD-US",
    "usa.gov/government-works": "PD-US",
    "usa.gov/government-copyright": "PD-US",
    "artlibre.org/licence/lal": "FAL-1.3",
    "artlibre.org": "FAL-1.3",
}
"""By bare address; these pages say one thing only."""

_TRANSLATED = {
    "cc": ("creative commons", "知识共享", "創用 cc", "クリエイティブ・コモンズ",
           "クリエイティブ・コモンズ・ライセンス"),
    "unported": ("nicht portiert", "non transposé", "non transposée", "non portato"),
    "by": ("namensnennung", "atribución", "reconocimiento", "atribuição", "attribuzione", "naamsvermelding",
           "uznanie autorstwa", "атрибуция", "表示", "署名", "姓名標示"),
    "nc": ("nicht-kommerziell", "nicht kommerziell", "pas d'utilisation commerciale", "nocomercial",
           "no comercial", "nãocomercial", "não comercial", "uso não-comercial", "non commerciale",
           "nietcommercieel", "niet-commercieel", "użycie niekomercyjne", "некоммерческая", "非営利",
           "非商业性使用", "非商業性", "non-commercial", "non commercial"),
    "nd": ("keine bearbeitung", "keine bearbeitungen", "pas de modification", "pas de modifications",
           "sinderivadas", "sin derivadas", "sinobraderivada", "sin obra derivada", "semderivações",
           "sem derivações", "semderivados", "non opere derivate", "geenafgeleidewerken",
           "geen afgeleide werken", "bez utworów zależnych", "без производных", "改変禁止", "禁止演绎",
           "禁止改作", "no derivative works", "no derivatives", "no derivs", "no-derivatives", "no-derivs"),
    "sa": ("weitergabe unter gleichen bedingungen", "partage dans les mêmes conditions",
           "partage des conditions initiales à l'identique", "partage à l'identique", "compartirigual",
           "compartir igual", "compartilhaigual", "partilhaigual", "condividi allo stesso modo",
           "gelijkdelen", "gelijk delen", "na tych samych warunkach", "с сохранением условий", "継承",
           "相同方式共享", "相同方式分享", "share alike", "share-alike"),
}  # fmt: skip
CODE_OF = {phrase: code for code, phrases in _TRANSLATED.items() for phrase in phrases}
TRANSLATED = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(CODE_OF, key=len, reverse=True))) + r")(?!\w)"
)

PD_REASONS = frozenset(
    {
        # why
        "old", "auto", "expired", "art", "self", "user", "author", "anon", "assumed", "presumed",
        "unpublished", "deathyear", "heirs", "release", "because", "ineligible", "simple", "text",
        "textlogo", "shape", "scan", "ancient", "law", "gov", "exempt", "coa", "flag", "map",
        "money", "chem", "font", "signature",
        # where
        "us", "usgov", "ukgov", "uk", "eu", "australia", "australiagov", "austria", "argentina",
        "armenia", "azerbaijan", "belarus", "belgium", "brazil", "bulgaria", "canada", "chile",
        "china", "colombia", "cuba", "czech", "denmark", "egypt", "estonia", "finland", "france",
        "georgia", "germany", "greece", "hk", "hungary", "iceland", "india", "indonesia", "iran",
        "iraq", "ireland", "israel", "italy", "japan", "kazakhstan", "korea", "latvia", "lebanon",
        "lithuania", "malaysia", "mexico", "netherlands", "norway", "nz", "pakistan", "peru",
        "philippines", "poland", "portugal", "romania", "russia", "rusempire", "serbia", "slovenia",
        "soviet", "spain", "sweden", "switzerland", "syria", "taiwan", "thailand", "tunisia",
        "turkey", "ukraine", "uruguay", "uzbekistan", "venezuela", "vietnam",
        # offices of the United States
        "nasa", "noaa", "usgs", "nps", "fws", "doe", "dod", "doj", "dot", "epa", "cdc", "hhs",
        "nih", "loc", "military", "army", "navy", "marines", "airforce", "uscg", "congress",
        "potus", "state", "usda", "fsa", "nara", "fema", "nist", "nsf", "treasury", "interior",
        "blm", "usaid", "cia", "fbi", "atf", "dhs",
    }
)  # fmt: skip
"""Words of Commons' templates that begin with ``PD-``."""

FLICKR = (
    "all-rights-reserved", "CC-BY-NC-SA-2.0", "CC-BY-NC-2.0", "CC-BY-NC-ND-2.0", "CC-BY-2.0", "CC-BY-SA-2.0",
    "CC-BY-ND-2.0", "no-known-restrictions", "PD-US", "CC0-1.0", "PDM-1.0",
    "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0",
)  # fmt: skip
"""By Flickr's own number (``flickr.photos.licenses.getInfo``): 0 to 10, and since June 2025 up to 16."""
