"""What a `crawl` command line asks for."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec

from pixcrawler.domain.crawling.addresses import ADDRESS_SOURCES, checked_addresses
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
    DedupLevel,
    DedupScope,
    JobSpec,
    Keyword,
    SizeRules,
    check_targets,
    checked_keywords,
    checked_max_images,
    checked_rules,
)
from pixcrawler.domain.datasets.format_limits import LIMITS
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.licenses import parse_policy
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from pixcrawler.entrypoints.cli.config_file import Plan, read_plan

DEFAULT_IMAGES = 100
SOURCES_OF_PATHS = ("url_list", "folder")
SOURCES_OF_INPUT = (*SOURCES_OF_PATHS, *ADDRESS_SOURCES)
TYPES = {"jpeg": "jpg", "tif": "tiff"}
ADDRESS_START = re.compile("https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlRequest:
    """The options of `pixcrawler crawl`, as they were given."""

    keywords: tuple[str, ...]
    sources: tuple[str, ...]
    max_images: int | None
    out: Path | None
    inputs: tuple[str, ...]
    config: Path | None
    format: str
    split: str
    min_size: tuple[int, int] | None
    max_size: tuple[int, int] | None
    file_types: tuple[str, ...]
    license: str
    dedup: str
    dedup_scope: str
    validation: str
    validation_mode: str
    exclude: tuple[str, ...]
    safe_search: str
    image_type: str | None
    color: str | None
    language: str | None
    seed: int
    concurrency: int | None
    dry_run: bool
    resume: bool
    as_json: bool
    expand: str = "off"
    minimum: int | None = None
    conflicts: str | None = None
    planned: Plan | None = None
    archive: str | None = None
    convert: str | None = None
    quality: int | None = None
    max_side: int | None = None
    strip_metadata: bool = False
    shard_size: int | None = None

    @property
    def source_ids(self) -> tuple[str, ...]:
        """Named ones without repeats; else what the input is, or Openverse."""
        if self.sources:
            return tuple(dict.fromkeys(self.sources))
        found: tuple[str, ...] = ("web",) if self.addresses else ()
        if self.input is not None:
            folder = is_archive(self.input) or (_there(self.input) and self.input.is_dir())
            found += ("folder",) if folder else ("url_list",)
        return found or ("openverse",)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The inputs that are URLs."""
        return tuple(one.strip() for one in self.inputs if ADDRESS_START.match(one.strip()))

    @property
    def input(self) -> Path | None:
        """The input that is a file or a folder."""
        paths = [one for one in self.inputs if not ADDRESS_START.match(one.strip())]
        return Path(paths[0]) if paths else None

    def address_inputs(self) -> dict[str, str]:
        """What the sources read that are given URLs. Raises InvalidJob."""
        readers = [source for source in self.source_ids if source in ADDRESS_SOURCES]
        return {source: checked_addresses(self.addresses, field="input") for source in readers}

    @property
    def most_of_addresses(self) -> int | None:
        """How many images to stop at when nobody says, and nobody knows how many there are."""
        alone = all(source in ADDRESS_SOURCES for source in self.source_ids)
        return IMAGES_OF_ADDRESSES if alone else None

    @property
    def folder(self) -> Path | None:
        """What the folder source may read."""
        return self.input.resolve() if self.input is not None and "folder" in self.source_ids else None

    @property
    def words(self) -> str:
        """A name for the whole."""
        if self.keywords:
            return " ".join(self.keywords)
        if self.addresses:
            return urlsplit(self.addresses[0]).hostname or "web"
        return self.input.stem if self.input is not None else (self.config.stem if self.config else "crawl")

    def spec(self, inputs: dict[str, str]) -> JobSpec:
        """Raises InvalidJob."""
        plan = self.plan()
        return JobSpec(
            keywords=plan.keywords,
            sources=self.source_ids,
            inputs=inputs,
            filters=SearchFilters(
                safe_search=SafeSearch(self.safe_search),
                license=self._license(),
                file_types=self._file_types(),
                min_size=self.min_size,
                exclude=tuple(word for word in (word.strip() for word in self.exclude) if word),
                language=self._language(),
                image_type=ImageType(self.image_type) if self.image_type else None,
                color=Color(self.color) if self.color else None,
            ),
            rules=self._rules(),
            dedup=DedupLevel(self.dedup),
            dedup_scope=DedupScope(self.dedup_scope),
            validation=Validation(self.validation),
            validation_mode=ValidationMode(self.validation_mode),
            seed=self.seed,
            targets=plan.targets,
            minimums=plan.minimums,
            conflicts=Conflicts(self.conflicts) if self.conflicts else plan.conflicts or Conflicts.KEEP,
        )

    def check(self) -> None:
        """Raises InvalidJob for what can be told without asking anybody."""
        needs_input = [source for source in self.source_ids if source in SOURCES_OF_INPUT]
        self._check_paths([source for source in needs_input if source in SOURCES_OF_PATHS])
        self._check_addresses([source for source in needs_input if source in ADDRESS_SOURCES])
        if needs_input and len(self.spec({}).keywords) > 1:
            message = f"The source {needs_input[0]} is one list; give at most one keyword, its label."
            raise InvalidJob(message, field="keywords")
        check_targets(self.spec({}), self.images or DEFAULT_IMAGES)

    def _check_paths(self, readers: list[str]) -> None:
        if len(self.inputs) - len(self.addresses) > 1:
            raise InvalidJob("--input takes one file or folder, and any number of URLs.", field="input")
        if readers and self.input is None:
            raise InvalidJob(
                f"The source {readers[0]} needs --input, the file or folder to read.", field="input"
            )
        if self.input is not None and not readers:
            message = f"{self.input} is read by --source url_list or --source folder; name one. "
            raise InvalidJob(message + "A URL begins with http:// or https://.", field="input")
        if self.input is not None and not _there(self.input):
            raise InvalidJob(f"There is no {self.input}; check --input.", field="input")

    def _check_addresses(self, readers: list[str]) -> None:
        if readers and not self.addresses:
            raise InvalidJob(
                f"The source {readers[0]} needs --input, the URL to read; it may be repeated.", field="input"
            )
        if self.addresses and len(readers) != 1:
            raise InvalidJob(
                "An --input that is a URL is read by --source web or --source feed; name one.", field="input"
            )
        self.address_inputs()

    def plan(self) -> Plan:
        """Keywords of the command line and of --config, with numbers by label. Raises InvalidJob."""
        if self.planned is not None:
            return self.planned
        read = Plan() if self.config is None else read_plan(self.config)
        found = (*checked_keywords(self.keywords), *read.keywords)
        if not found and all(source in SOURCES_OF_INPUT for source in self.source_ids):
            found = (Keyword("", ""),)
        if not found:
            raise InvalidJob(
                'No keyword was given; try: pixcrawler crawl "red fox" --max-images 50', field="keywords"
            )
        minimums = read.minimums
        if self.minimum is not None:
            minimums = {one.label: read.minimums.get(one.label, self.minimum) for one in found if one.label}
            if not minimums:
                told = (
                    "--minimum is for classes that keywords or --config name; those of --input come with it."
                )
                raise InvalidJob(told, field="minimum")
        return msgspec.structs.replace(read, keywords=found, minimums=minimums)

    @property
    def images(self) -> int | None:
        """How many in all, where the command line or --config says it. Raises InvalidJob."""
        if self.max_images is not None:
            return checked_max_images(self.max_images)
        plan = self.plan()
        if plan.max_images is None and plan.targets:
            if {one.label for one in plan.keywords} - plan.targets.keys():
                message = "Some categories have no max_images of their own; say how many images in all."
                raise InvalidJob(message, field="max_images")
            return sum(plan.targets.values())
        return plan.max_images

    def _rules(self) -> SizeRules:
        """With what the readers of the export's format want, where nobody says otherwise."""
        file_types, min_size, limits = self._file_types(), self.min_size, LIMITS.get(self.format)
        if limits is None:
            return checked_rules(min_size, self.max_size, file_types)
        written = (self.convert,) if self.convert else file_types
        refused = sorted({TYPES.get(kind, kind) for kind in written} - limits.kinds)
        if refused:
            raise InvalidJob(
                f"The format {self.format} holds no {refused[0]}: what opens it would skip such pictures"
                " without a word. Convert them (--convert jpeg), or leave them out.",
                field="convert" if self.convert else "file_type",
            )
        if not self.convert:
            file_types = file_types or tuple(kind.value for kind in Format if kind in limits.kinds)
        least = (limits.shortest_side, limits.shortest_side)
        return checked_rules(min_size or least, self.max_size, file_types)

    def _license(self) -> tuple[str, ...]:
        try:
            return parse_policy(self.license) if self.license else ()
        except ValueError as error:
            raise InvalidJob(str(error), field="license") from error

    def _language(self) -> str | None:
        try:
            return primary_language(self.language) if self.language else None
        except ValueError as error:
            raise InvalidJob(f"{error}.", field="language") from error

    def _file_types(self) -> tuple[str, ...]:
        kinds = [kind.strip().lower().lstrip(".") for given in self.file_types for kind in given.split(",")]
        named = [TYPES.get(kind, kind) for kind in kinds if kind]
        for kind in named:
            if kind not in set(Format):
                known = ", ".join(Format)
                raise InvalidJob(
                    f"“{kind}” is no file type that is accepted; there are {known}.", field="file_type"
                )
        return tuple(dict.fromkeys(named))


def _there(path: Path) -> bool:
    """False, too, where nobody can tell, such as for a name that is too long."""
    try:
        return path.exists()
    except OSError:
        return False


def is_archive(path: Path) -> bool:
    """Whether it is a zip by its name; what is in it is the folder source's to say."""
    return path.suffix.lower() == ".zip"


class Size(click.ParamType[tuple[int, int]]):
    """``WIDTHxHEIGHT`` in pixels."""

    name = "WxH"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        if isinstance(value, tuple):
            return value
        match = re.fullmatch(r"([1-9]\d{0,5})[xX×]([1-9]\d{0,5})", str(value).strip(), re.ASCII)
        if match is None:
            self.fail(f"“{value}” is no size; write it as 640x480.", param, ctx)
        return int(match[1]), int(match[2])
