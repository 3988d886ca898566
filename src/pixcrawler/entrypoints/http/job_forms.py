"""What may be sent about jobs, to the limit of each field."""

from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.crawling.change_crawl import CrawlChange
from pixcrawler.application.crawling.create_crawl import NewCrawl
from pixcrawler.application.crawling.take_url_list import TakenList
from pixcrawler.application.ports.url_list import TextFormat, UrlText
from pixcrawler.domain.crawling.addresses import (
    ADDRESS_SOURCES,
    checked_addresses,
)
from pixcrawler.domain.crawling.addresses import DEFAULT_IMAGES as IMAGES_OF_ADDRESSES
from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.filters import (
    Color,
    ImageType,
    SafeSearch,
    SearchFilters,
    primary_language,
)
from pixcrawler.domain.crawling.spec import (
    MAX_IMAGES,
    MAX_KEYWORDS,
    MAX_NAME_LENGTH,
    DedupLevel,
    DedupScope,
    JobSpec,
    Keyword,
    checked_rules,
    checked_words,
    with_queries,
)
from pixcrawler.domain.crawling.terms import tidy
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.ids import ProjectId
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from pixcrawler.entrypoints.http.job_classes import Category, Class, classes_of, sums, words_of
from pixcrawler.entrypoints.http.job_fields import (
    Addresses,
    Images,
    Language,
    Name,
    Side,
    Text,
    Texts,
    Version,
    Word,
)

DEFAULT_IMAGES = 100
URL_LIST = "url_list"

T = TypeVar("T")


def sent(value: T | UnsetType) -> T | None:
    """What a body says, or None where it says nothing."""
    return None if isinstance(value, UnsetType) else value


