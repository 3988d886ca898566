"""From a source's words to a licence's normal id."""

import pytest

from pixcrawler.domain.crawling.license_text import (
    best_license_id,
    flickr_license_id,
    license_id,
    linked_license_id,
)
from pixcrawler.domain.shared.licenses import POLICIES, allows, license_of
from tests.data.licences import SAID, UNREADABLE


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


@pytest.mark.parametrize(
    ("said", "least"),
    [
        (("https://creativecommons.org/licenses/by/4.0/", "All rights reserved"), "all-rights-reserved"),
        (("https://creativecommons.org/licenses/by/4.0/", "CC BY-NC 4.0"), "CC-BY-NC-4.0"),
        (("CC BY-NC 4.0", "CC BY-ND 4.0"), "unknown"),
        (("Public domain", "CC BY-SA 3.0"), "CC-BY-SA-3.0"),
        (("CC BY-SA 3.0", "CC BY-SA 2.5"), "CC-BY-SA-3.0"),
    ],
)
def test_of_ways_that_contradict_each_other_none_is_believed_beyond_the_others(
    said: tuple[str, ...], least: str
) -> None:
    assert best_license_id(*said) == least
    assert best_license_id(None, *said, "see there") == least


@pytest.mark.parametrize("normal", sorted({normal for _, normal in SAID}))
def test_a_normal_id_is_read_as_itself_and_names_a_licence(normal: str) -> None:
    assert license_id(normal) == normal
    assert license_of(normal).id == normal


FLICKR = [
    "all-rights-reserved", "CC-BY-NC-SA-2.0", "CC-BY-NC-2.0", "CC-BY-NC-ND-2.0", "CC-BY-2.0", "CC-BY-SA-2.0",
    "CC-BY-ND-2.0", "no-known-restrictions", "PD-US", "CC0-1.0", "PDM-1.0", "CC-BY-4.0", "CC-BY-SA-4.0",
    "CC-BY-ND-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0",
]  # fmt: skip


def test_flickrs_numbers_are_its_own() -> None:
    assert [flickr_license_id(number) for number in range(17)] == FLICKR
    assert [flickr_license_id(str(number)) for number in range(17)] == FLICKR


@pytest.mark.parametrize("number", [17, -1, 99, 10**30, "", None, "4.0", "by", "٤", "1 or 2", "000099999"])
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
