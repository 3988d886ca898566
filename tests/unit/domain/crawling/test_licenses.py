import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.crawling.license_table import CC_PORTS, FIXED
from pixcrawler.domain.crawling.license_text import (
    best_license_id,
    flickr_license_id,
    license_id,
    linked_license_id,
)
from pixcrawler.domain.crawling.license_words import (
    ADDRESSES,
    CODE_OF,
    ELEMENTS,
    MARKS,
    PD_REASONS,
    PHRASES,
    SAYS_NOTHING,
)
from pixcrawler.domain.crawling.licenses import (
    POLICIES,
    allows,
    attribution_line,
    license_of,
    parse_policy,
)

SAID = [
    # codes of Openverse and iNaturalist
    ("by", "CC-BY"),
    ("by-nc-sa", "CC-BY-NC-SA"),
    ("cc-by", "CC-BY"),
    ("cc-by-nc-nd", "CC-BY-NC-ND"),
    ("cc0", "CC0-1.0"),
    ("pdm", "PDM-1.0"),
    ("CC-BY-4.0", "CC-BY-4.0"),
    ("c", "all-rights-reserved"),
    # names as Wikimedia Commons writes them
    ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
    ("cc-by-sa-3.0,2.5", "CC-BY-SA-3.0"),
    ("CC BY-SA 3.0 de", "CC-BY-SA-3.0-DE"),
    ("cc-by-sa-3.0,2.5,2.0,1.0", "CC-BY-SA-3.0"),
    ("cc-by-2.5", "CC-BY-2.5"),
    ("CC BY-SA 3.0 igo", "CC-BY-SA-3.0-IGO"),
    ("cc-by-sa-3.0-migrated", "CC-BY-SA-3.0"),
    ("cc-by-sa-all", "CC-BY-SA"),
    ("CC0", "CC0-1.0"),
    ("cc-zero", "CC0-1.0"),
    ("Public domain", "PD"),
    ("pd", "PD"),
    ("PD-old-70", "PD"),
    ("PD-US", "PD-US"),
    ("PD-US-expired", "PD-US"),
    ("PD-USGov-NASA", "PD-US"),
    ("GFDL", "GFDL"),
    ("GFDL 1.2", "GFDL-1.2"),
    ("gfdl-1.3", "GFDL-1.3"),
    ("No restrictions", "no-known-restrictions"),
    ("FAL", "FAL-1.3"),
    ("OGL 3", "OGL-UK-3.0"),
    ("Attribution", "attribution-only"),
    ("Copyrighted free use", "copyrighted-free-use"),
    # full names
    ("Creative Commons Attribution-ShareAlike 4.0 International", "CC-BY-SA-4.0"),
    ("Creative Commons Attribution-NonCommercial-NoDerivs 2.0 Generic", "CC-BY-NC-ND-2.0"),
    ("Creative Commons Attribution Non-Commercial Share Alike 3.0 Unported License", "CC-BY-NC-SA-3.0"),
    ("All Rights Reserved", "all-rights-reserved"),
    # addresses
    ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
    ("http://creativecommons.org/licenses/by-sa/3.0", "CC-BY-SA-3.0"),
    ("//creativecommons.org/licenses/by-sa/3.0/", "CC-BY-SA-3.0"),
    ("https://www.creativecommons.org/licenses/by-nc-nd/4.0/deed.de", "CC-BY-NC-ND-4.0"),
    ("https://creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
    ("https://creativecommons.org/licenses/by-sa/2.0/uk/legalcode", "CC-BY-SA-2.0-UK"),
    ("https://creativecommons.org/licenses/by-sa/3.0/de/deed.en", "CC-BY-SA-3.0-DE"),
    ("https://creativecommons.org/licenses/by/4.0/?ref=openverse", "CC-BY-4.0"),
    ("https://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
    ("https://creativecommons.org/licenses/sa/1.0/", "CC-SA-1.0"),
    ("https://creativecommons.org/publicdomain/zero/1.0/deed.en", "CC0-1.0"),
    ("https://creativecommons.org/publicdomain/mark/1.0/", "PDM-1.0"),
    ("https://creativecommons.org/licenses/publicdomain/", "PD"),
    ("https://spdx.org/licenses/CC-BY-SA-4.0.html", "CC-BY-SA-4.0"),
    ("https://www.gnu.org/copyleft/fdl.html", "GFDL"),
    ("https://www.gnu.org/licenses/old-licenses/fdl-1.2.html", "GFDL-1.2"),
    # the same address in other spellings
    ("creativecommons.org/licenses/by/4.0", "CC-BY-4.0"),
    ("HTTPS://CreativeCommons.org/Licenses/BY-SA/4.0/", "CC-BY-SA-4.0"),
    ("  https://creativecommons.org/licenses/by/4.0/  ", "CC-BY-4.0"),
    ("https://creativecommons.org/licenses/by-nc/4.0/deed.zh-hans", "CC-BY-NC-4.0"),
    ("https://creativecommons.org/licenses/by-nc/4.0/deed.pt_BR", "CC-BY-NC-4.0"),
    ("https://creativecommons.org/licenses/by/4.0/legalcode.txt", "CC-BY-4.0"),
    ("https://creativecommons.org/licenses/by/4.0/legalcode#s3a", "CC-BY-4.0"),
    ("https://creativecommons.org/licenses/by/2.0/?ref=ccsearch&atype=rich", "CC-BY-2.0"),
    ("https://creativecommons.org/licenses/by-sa/3.0/rdf", "CC-BY-SA-3.0"),
    ("https://creativecommons.org/licenses/by-sa/", "CC-BY-SA"),
    ("https://creativecommons.org/licenses/by/2.5/scotland/", "CC-BY-2.5-SCOTLAND"),
    ("https://i.creativecommons.org/l/by-sa/4.0/88x31.png", "CC-BY-SA-4.0"),
    ("https://licensebuttons.net/l/by-nc-nd/3.0/80x15.png", "CC-BY-NC-ND-3.0"),
    ("https://licensebuttons.net/p/zero/1.0/88x31.png", "CC0-1.0"),
    ("https://creativecommons.org/publicdomain/zero/1.0/legalcode.fr", "CC0-1.0"),
    ("https://creativecommons.org/about/cc0/", "CC0-1.0"),
    ("https://creativecommons.org/publicdomain/certification/1.0/us/", "PD"),
    ("https://spdx.org/licenses/CC-PDM-1.0", "PDM-1.0"),
    ("http://www.usa.gov/copyright.shtml", "PD-US"),
    ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
    ("http://artlibre.org/licence/lal/en", "FAL-1.3"),
    # statements about rights
    ("http://rightsstatements.org/vocab/InC/1.0/", "InC-1.0"),
    ("https://rightsstatements.org/page/InC-EDU/1.0/?language=en", "InC-EDU-1.0"),
    ("http://rightsstatements.org/vocab/NoC-US/1.0", "NoC-US-1.0"),
    ("http://rightsstatements.org/data/NoC-NC/1.0/", "NoC-NC-1.0"),
    ("rightsstatements.org/vocab/NKC/1.0/", "NKC-1.0"),
    ("In Copyright - Educational Use Permitted", "InC-EDU-1.0"),
    ("No Copyright – United States", "NoC-US-1.0"),
    # in other languages, as Creative Commons and Commons put it
    ("Creative Commons Namensnennung – Weitergabe unter gleichen Bedingungen 3.0 Unported", "CC-BY-SA-3.0"),
    ("Namensnennung-Nicht-kommerziell-Keine Bearbeitung 3.0", "CC-BY-NC-ND-3.0"),
    (
        "Attribution - Pas d’Utilisation Commerciale - Partage dans les Mêmes Conditions 4.0 International",
        "CC-BY-NC-SA-4.0",
    ),
    ("Licencia Creative Commons Atribución-NoComercial-CompartirIgual 4.0 Internacional", "CC-BY-NC-SA-4.0"),
    ("Atribuição-CompartilhaIgual 3.0", "CC-BY-SA-3.0"),
    ("Attribuzione - Non commerciale - Non opere derivate 4.0 Internazionale", "CC-BY-NC-ND-4.0"),
    ("Naamsvermelding-GelijkDelen 3.0", "CC-BY-SA-3.0"),
    ("Uznanie autorstwa-Na tych samych warunkach 4.0", "CC-BY-SA-4.0"),
    ("クリエイティブ・コモンズ 表示 - 継承 4.0", "CC-BY-SA-4.0"),
    ("知识共享 署名-非商业性使用-相同方式共享 4.0", "CC-BY-NC-SA-4.0"),
    ("Gemeinfrei", "PD"),
    ("Domaine public", "PD"),
    ("общественное достояние", "PD"),
    # more that Commons has
    ("CC-BY-SA-4.0,3.0,2.5,2.0,1.0", "CC-BY-SA-4.0"),
    ("Creative Commons CC0", "CC0-1.0"),
    ("cc-pd-mark", "PDM-1.0"),
    ("PD-old-auto-1923", "PD"),
    ("PD-US-not renewed", "PD-US"),
    ("KOGL Type 1", "KOGL-1"),
    ("GODL-India", "GODL-India"),
    ("Licence Ouverte 2.0", "etalab-2.0"),
    ("DL-DE/BY-2-0", "DL-DE-BY-2.0"),
]

UNREADABLE = [
    None, "", "free for personal use", "CC BY 4.0 except the logo", "CC BY 9.0", "by-nd-sa", "cc", "4.0",
    "sampling+", "not cc-by", "https://creativecommons.org/licenses/sampling+/1.0/", "https://example.com/by/4.0/",
    "https://creativecommons.org.evil.example/licenses/by/4.0/", "CC BY 4.0 NC", "no", "CC-SA-4.0",
    "public domain except in France", "commercial", "0", "4", "PD-US but not in France", "PD-not-really",
    "not-PD-US-URAA", "attribution license", "Namensnennung", "CC BY non", "CC BY nicht", "CC BY 4.0 de",
    "CC BY 3.0 xx", "cc by 4.0 " * 100, "http://rightsstatements.org/vocab/CNE/1.0/",
    "http://rightsstatements.org/vocab/UND/1.0/", "http://rightsstatements.org/vocab/Free/1.0/",
    "https://rightsstatements.org.evil.example/vocab/NKC/1.0/", "https://creativecommons.org/",
    "https://creativecommons.org/licenses/", "https://creativecommons.org/licenses/by/5.0/",
    "https://creativecommons.org/licenses/attribution/4.0/", "https://creativecommons.org/licenses/by/4.0/de/",
    "https://evil.example/?u=creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/x/y",
    "https://creativecommons.org@evil.example/licenses/by/4.0/", "https://unsplash.com/license", "Fair use",
    "CC BY-NC-SA or ask me", "© Ann, CC BY 4.0", "GFDL and CC BY-SA 3.0", "royalty-free", "free", "null",
]  # fmt: skip


@pytest.mark.parametrize(("said", "normal"), SAID)
def test_what_sources_say_becomes_one_id(said: str, normal: str) -> None:
    assert license_id(said) == normal


@pytest.mark.parametrize("said", UNREADABLE)
def test_what_cannot_be_read_is_unknown_and_allows_nothing(said: str | None) -> None:
    assert license_id(said) == "unknown"
    assert not any(allows(license_id(said), (word,)) for word in POLICIES)


def test_a_version_given_apart_is_used_and_a_missing_one_is_not_guessed() -> None:
    assert license_id("by-sa", "2.0") == "CC-BY-SA-2.0"
    assert license_id("by-sa", "") == "CC-BY-SA"
    assert license_id("by-sa", "N/A") == "CC-BY-SA"
    assert license_id("cc0", "1.0") == "CC0-1.0"


def test_the_first_readable_of_several_ways_counts() -> None:
    assert best_license_id(None, "see description", "CC BY 2.0", "cc0") == "CC-BY-2.0"
    assert best_license_id(None, "?") == "unknown"


@pytest.mark.parametrize("normal", sorted({normal for _, normal in SAID}))
def test_a_normal_id_is_read_as_itself_and_names_a_licence(normal: str) -> None:
    assert license_id(normal) == normal
    assert license_of(normal).id == normal


@pytest.mark.parametrize(
    ("normal", "met"),
    [
        ("CC-BY-4.0", {"commercial", "derivatives", "known"}),
        ("CC-BY-NC-2.0", {"derivatives", "known"}),
        ("CC-BY-ND", {"commercial", "known"}),
        ("CC-BY-NC-ND-4.0", {"known"}),
        ("CC0-1.0", {"commercial", "derivatives", "public-domain", "known"}),
        ("PD", {"commercial", "derivatives", "public-domain", "known"}),
        ("GFDL-1.2", {"commercial", "derivatives", "known"}),
        ("no-known-restrictions", {"known"}),
        ("all-rights-reserved", {"known"}),
        ("unknown", set()),
        ("nonsense", set()),
    ],
)
def test_each_licence_meets_exactly_its_policies(normal: str, met: set[str]) -> None:
    assert {word for word in POLICIES if allows(normal, (word,))} == met


def test_a_policy_of_several_words_asks_for_all_of_them() -> None:
    assert allows("CC-BY-4.0", ("commercial", "derivatives"))
    assert not allows("CC-BY-ND-4.0", ("commercial", "derivatives"))
    assert allows("unknown", ())


def test_a_licence_tells_its_address_and_duties() -> None:
    ported = license_of("CC-BY-NC-SA-3.0-DE")
    assert ported.url == "https://creativecommons.org/licenses/by-nc-sa/3.0/de/"
    assert ported.name == "CC BY-NC-SA 3.0 DE"
    assert (ported.commercial, ported.derivatives, ported.share_alike, ported.attribution) == (
        False,
        True,
        True,
        True,
    )
    assert license_of("CC-BY").url is None


def test_every_address_of_a_licence_leads_back_to_it() -> None:
    for normal in {normal for _, normal in SAID} | FIXED.keys():
        url = license_of(normal).url
        assert url is None or license_id(url) == normal


def test_statements_about_rights_are_what_they_are() -> None:
    assert not any(allows("InC-1.0", (word,)) for word in ("commercial", "derivatives", "public-domain"))
    assert allows("InC-1.0", ("known",))
    assert not allows("NoC-NC-1.0", ("commercial",))
    assert allows("NoC-NC-1.0", ("derivatives",))
    assert not allows("NKC-1.0", ("commercial",))
    assert allows("NoC-US-1.0", ("commercial", "public-domain"))
    assert attribution_line("InC-1.0", title="Red fox", author="Ann") == (
        '"Red fox" by Ann is marked with In Copyright. '
        "To view the terms, visit http://rightsstatements.org/vocab/InC/1.0/"
    )


FLICKR = [
    "all-rights-reserved", "CC-BY-NC-SA-2.0", "CC-BY-NC-2.0", "CC-BY-NC-ND-2.0", "CC-BY-2.0", "CC-BY-SA-2.0",
    "CC-BY-ND-2.0", "no-known-restrictions", "PD-US", "CC0-1.0", "PDM-1.0", "CC-BY-4.0", "CC-BY-SA-4.0",
    "CC-BY-ND-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0",
]  # fmt: skip


def test_flickrs_numbers_are_its_own() -> None:
    assert [flickr_license_id(number) for number in range(17)] == FLICKR
    assert [flickr_license_id(str(number)) for number in range(17)] == FLICKR


@pytest.mark.parametrize("number", [17, -1, 99, 10**30, "", None, "4.0", "by", "٤", "1 or 2"])
def test_a_number_that_flickr_has_not_named_is_unknown(number: int | str | None) -> None:
    assert flickr_license_id(number) == "unknown"


@pytest.mark.parametrize(
    ("said", "normal"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ({"@id": "https://creativecommons.org/licenses/by-sa/4.0/"}, "CC-BY-SA-4.0"),
        ({"@type": "CreativeWork", "name": "CC BY 2.0", "url": "https://example.org/terms"}, "CC-BY-2.0"),
        ([{"url": "https://example.org/terms"}, "CC0"], "CC0-1.0"),
        (["https://example.org/terms"], "unknown"),
        ([["CC0"]], "unknown"),
        ({"name": {"@value": "CC0"}}, "unknown"),
        (None, "unknown"),
        (4, "unknown"),
        ([], "unknown"),
        ({}, "unknown"),
    ],
)
def test_linked_data_is_read_by_address_or_name(said: object, normal: str) -> None:
    assert linked_license_id(said) == normal


def test_a_policy_is_read_in_a_fixed_order_and_each_word_once() -> None:
    assert parse_policy(" Derivatives,commercial, commercial") == ("commercial", "derivatives")
    assert parse_policy("") == ()


def test_a_wrong_policy_names_the_right_words() -> None:
    with pytest.raises(
        ValueError,
        match=r"'free' is no licence policy \(choose from: commercial, derivatives, public-domain, known\)",
    ):
        parse_policy("commercial,free")


def test_the_credit_names_title_author_licence_and_terms() -> None:
    assert attribution_line("CC-BY-2.0", title="Red fox", author="Ann") == (
        '"Red fox" by Ann is licensed under CC BY 2.0. To view the terms, visit https://creativecommons.org/licenses/by/2.0/'
    )
    assert attribution_line("PD", title=None, author=None) == "This work is marked with Public domain."
    assert attribution_line("unknown", title="Red fox", author="Ann") is None


@given(st.text(max_size=40), st.none() | st.text(max_size=5))
def test_any_text_gives_a_normal_id(said: str, version: str | None) -> None:
    normal = license_id(said, version)
    assert license_of(normal).id == normal


@given(
    st.lists(
        st.sampled_from(["cc", "by", "sa", "nd", "nc", "-", " ", "4.0", "2", "de", "pd", "zero", "x", ","]),
        max_size=8,
    )
)
def test_reading_an_id_again_changes_nothing(words: list[str]) -> None:
    normal = license_id("".join(words))
    assert license_id(normal) == normal


NAMES = [said for said, _ in SAID if "/" not in said]
FOREIGN = [
    "except",
    "not",
    "free",
    "personal",
    "logo",
    "only",
    "editorial",
    "but",
    "©",
    "ask",
    "unless",
    "x1",
]


@given(
    st.sampled_from(NAMES),
    st.sampled_from(FOREIGN),
    st.integers(0, 200),
    st.sampled_from([" ", ", ", " (", "-"]),
)
def test_one_word_that_cannot_be_read_makes_any_licence_unknown(
    name: str, word: str, place: int, mark: str
) -> None:
    words = name.split(" ")
    at = place % (len(words) + 1)
    assert license_id(mark.join([*words[:at], word, *words[at:]])) == "unknown"


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


READABLE = {word for said, _ in SAID for word in words_of(said)} | {
    word
    for known in (PHRASES, ADDRESSES, CODE_OF, ELEMENTS, MARKS, PD_REASONS, SAYS_NOTHING)
    for text in known
    for word in words_of(text)
}


@given(st.text(max_size=40))
def test_no_text_but_of_words_of_the_tables_gives_a_licence(text: str) -> None:
    foreign = {word for word in words_of(text) - READABLE if not re.fullmatch(r"v?\d", word)}
    assert license_id(text) == "unknown" or not foreign


elements = st.sampled_from(["BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND"])
published = st.one_of(
    st.sampled_from(sorted(FIXED)),
    st.builds("CC-{}".format, elements),
    st.builds("CC-{}-{}".format, elements, st.sampled_from(["1.0", "2.0", "2.5", "3.0", "4.0"])),
    st.builds("CC-{}-3.0-{}".format, elements, st.sampled_from(sorted(CC_PORTS))),
)


@given(published)
def test_no_way_round_changes_an_id(normal: str) -> None:
    found = license_of(normal)
    assert (
        found.id
        == license_id(normal)
        == license_id(normal.lower())
        == license_id(f" {normal.upper()} ")
        == normal
    )
    assert found.url is None or license_id(found.url) == normal
    assert license_id(found.name) in {normal, "unknown"}
