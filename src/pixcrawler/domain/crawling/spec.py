"""What a crawl job was asked to do. Frozen when the job is created."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from pixcrawler.domain.crawling.conflicts import Conflicts, Labels
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.standing import Quota
from pixcrawler.domain.crawling.terms import same, terms_of, tidy, unquoted, without_repeats
from pixcrawler.domain.shared.validation import Thresholds, Validation, ValidationMode

MAX_KEYWORDS = 1_000
MAX_KEYWORD_LENGTH = 200
MAX_IMAGES = 1_000_000
MAX_NAME_LENGTH = 200
MAX_QUERIES = 100
"""Search texts of one keyword, its own included."""

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
"""What JSON can spell, and neither a database nor a URL can hold."""


class DedupLevel(StrEnum):
    """How alike two pictures must be to count as one. Equal bytes always do."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class DedupScope(StrEnum):
    """What new pictures are compared with: those of their job, or also all that its owner has."""

    JOB = "job"
    OWNER = "owner"


class Keyword(msgspec.Struct, frozen=True):
    """A search text, and the label that its pictures get. ``queries`` are further texts to search for under
    the same label, ``exclude`` words that nothing found by this keyword may have in title or tags."""

    text: str
    label: str
    queries: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.text, *self.queries)

    @property
    def by_category(self) -> bool:
        """Whether the label is a category's, and not the search text itself."""
        own = unquoted(self.text)
        return self.label != own and not self.label.startswith(f"{own} OR ")


class SizeRules(msgspec.Struct, frozen=True):
    """What pictures are accepted: sizes as (width, height) in pixels, file types as extensions."""

    min_size: tuple[int, int] | None = None
    max_size: tuple[int, int] | None = None
    file_types: tuple[str, ...] = ()


def checked_rules(
    min_size: tuple[int, int] | None, max_size: tuple[int, int] | None, file_types: tuple[str, ...]
) -> SizeRules:
    """Raises InvalidJob where no picture can meet both sizes."""
    if min_size and max_size and (min_size[0] > max_size[0] or min_size[1] > max_size[1]):
        smallest, largest = ("x".join(map(str, size)) for size in (min_size, max_size))
        message = f"The smallest size, {smallest}, is larger than the largest, {largest}: no picture is both."
        raise InvalidJob(message, field="min_size")
    return SizeRules(min_size, max_size, file_types)


class JobSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The request. ``inputs`` maps a source id to what it reads: an object key, a folder, or
    addresses (see ``addresses``). ``targets``
    maps a label to how many images of it are wanted; other labels share what these leave. ``minimums``
    maps a label to how many it should have at least: it gets them before others get more, where they can be
    found, and what is short is said. ``thresholds``
    are what a strict look is held to."""

    keywords: tuple[Keyword, ...]
    sources: tuple[str, ...]
    inputs: dict[str, str] = {}
    filters: SearchFilters = SearchFilters()
    rules: SizeRules = SizeRules()
    dedup: DedupLevel = DedupLevel.MEDIUM
    dedup_scope: DedupScope = DedupScope.JOB
    validation: Validation = Validation.STANDARD
    validation_mode: ValidationMode = ValidationMode.REJECT
    thresholds: Thresholds | None = None
    seed: int = 0
    targets: dict[str, int] = {}
    minimums: dict[str, int] = {}
    conflicts: Conflicts = Conflicts.KEEP

    @property
    def labels(self) -> tuple[str, ...]:
        """All that were asked for, in order."""
        return tuple(dict.fromkeys(keyword.label for keyword in self.keywords))

    @property
    def labelling(self) -> Labels:
        return Labels([keyword.label for keyword in self.keywords], self.conflicts)

    def filters_of(self, keyword: int) -> SearchFilters:
        """The job's filters, with what the keyword excludes."""
        more = self.keywords[keyword].exclude
        if not more:
            return self.filters
        every = without_repeats([*self.filters.exclude, *more])
        return msgspec.structs.replace(self.filters, exclude=tuple(every))

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """What targets and minimums mean for the keywords, by number."""
        of_label: dict[str, list[int]] = {}
        for number, keyword in enumerate(self.keywords):
            of_label.setdefault(keyword.label, []).append(number)
        exact = [Quota(images, tuple(of_label[label])) for label, images in self.targets.items()]
        least = [
            Quota(images, tuple(of_label[label]), exact=False)
            for label, images in self.minimums.items()
            if label not in self.targets
        ]
        return (*exact, *least)


