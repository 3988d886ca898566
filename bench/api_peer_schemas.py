"""What the peer takes and gives."""

# mypy: ignore-errors
# Its libraries are in its own environment.
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class JobSummary(Read):
    id: UUID
    owner_id: UUID
    project_id: UUID
    name: str
    status: str
    max_images: int
    found: int
    good: int
    accepted: int
    reasons: dict[str, int]
    run: int
    version: int
    failure_code: str | None
    failure: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Keyword(Read):
    text: str
    label: str
    queries: list[str]
    exclude: list[str]


class Size(Read):
    width: int
    height: int


class JobRequest(Read):
    keywords: list[Keyword]
    targets: dict[str, int]
    minimums: dict[str, int]
    conflicts: str
    sources: list[str]
    url_list: bool
    inputs: dict[str, list[str]]
    min_size: Size | None
    max_size: Size | None
    file_types: list[str]
    license: list[str]
    exclude: list[str]
    safe_search: str
    image_type: str | None
    color: str | None
    language: str | None
    dedup: str
    dedup_scope: str
    validation: str
    validation_mode: str
    seed: int


class JobDetail(JobSummary):
    request: JobRequest


class ListedImage(Read):
    id: UUID
    status: str
    reason: str | None
    image_url: str
    source: str | None
    title: str | None
    license: str | None
    label: str | None
    sha256: str | None
    format: str | None
    width: int | None
    height: int | None
    bytes: int | None
    retrieved_at: datetime | None


class Page(Read):
    total: int
    page: int
    size: int
    pages: int
    total_exact: bool


class JobPage(Page):
    items: list[JobSummary]


class ImagePage(Page):
    items: list[ListedImage]
    next_cursor: str | None


Word = Annotated[str, Field(min_length=1, max_length=200)]


class CreateJob(BaseModel):
    model_config = ConfigDict(extra="forbid")

    project_id: UUID
    name: Word
    keywords: Annotated[list[Word], Field(min_length=1, max_length=1000)]
    sources: Annotated[list[str], Field(min_length=1, max_length=20)]
    max_images: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    safe_search: Literal["off", "moderate", "strict"] = "moderate"
    dedup: Literal["none", "low", "medium", "high"] = "medium"
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