class Box(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A size in pixels."""

    width: Side
    height: Side

    @property
    def pair(self) -> tuple[int, int]:
        return self.width, self.height


class UrlList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of image URLs, sent along as text."""

    format: TextFormat
    content: Annotated[str, Meta(min_length=1, max_length=1_000_000, pattern=r"^[^\u0000]*$")]

    @property
    def text(self) -> UrlText:
        return UrlText(self.format, self.content)


class Inputs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """URLs to read. `web`: pages, sites (everything below a URL that ends in `/*`), sitemaps. `feed`: RSS,
    Atom."""

    web: Addresses | None = None
    feed: Addresses | None = None

    @property
    def kept(self) -> dict[str, str]:
        """As a job keeps them. Raises InvalidJob."""
        given = {source: getattr(self, source) for source in ADDRESS_SOURCES}
        return {
            source: checked_addresses(one, field=f"inputs.{source}")
            for source, one in given.items()
            if one is not None
        }


class CreateJob(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give `keywords`, `categories` (label → keywords), a `url_list`, `inputs`, or several of these.

    `max_images` is for the whole job, 100 where nothing else says how many (1,000 for `inputs` alone); a
    category may have a target of its own. `queries` are further search texts by keyword, as
    POST /keywords/expand gives them; a keyword may hold `"exact phrases"`, `-excluded` words and `OR`.
    `sources` are `openverse`, or those of the lists and inputs that were sent; these take one keyword at
    most, their label. `license` names what a picture's licence must allow or be. `image_type`, `color` and
    `language` are asked of sources that can; colour, `animated` and `transparent` are measured in every
    picture; what can be neither asked nor measured is in the job's log. `name` is made from the keywords.
    """

    project_id: UUID
    name: Name | None = None
    keywords: Annotated[tuple[Text, ...], Meta(max_length=MAX_KEYWORDS)] = ()
    categories: Annotated[dict[Text, Texts | Category], Meta(max_length=MAX_KEYWORDS)] = {}
    queries: Annotated[dict[Text, Texts], Meta(max_length=MAX_KEYWORDS)] = {}
    url_list: UrlList | None = None
    inputs: Inputs | None = None
    sources: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=64, pattern="^[a-z][a-z0-9_]*$")], ...],
        Meta(max_length=20),
    ] = ()
    max_images: Images | None = None
    min_size: Box | None = None
    max_size: Box | None = None
    file_types: Annotated[tuple[Format, ...], Meta(max_length=len(Format))] = ()
    license: Annotated[
        tuple[Literal["commercial", "derivatives", "public-domain", "known"], ...], Meta(max_length=4)
    ] = ()
    exclude: Annotated[tuple[Word, ...], Meta(max_length=100)] = ()
    safe_search: SafeSearch = SafeSearch.MODERATE
    image_type: ImageType | None = None
    color: Color | None = None
    language: Language | None = None
    dedup: DedupLevel = DedupLevel.MEDIUM
    dedup_scope: DedupScope = DedupScope.JOB
    validation: Validation = Validation.STANDARD
    validation_mode: ValidationMode = ValidationMode.REJECT
    minimum: Images | None = None
    conflicts: Conflicts = Conflicts.KEEP
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0

    def command(self, taken: TakenList | None) -> NewCrawl:
        """What is asked of the application; ``taken`` is where the list is by now. Raises InvalidJob."""
        keywords, sources = self._keywords(), self._sources()
        minimum = None if self.min_size is None else self.min_size.pair
        maximum = None if self.max_size is None else self.max_size.pair
        spec = JobSpec(
            keywords=keywords,
            sources=sources,
            inputs=({} if taken is None else {URL_LIST: taken.key}) | self._addresses(),
            filters=SearchFilters(
                safe_search=self.safe_search,
                license=tuple(dict.fromkeys(self.license)),
                file_types=tuple(dict.fromkeys(self.file_types)),
                min_size=minimum,
                exclude=tuple(tidy(word) for word in self.exclude),
                image_type=self.image_type,
                color=self.color,
                language=None if self.language is None else primary_language(self.language),
            ),
            rules=checked_rules(minimum, maximum, tuple(dict.fromkeys(self.file_types))),
            dedup=self.dedup,
            dedup_scope=self.dedup_scope,
            validation=self.validation,
            validation_mode=self.validation_mode,
            seed=self.seed,
            targets=self._targets(),
            minimums=self._minimums(keywords),
            conflicts=self.conflicts,
        )
        return NewCrawl(
            project_id=ProjectId(self.project_id),
            name=self.name or _name(keywords) or self._name_of_lists(),
            spec=spec,
            max_images=self._max_images(sources, taken),
        )

    def _keywords(self) -> tuple[Keyword, ...]:
        words = words_of(self._classes())
        found = checked_words(self.keywords, words)
        lists = self._lists()
        if lists and len(found) > 1:
            message = f"What {lists[0]} reads takes one keyword at most: its label."
            raise InvalidJob(message, field="keywords")
        if not found and not lists:
            raise InvalidJob("Give keywords, categories, a url_list or inputs.", field="keywords")
        return with_queries(found, self.queries) or (Keyword("", ""),)

    def _sources(self) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(self.sources))
        lists = self._lists()
        for source in named:
            if source in (URL_LIST, *ADDRESS_SOURCES) and source not in lists:
                field = source if source == URL_LIST else f"inputs.{source}"
                raise InvalidJob(f"The source {source} needs the field {field}.", field=field)
        for source in lists:
            if named and source not in named:
                message = f"What was sent for the source {source} is read by it alone; name it."
                raise InvalidJob(message, field="sources")
        return named or lists or ("openverse",)

    def _lists(self) -> tuple[str, ...]:
        """The sources whose lists were sent along."""
        return (() if self.url_list is None else (URL_LIST,)) + tuple(self._addresses())

    def _addresses(self) -> dict[str, str]:
        return {} if self.inputs is None else self.inputs.kept

    def _name_of_lists(self) -> str:
        first = next(iter(self._addresses().values()), None)
        return "URL list" if first is None else first.partition("\n")[0][:MAX_NAME_LENGTH]

    def _targets(self) -> dict[str, int]:
        return sums((label, category.max_images) for label, category in self._classes())

    def _minimums(self, keywords: tuple[Keyword, ...]) -> dict[str, int]:
        own = sums((label, category.minimum) for label, category in self._classes())
        if self.minimum is None:
            return own
        return {one.label: own.get(one.label, self.minimum) for one in keywords if one.label}

    def _classes(self) -> list[Class]:
        return classes_of(self.categories)

    def _max_images(self, sources: tuple[str, ...], taken: TakenList | None) -> int:
        if self.max_images is not None:
            return self.max_images
        targets = self._targets()
        if not targets:
            if set(sources) != set(self._lists()):
                return DEFAULT_IMAGES
            of_addresses = IMAGES_OF_ADDRESSES if self._addresses() else 0
            return min((0 if taken is None else taken.urls) + of_addresses, MAX_IMAGES)
        if self.keywords or {label for label, _ in self._classes()} > targets.keys():
            message = "Some keywords have no target of their own; say how many images in all."
            raise InvalidJob(message, field="max_images")
        return sum(targets.values())


WITH_SOMETHING_TO_FIND = Meta(
    extra_json_schema={
        "anyOf": [
            {"required": ["keywords"], "properties": {"keywords": {"minItems": 1}}},
            {"required": ["categories"], "properties": {"categories": {"minProperties": 1}}},
            {"required": ["url_list"], "properties": {"url_list": {"type": "object"}}},
            {"required": ["inputs"], "properties": {"inputs": {"type": "object", "minProperties": 1}}},
        ]
    }
)
"""For the document: what ``CreateJob.command`` asks for and no single field can say."""


class ChangeJob(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different. `max_images` can be changed before the start only. With `version`, the change
    is refused when the job has moved on from it."""

    name: Name | UnsetType = UNSET
    max_images: Images | UnsetType = UNSET
    version: Version | UnsetType = UNSET

    @property
    def command(self) -> CrawlChange:
        return CrawlChange(name=sent(self.name), max_images=sent(self.max_images), version=sent(self.version))


def _name(keywords: tuple[Keyword, ...]) -> str:
    words = ", ".join(dict.fromkeys(keyword.label for keyword in keywords if keyword.label))
    return tidy(words[:MAX_NAME_LENGTH])
