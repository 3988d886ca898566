"""No text gives a licence by accident, and no way round changes an id."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.crawling.license_text import license_id
from pixcrawler.domain.crawling.license_words import (
    ADDRESSES,
    CODE_OF,
    ELEMENTS,
    MARKS,
    PD_REASONS,
    PHRASES,
    SAYS_NOTHING,
)
from pixcrawler.domain.shared.license_table import CC_PORTS, FIXED
from pixcrawler.domain.shared.licenses import license_of
from tests.data.licences import SAID


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
