"""What people are told of failures."""

import pytest

from pixcrawler.domain.crawling.errors import SourceBlocked
from pixcrawler.domain.shared.errors import (
    INTERNAL,
    DomainError,
    NotFound,
    StorageFull,
    code_of,
    kind_of,
    sentence_of,
    told,
)


def test_a_foreseen_failure_has_its_sentence_and_a_bug_has_none() -> None:
    assert told(SourceBlocked("openverse", "It refuses us.")) == "It refuses us."
    assert told(KeyError("/secret/path")) == INTERNAL


def test_programs_read_a_code_which_leads_back_to_its_error() -> None:
    assert code_of(SourceBlocked("openverse", "It refuses us.")) == "SOURCE_BLOCKED"
    assert code_of(KeyError("/secret/path")) == "INTERNAL"
    assert kind_of("SOURCE_BLOCKED") is SourceBlocked
    assert kind_of(code_of(StorageFull("No room."))) is StorageFull
    assert kind_of("INTERNAL") is kind_of("OF_ANOTHER_RELEASE") is DomainError


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("SourceBlocked: It refuses us.", "It refuses us."),
        ("NotFound: a: b", "a: b"),
        ("KeyError: '/secret/path'", INTERNAL),
        ("DomainError: It is foreseen.", "It is foreseen."),
        ("It has no class", INTERNAL),
        ("NotFound: ", INTERNAL),
        ("", INTERNAL),
    ],
)
def test_a_kept_failure_is_told_in_the_same_way(line: str, sentence: str) -> None:
    assert sentence_of(line) == sentence


def test_a_line_that_a_worker_keeps_is_understood() -> None:
    error = NotFound("There is nothing.")
    assert sentence_of(f"{type(error).__name__}: {error}") == "There is nothing."
