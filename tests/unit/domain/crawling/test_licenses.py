import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.crawling.license_text import best_license_id, license_id
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
]

UNREADABLE = [
    None, "", "free for personal use", "CC BY 4.0 except the logo", "CC BY 9.0", "by-nd-sa", "cc", "4.0",
    "sampling+", "not cc-by", "https://creativecommons.org/licenses/sampling+/1.0/", "https://example.com/by/4.0/",
    "https://creativecommons.org.evil.example/licenses/by/4.0/", "CC BY 4.0 NC", "no", "CC-SA-4.0",
    "public domain except in France", "commercial", "0", "4",
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
    for _, normal in SAID:
        url = license_of(normal).url
        if url and ("creativecommons" in url or "gnu.org" in url or "flickr" in url):
            assert license_id(url) == normal


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
