"""Chunks, queries, requests, triage, shortfalls and reasons."""

import pytest

from pixcrawler.adapters.system.clock import Uuid7
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.filters import SafeSearch, SearchFilters
from pixcrawler.domain.crawling.query import MOST_BARREN, QueryStatus, new_queries, searches
from pixcrawler.domain.crawling.shortfall import explained
from pixcrawler.domain.crawling.spec import (
    Keyword,
    SizeRules,
    checked_keywords,
    checked_max_images,
    checked_words,
)
from pixcrawler.domain.crawling.triage import refusal
from pixcrawler.domain.shared.reasons import RETRYABLE, SENTENCES, Reason
from tests.fakes.aggregates import Aggregates, candidate, spec

MAKE = Aggregates(Uuid7())
JOB = MAKE.job(MAKE.project(MAKE.profile()))
QUERY = MAKE.query(JOB)


def test_a_chunk_is_opened_recorded_and_completed() -> None:
    chunk = MAKE.chunk(QUERY, span=10)
    assert chunk.waiting == 10
    chunk.open(run=2, size=6)
    assert (chunk.status, chunk.run, chunk.waiting) == (ChunkStatus.ACTIVE, 2, 6)
    chunk.record(done=4, good=3, last=False)
    assert (chunk.status, chunk.waiting) == (ChunkStatus.ACTIVE, 2)
    chunk.record(done=2, good=0, last=True)
    assert (chunk.status, chunk.done, chunk.good, chunk.waiting) == (ChunkStatus.COMPLETED, 6, 3, 0)


def test_completed_and_failed_chunks_are_closed() -> None:
    assert {status for status in ChunkStatus if status.closed} == {ChunkStatus.COMPLETED, ChunkStatus.FAILED}


def test_a_query_reads_page_after_page_until_there_is_none() -> None:
    query = MAKE.query(JOB, searching=True)
    query.page_came("2", found=20, added=20)
    assert (query.pages, query.found, query.cursor) == (1, 20, "2")
    assert (query.searching, query.status) == (False, QueryStatus.OPEN)
    query.page_came(None, found=3, added=0)
    assert (query.pages, query.found, query.status) == (2, 23, QueryStatus.EXHAUSTED)


def test_a_source_that_turns_in_circles_comes_to_an_end() -> None:
    query = MAKE.query(JOB)
    query.page_came("1", found=20, added=20)
    for number in range(MOST_BARREN):
        assert query.status is QueryStatus.OPEN
        query.page_came(f"again {number}", found=20, added=0)
    assert query.status is QueryStatus.EXHAUSTED


def test_a_source_that_ends_by_itself_may_have_many_pages_with_nothing_new() -> None:
    query = MAKE.query(JOB)
    for number in range(3 * MOST_BARREN):
        query.page_came(str(number), found=20, added=0, ends=True)
    still = query.status
    query.page_came(None, found=0, added=0, ends=True)
    assert (still, query.status) == (QueryStatus.OPEN, QueryStatus.EXHAUSTED)


def test_a_query_that_gave_up_goes_on_where_it_failed() -> None:
    query = MAKE.query(JOB, searching=True, cursor="2")
    query.gave_up("It is away.")
    assert (query.status, query.error, query.searching) == (QueryStatus.FAILED, "It is away.", False)
    query.reopen()
    assert (query.status, query.error, query.cursor) == (QueryStatus.OPEN, None, "2")


def test_an_exhausted_query_stays_exhausted() -> None:
    query = MAKE.query(JOB, status=QueryStatus.EXHAUSTED, searching=True)
    query.reopen()
    assert (query.status, query.searching) == (QueryStatus.EXHAUSTED, False)


def test_every_keyword_is_asked_of_every_source() -> None:
    wanted = spec("cat", "dog", sources=("a", "b"))
    assert searches(wanted) == [(0, "a", "cat"), (0, "b", "cat"), (1, "a", "dog"), (1, "b", "dog")]
    queries = new_queries(JOB.id, wanted, Uuid7())
    assert [(q.position, q.keyword, q.source, q.text) for q in queries] == [
        (0, 0, "a", "cat"),
        (1, 0, "b", "cat"),
        (2, 1, "a", "dog"),
        (3, 1, "b", "dog"),
    ]
    assert {(q.status, q.searching, q.cursor) for q in queries} == {(QueryStatus.OPEN, False, None)}


def test_keywords_are_tidied_and_told_apart_without_regard_to_case() -> None:
    assert checked_keywords(("  big   cat ", "Big Cat", "dog")) == (
        Keyword("big cat", "big cat"),
        Keyword("dog", "dog"),
    )


def test_keywords_of_categories_get_the_category_as_label() -> None:
    assert checked_words((), {"Animals ": ["cat", "dog"], "Cars": ["CAT"]}) == (
        Keyword("cat", "Animals"),
        Keyword("dog", "Animals"),
    )


