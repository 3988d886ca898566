"""What may be sent about jobs, to the limit of each field."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.crawling.change_crawl import CrawlChange
from pixcrawler.application.crawling.create_crawl import Draft, NewCrawl
from pixcrawler.application.crawling.take_url_list import TakenList
from pixcrawler.application.ports.url_list import TextFormat, UrlText
from pixcrawler.domain.crawling.addresses import (
    ADDRESS_SOURCES,
    checked_addresses,
)
from pixcrawler.domain.crawling.addresses import DEFAULT_IMAGES as IMAGES_OF_ADDRESSES
from pixcrawler.domain.crawling.errors import InvalidJob
from pixcrawler.domain.crawling.spec import (
    MAX_IMAGES,
    MAX_KEYWORDS,
    MAX_NAME_LENGTH,
    JobSpec,
    Keyword,
    checked_words,
    with_queries,
)
from pixcrawler.domain.crawling.terms import tidy
from pixcrawler.domain.shared.ids import ProjectId
from pixcrawler.entrypoints.http.job_choices import Choices, chosen
from pixcrawler.entrypoints.http.job_classes import Category, Class, classes_of, sums, words_of
from pixcrawler.entrypoints.http.job_fields import (
    NO_NUL,
    Addresses,
    Images,
    Name,
    Text,
    Texts,
    Version,
)

DEFAULT_IMAGES = 100
URL_LIST = "url_list"
NOTHING: Mapping[str, Any] = MappingProxyType({})

T = TypeVar("T")


def sent(value: T | UnsetType) -> T | None:
    """What a body says, or None where it says nothing."""
    return None if isinstance(value, UnsetType) else value


class UrlList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A list of image URLs, sent along as text."""

    format: TextFormat
    content: Annotated[str, Meta(min_length=1, max_length=1_000_000, pattern=NO_NUL)]

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


class CreateJob(Choices, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give `keywords`, `categories` (label → keywords), a `url_list`, `inputs`, or several of these.

    `max_images` is for the whole job, 100 where nothing else says how many (1,000 for `inputs` alone); a
    category may have a target of its own. `queries` are further search texts by keyword, as
    POST /keywords/expand gives them; a keyword may hold `"exact phrases"`, `-excluded` words and `OR`.
    `sources` are `openverse`, or those of the lists and inputs that were sent; these take one keyword at
    most, their label. `license` names what a picture's licence must allow or be. `image_type`, `color` and
    `language` are asked of sources that can; colour, `animated` and `transparent` are measured in every
    picture; what can be neither asked nor measured is in the job's log. `name` is made from the keywords.

    Fields that are left out are taken from the project's `defaults`. Where these say nothing either:
    `safe_search` is `moderate`, `dedup` `medium` in the scope `job`, `validation` and `validation_mode` what
    you have set (`PUT /validation/level`; else `standard` and `reject`), `conflicts` `keep`, `seed` 0; there
    is no filter.
    """

    project_id: UUID
    name: Name | None = None
    keywords: Annotated[tuple[Text, ...], Meta(max_length=MAX_KEYWORDS)] = ()
    categories: Annotated[dict[Text, Texts | Category], Meta(max_length=MAX_KEYWORDS)] = msgspec.field(
        default_factory=dict
    )
    queries: Annotated[dict[Text, Texts], Meta(max_length=MAX_KEYWORDS)] = msgspec.field(default_factory=dict)
    url_list: UrlList | None = None
    inputs: Inputs | None = None
    minimum: Images | None = None

    def draft(self, taken: TakenList | None) -> Draft:
        """The same, once somebody knows the project's defaults."""
        return Draft(ProjectId(self.project_id), lambda defaults: self.command(taken, defaults))

    def command(self, taken: TakenList | None, defaults: Mapping[str, Any] = NOTHING) -> NewCrawl:
        """What is asked of the application; ``taken`` is where the list is by now, ``defaults`` what its
        project says. Raises InvalidJob."""
        has = chosen(self, defaults, but=self._settled)
        keywords, sources = self._keywords(), self._sources(has.sources)
        spec = JobSpec(
            keywords=keywords,
            sources=sources,
            inputs=({} if taken is None else {URL_LIST: taken.key}) | self._addresses(),
            filters=has.filters,
            rules=has.rules,
            dedup=has.dedup,
            dedup_scope=has.dedup_scope,
            validation=has.validation,
            validation_mode=has.validation_mode,
            seed=has.seed,
            targets=self._targets(),
            minimums=self._minimums(keywords),
            conflicts=has.conflicts,
        )
        return NewCrawl(
            project_id=ProjectId(self.project_id),
            name=self.name or _name(keywords) or self._name_of_lists(),
            spec=spec,
            max_images=self._max_images(has.max_images, sources, taken),
        )

    @property
    def _settled(self) -> frozenset[str]:
        """What lists and targets say better than a project."""
        if self._lists():
            return frozenset({"sources", "max_images"})
        return frozenset({"max_images"}) if self._targets() else frozenset()

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

    def _sources(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(wanted))
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

    def _max_images(self, wanted: int | None, sources: tuple[str, ...], taken: TakenList | None) -> int:
        if wanted is not None:
            return wanted
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