def check_targets(spec: JobSpec, max_images: int) -> None:
    """Raises InvalidJob unless all targets and minimums belong to a keyword, and the targets add up to
    ``max_images``, or to less where other keywords have a use for the rest and their minimums room in it."""
    _check_labels(spec, max_images)
    total = sum(spec.targets.values())
    others = len(spec.labels) > len(spec.targets)
    if spec.targets and (max_images <= total if others else max_images != total):
        wrong = "leave nothing for the categories without one" if others else "do not add up to max_images"
        message = f"The targets, {total:,} images in all, {wrong} ({max_images:,})."
        raise InvalidJob(message, field="max_images")
    least = sum(number for label, number in spec.minimums.items() if label not in spec.targets)
    if least > max_images - total:
        room = f"there is room for ({max_images - total:,})"
        raise InvalidJob(f"The minimums, {least:,} images in all, are more than {room}.", field="max_images")


def _check_labels(spec: JobSpec, max_images: int) -> None:
    for what, numbers in (("target", spec.targets), ("minimum", spec.minimums)):
        for label in numbers:
            if label not in spec.labels:
                message = f"The category “{label}” has a {what} and no keyword that is its own."
                raise InvalidJob(message, field="categories")
    for label, least in spec.minimums.items():
        most = spec.targets.get(label, max_images)
        if least > most:
            message = f"The category “{label}” should have at least {least:,} and at most {most:,} images."
            raise InvalidJob(message, field="categories")


def checked_keywords(texts: tuple[str, ...]) -> tuple[Keyword, ...]:
    """Keywords without blanks around and without repeats (case-folded); the label is the text without
    quotes and exclusions. What a keyword can say besides its words: see ``terms``.

    Raises:
        InvalidJob: a keyword is empty or too long, or there are too many.
    """
    return checked_words(texts, {})


def checked_words(texts: Sequence[str], categories: Mapping[str, Sequence[str]]) -> tuple[Keyword, ...]:
    """Keywords, and those of categories behind them: their label is the category. Raises InvalidJob like
    ``checked_keywords``."""
    pairs = [(text, label) for label, words in categories.items() for text in words]
    return _without_repeats([*((text, None) for text in texts), *pairs])


def with_queries(keywords: Iterable[Keyword], more: Mapping[str, Sequence[str]]) -> tuple[Keyword, ...]:
    """The keywords with further search texts; ``more`` maps a keyword's text (or its label) to them.

    Raises:
        InvalidJob: there is no such keyword, or a text is empty, too long, or one too many.
    """
    wanted = {same(text): queries for text, queries in more.items()}
    found = []
    for keyword in keywords:
        named = next((name for name in (same(keyword.text), same(keyword.label)) if name in wanted), None)
        added = [_tidy(text, "query") for text in wanted.pop(named)] if named is not None else []
        every = without_repeats([*keyword.texts, *added])
        if len(every) > MAX_QUERIES:
            message = f"“{keyword.text}” has {len(every)} search texts; {MAX_QUERIES} are the most."
            raise InvalidJob(message, field="queries")
        found.append(msgspec.structs.replace(keyword, queries=tuple(every[1:])))
    if wanted:
        message = f"There are queries for “{next(iter(wanted))}”, which is no keyword of this job."
        raise InvalidJob(message, field="queries")
    return tuple(found)


def _without_repeats(pairs: Iterable[tuple[str, str | None]]) -> tuple[Keyword, ...]:
    seen: dict[tuple[str, frozenset[str]], Keyword] = {}
    for text, label in pairs:
        terms = terms_of(_tidy(text, "keyword"))
        name = terms.label if label is None else _tidy(label, "category")
        first, *others = terms.texts
        keyword = Keyword(first, name, tuple(others), terms.exclude)
        seen.setdefault((same(first), frozenset(map(same, terms.exclude))), keyword)
    if len(seen) > MAX_KEYWORDS:
        message = f"{len(seen)} keywords are more than {MAX_KEYWORDS}; split them over several jobs."
        raise InvalidJob(message, field="keywords")
    return tuple(seen.values())


def _tidy(text: str, what: str) -> str:
    clean = tidy(text)
    if not clean:
        raise InvalidJob(f"A {what} is empty; give at least one word.", field="keywords")
    if len(clean) > MAX_KEYWORD_LENGTH:
        message = f"The {what} “{clean[:40]}…” is longer than {MAX_KEYWORD_LENGTH} characters; shorten it."
        raise InvalidJob(message, field="keywords")
    if _NO_TEXT.search(clean):
        message = f"The {what} {clean[:40]!a} holds NUL or half a character; remove it."
        raise InvalidJob(message, field="keywords")
    return clean


def checked_max_images(number: int) -> int:
    """Raises InvalidJob outside 1 to 1,000,000."""
    if not 1 <= number <= MAX_IMAGES:
        message = f"{number} images were asked for; ask for 1 to {MAX_IMAGES:,}."
        raise InvalidJob(message, field="max_images")
    return number


def checked_job_name(text: str) -> str:
    """Without blanks around and inside one at most. Raises InvalidJob when empty or too long."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= MAX_NAME_LENGTH:
        raise InvalidJob(f"A job's name has 1 to {MAX_NAME_LENGTH} characters.", field="name")
    return name