@pytest.mark.parametrize(
    ("texts", "words"),
    [(("cat", " \t"), "keyword is empty"), (("x" * 201,), "longer than 200")],
)
def test_a_senseless_keyword_is_refused(texts: tuple[str, ...], words: str) -> None:
    with pytest.raises(InvalidJob, match=words) as caught:
        checked_keywords(texts)
    assert caught.value.field == "keywords"


def test_an_unnamed_category_is_refused() -> None:
    with pytest.raises(InvalidJob, match="category is empty"):
        checked_words((), {"": ["cat"]})


def test_too_many_keywords_are_refused() -> None:
    assert len(checked_keywords(tuple(map(str, range(1_000))))) == 1_000
    with pytest.raises(InvalidJob, match="split them"):
        checked_keywords(tuple(map(str, range(1_001))))


@pytest.mark.parametrize(("number", "fine"), [(0, False), (1, True), (1_000_000, True), (1_000_001, False)])
def test_a_job_asks_for_one_to_a_million_images(number: int, *, fine: bool) -> None:
    if fine:
        assert checked_max_images(number) == number
        return
    with pytest.raises(InvalidJob, match="1 to 1,000,000") as caught:
        checked_max_images(number)
    assert caught.value.field == "max_images"


STRICT = spec(
    "cat",
    filters=SearchFilters(license=("commercial",), exclude=("Dog",)),
    rules=SizeRules(min_size=(10, 20)),
)


@pytest.mark.parametrize(
    ("license_id", "words", "width", "height", "reason"),
    [
        ("CC0-1.0", "a cat", 10, 20, None),
        ("CC0-1.0", "a cat", None, None, None),
        ("CC0-1.0", "a cat", None, 1, None),
        ("CC0-1.0", "a cat", 1, None, None),
        ("unknown", "a cat", 10, 20, Reason.LICENSE),
        ("CC-BY-NC-4.0", "a cat", 10, 20, Reason.LICENSE),
        ("CC0-1.0", "Hot DOGs", 10, 20, Reason.EXCLUDED),
        ("CC0-1.0", "dogma", 10, 20, None),
        ("CC0-1.0", "a cat", 9, 20, Reason.TOO_SMALL),
        ("CC0-1.0", "a cat", 10, 19, Reason.TOO_SMALL),
    ],
)
def test_what_the_source_says_may_refuse_a_candidate(
    license_id: str, words: str, width: int | None, height: int | None, reason: Reason | None
) -> None:
    for described in ({"title": words}, {"tags": tuple(words.split())}):
        found_as = candidate("a", license=license_id, width=width, height=height, **described)
        assert refusal(STRICT, found_as) == reason


@pytest.mark.parametrize(
    ("size", "reason"), [((900, 100), Reason.TOO_LARGE), ((100, 900), Reason.TOO_LARGE), ((800, 800), None)]
)
def test_what_is_said_to_be_too_large_is_not_asked_for(size: tuple[int, int], reason: Reason | None) -> None:
    wanted = spec("cat", rules=SizeRules(max_size=(800, 800)))
    assert refusal(wanted, candidate("a", width=size[0], height=size[1])) == reason


@pytest.mark.parametrize("safe", list(SafeSearch))
def test_what_a_source_marks_as_sensitive_comes_only_without_safe_search(safe: SafeSearch) -> None:
    wanted = spec("cat", filters=SearchFilters(safe_search=safe))
    assert refusal(wanted, candidate("a")) is None
    refused = refusal(wanted, candidate("a", mature=True))
    assert refused == (None if safe is SafeSearch.OFF else Reason.MATURE)


def test_without_filters_nothing_is_refused() -> None:
    assert refusal(spec("cat"), candidate("a", title="dog", width=1, height=1)) is None


def test_nothing_is_explained_where_nothing_is_missing() -> None:
    assert explained(5, 5, {"timeout": 3}, ["It was away."]) == ()


def test_finding_nothing_is_said() -> None:
    assert explained(5, 0, {}, []) == ("The sources found nothing for these keywords.",)


def test_the_five_commonest_reasons_are_told_and_what_may_pass() -> None:
    reasons = {"timeout": 3, "robots": 9, "too_small": 4, "http_404": 4, "dns": 1, "corrupt": 2}
    told = explained(5_000, 1_000, reasons, ["It was away.", "It was away."])
    assert told == (
        "The sources gave 1,023 candidates in all, and have no more.",
        f"9: {Reason.ROBOTS.sentence}",
        f"4: {Reason.HTTP_404.sentence}",
        f"4: {Reason.TOO_SMALL.sentence}",
        f"3: {Reason.TIMEOUT.sentence}",
        f"2: {Reason.CORRUPT.sentence}",
        "4 candidates failed for reasons that may pass (timeout 3, dns 1); resume the job to try them again.",
        "It was away.",
    )


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_is_retryable_or_not(reason: Reason) -> None:
    assert reason.sentence.endswith(".")
    assert reason.retryable == (reason in RETRYABLE)


def test_the_list_of_reasons_is_closed() -> None:
    assert set(SENTENCES) == set(Reason)
    assert not Reason.ROBOTS.retryable
    assert Reason.TIMEOUT.retryable
