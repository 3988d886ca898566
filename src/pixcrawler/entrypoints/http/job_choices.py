"""What a job may leave to its project, and in the end to us."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.domain.crawling.conflicts import Conflicts
from pixcrawler.domain.crawling.filters import (
    Color,
    ImageType,
    SafeSearch,
    SearchFilters,
    primary_language,
)
from pixcrawler.domain.crawling.spec import DedupLevel, DedupScope, SizeRules, checked_rules
from pixcrawler.domain.crawling.terms import tidy
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.shared.validation import Validation, ValidationMode
from pixcrawler.entrypoints.http.job_fields import Images, Language, Side, Word

Licence = Literal["commercial", "derivatives", "public-domain", "known"]
SourceIds = Annotated[
    tuple[Annotated[str, Meta(min_length=1, max_length=64, pattern="^[a-z][a-z0-9_]*$")], ...],
    Meta(max_length=20),
]
Formats = Annotated[tuple[Format, ...], Meta(max_length=len(Format))]
Licences = Annotated[tuple[Licence, ...], Meta(max_length=4)]
Excluded = Annotated[tuple[Word, ...], Meta(max_length=100)]
Seed = Annotated[int, Meta(ge=0, le=2**32 - 1)]


class Box(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A size in pixels."""

    width: Side
    height: Side

    @property
    def pair(self) -> tuple[int, int]:
        return self.width, self.height


class Choices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields of a job that need not be given."""

    sources: SourceIds | UnsetType = UNSET
    max_images: Images | UnsetType | None = UNSET
    min_size: Box | UnsetType | None = UNSET
    max_size: Box | UnsetType | None = UNSET
    file_types: Formats | UnsetType = UNSET
    license: Licences | UnsetType = UNSET
    exclude: Excluded | UnsetType = UNSET
    safe_search: SafeSearch | UnsetType = UNSET
    image_type: ImageType | UnsetType | None = UNSET
    color: Color | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    dedup: DedupLevel | UnsetType = UNSET
    dedup_scope: DedupScope | UnsetType = UNSET
    validation: Validation | UnsetType = UNSET
    validation_mode: ValidationMode | UnsetType = UNSET
    conflicts: Conflicts | UnsetType = UNSET
    seed: Seed | UnsetType = UNSET

    @property
    def given(self) -> dict[str, Any]:
        """What was said, also that there is to be none (null)."""
        every = {name: getattr(self, name) for name in Choices.__struct_fields__}
        return {name: value for name, value in every.items() if value is not UNSET}


class JobDefaults(Choices, frozen=True, kw_only=True):
    """What new jobs of a project take for fields that they leave out; see POST /jobs. `sources` and
    `max_images` are for jobs that search by keyword and say nothing of either in another way."""

    @property
    def kept(self) -> dict[str, Any]:
        """As a project keeps them."""
        found: dict[str, Any] = msgspec.to_builtins(self.given)
        return found


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """What holds in the end."""

    sources: SourceIds = ()
    max_images: int | None = None
    min_size: Box | None = None
    max_size: Box | None = None
    file_types: Formats = ()
    license: Licences = ()
    exclude: Excluded = ()
    safe_search: SafeSearch = SafeSearch.MODERATE
    image_type: ImageType | None = None
    color: Color | None = None
    language: str | None = None
    dedup: DedupLevel = DedupLevel.MEDIUM
    dedup_scope: DedupScope = DedupScope.JOB
    validation: Validation = Validation.STANDARD
    validation_mode: ValidationMode = ValidationMode.REJECT
    conflicts: Conflicts = Conflicts.KEEP
    seed: int = 0

    @property
    def filters(self) -> SearchFilters:
        return SearchFilters(
            safe_search=self.safe_search,
            license=tuple(dict.fromkeys(self.license)),
            file_types=tuple(dict.fromkeys(self.file_types)),
            min_size=None if self.min_size is None else self.min_size.pair,
            exclude=tuple(tidy(word) for word in self.exclude),
            image_type=self.image_type,
            color=self.color,
            language=None if self.language is None else primary_language(self.language),
        )

    @property
    def rules(self) -> SizeRules:
        """Raises InvalidJob where no picture can meet both sizes."""
        smallest = None if self.min_size is None else self.min_size.pair
        largest = None if self.max_size is None else self.max_size.pair
        return checked_rules(smallest, largest, tuple(dict.fromkeys(self.file_types)))


def chosen(form: Choices, defaults: Mapping[str, Any], *, but: frozenset[str] = frozenset()) -> Chosen:
    """What the body says, else what its project says (``but`` of these fields), else the usual."""
    taken = {name: value for name, value in defaults.items() if name not in but}
    usual = msgspec.convert(taken, Chosen)
    return msgspec.structs.replace(usual, **form.given)
