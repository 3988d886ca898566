"""The peer's tables, and a line of its image page."""

# mypy: ignore-errors
# Its libraries are in its own environment.
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SHOWN = (
    *("keywords", "targets", "minimums", "conflicts", "sources"),
    *("dedup", "dedup_scope", "validation", "validation_mode", "seed"),
)
FILTERS = ("license", "exclude", "safe_search", "image_type", "color", "language")
"""What is shown of a specification as it is."""


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB, list[Any]: JSONB}  # noqa: RUF012


class ApiKeyRow(Base):
    __tablename__ = "api_keys"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    digest: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ProjectRow(Base):
    __tablename__ = "projects"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    name: Mapped[str]
    status: Mapped[str]


class CrawlJobRow(Base):
    __tablename__ = "crawl_jobs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    project_id: Mapped[UUID]
    name: Mapped[str]
    lane: Mapped[str]
    max_images: Mapped[int]
    spec: Mapped[dict[str, Any]]
    status: Mapped[str]
    run: Mapped[int]
    version: Mapped[int]
    found: Mapped[int]
    good: Mapped[int]
    accepted: Mapped[int]
    reasons: Mapped[dict[str, Any]]
    lost: Mapped[list[Any]]
    settling: Mapped[bool]
    failure_code: Mapped[str | None]
    failure: Mapped[str | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    run_started_at: Mapped[datetime | None]
    run_good: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @property
    def request(self) -> dict[str, Any]:
        """The specification as it is shown."""
        spec = self.spec
        rules, filters, inputs = spec["rules"], spec["filters"], spec["inputs"]
        return {
            **{name: spec[name] for name in SHOWN},
            "url_list": "url_list" in inputs,
            "inputs": {one: inputs[one].split("\n") for one in ("web", "feed") if one in inputs},
            "min_size": _size(rules["min_size"]),
            "max_size": _size(rules["max_size"]),
            "file_types": rules["file_types"],
            **{name: filters[name] for name in FILTERS},
        }


class ListedImageRow(Base):
    """A line of the image page's statement."""

    __tablename__ = "listed_images"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]
    reason: Mapped[str | None]
    image_url: Mapped[str]
    source: Mapped[str | None]
    title: Mapped[str | None]
    license: Mapped[str | None]
    label: Mapped[str | None]
    sha256: Mapped[str | None]
    format: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    bytes: Mapped[int | None]
    retrieved_at: Mapped[datetime | None]


def _size(pair: list[int] | None) -> dict[str, int] | None:
    return None if pair is None else {"width": pair[0], "height": pair[1]}
