"""What a crawl job was asked to do. Frozen when the job is created."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.filters import SearchFilters
from pixcrawler.domain.crawling.standing import Quota

MAX_KEYWORDS = 1_000
MAX_KEYWORD_LENGTH = 200
MAX_IMAGES = 1_000_000
MAX_NAME_LENGTH = 200


class DedupLevel(StrEnum):
    """How alike two pictures must be to count as one. Equal bytes always do."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Keyword(msgspec.Struct, frozen=True):
    """A search text, and the label that its pictures get."""

    text: str
    label: str


class SizeRules(msgspec.Struct, frozen=True):
    """What pictures are accepted: sizes as (width, height) in pixels, file types as extensions."""

    min_size: tuple[int, int] | None = None
    max_size: tuple[int, int] | None = None
    file_types: tuple[str, ...] = ()


class JobSpec(msgspec.Struct, frozen=True, kw_only=True):
    """The request. ``inputs`` maps a source id to what it reads: an object key or a folder. ``targets``
    maps a label to how many images of it are wanted; other labels share what these leave."""

    keywords: tuple[Keyword, ...]
    sources: tuple[str, ...]
    inputs: dict[str, str] = {}
    filters: SearchFilters = SearchFilters()
    rules: SizeRules = SizeRules()
    dedup: DedupLevel = DedupLevel.MEDIUM
    seed: int = 0
    targets: dict[str, int] = {}

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """What the targets mean for the keywords, by number."""
        return tuple(
            Quota(images, tuple(n for n, keyword in enumerate(self.keywords) if keyword.label == label))
            for label, images in self.targets.items()
        )


def check_targets(spec: JobSpec, max_images: int) -> None:
    """Raises InvalidJob unless all targets belong to a keyword and add up to ``max_images``, or to less
    where other keywords have a use for the rest."""
    labels = {keyword.label for keyword in spec.keywords}
    for label in spec.targets:
        if label not in labels:
            message = f"The category “{label}” has a target and no keyword that is its own."
            raise InvalidJob(message, field="categories")
    total = sum(spec.targets.values())
    others = len(labels) > len(spec.targets)
    if spec.targets and (max_images <= total if others else max_images != total):
        wrong = "leave nothing for the categories without one" if others else "do not add up to max_images"
        message = f"The targets, {total:,} images in all, {wrong} ({max_images:,})."
        raise InvalidJob(message, field="max_images")


def checked_keywords(texts: tuple[str, ...]) -> tuple[Keyword, ...]:
    """Keywords without blanks around and without repeats (case-folded); the label is the text.

    Raises:
        InvalidJob: a keyword is empty or too long, or there are too many.
    """
    return checked_words(texts, {})


def checked_categories(categories: Mapping[str, Sequence[str]]) -> tuple[Keyword, ...]:
    """Keywords of categories; the label is the category. Raises InvalidJob like ``checked_keywords``."""
    return checked_words((), categories)


def checked_words(texts: Sequence[str], categories: Mapping[str, Sequence[str]]) -> tuple[Keyword, ...]:
    """Both together, in this order. Raises InvalidJob like ``checked_keywords``."""
    pairs = [(text, label) for label, words in categories.items() for text in words]
    return _without_repeats([*((text, text) for text in texts), *pairs])


def _without_repeats(pairs: Iterable[tuple[str, str]]) -> tuple[Keyword, ...]:
    seen: dict[str, Keyword] = {}
    for text, label in pairs:
        clean, name = _tidy(text, "keyword"), _tidy(label, "category")
        seen.setdefault(clean.casefold(), Keyword(clean, name))
    if len(seen) > MAX_KEYWORDS:
        message = f"{len(seen)} keywords are more than {MAX_KEYWORDS}; split them over several jobs."
        raise InvalidJob(message, field="keywords")
    return tuple(seen.values())


def _tidy(text: str, what: str) -> str:
    clean = " ".join(text.split())
    if not clean:
        raise InvalidJob(f"A {what} is empty; give at least one word.", field="keywords")
    if len(clean) > MAX_KEYWORD_LENGTH:
        message = f"The {what} “{clean[:40]}…” is longer than {MAX_KEYWORD_LENGTH} characters; shorten it."
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
