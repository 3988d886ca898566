"""What licences allow and ask for."""

import pytest

from pixcrawler.domain.crawling.license_text import license_id
from pixcrawler.domain.shared.license_table import FIXED
from pixcrawler.domain.shared.licenses import (
    POLICIES,
    allows,
    attribution_line,
    license_of,
    parse_policy,
)
from tests.data.licences import SAID


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
