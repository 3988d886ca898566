"""Ordinary aggregates; every argument changes one of their fields."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from pixcrawler.application.ports.clock import NewId
from pixcrawler.application.ports.repositories import Bad, Good, Sighting
from pixcrawler.domain.crawling.candidate import Candidate
from pixcrawler.domain.crawling.chunk import Chunk, ChunkStatus
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.query import Query, QueryStatus
from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.crawling.urls import normalise_url, url_digest
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.selection import Selection
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, Export, ExportPlan
from pixcrawler.domain.identity.api_key import ApiKey
from pixcrawler.domain.identity.key_text import KeyKind, key_digest
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.projects.project import Project, ProjectStatus
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.plans import Plan
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.execution import Execution, PolicyKind, new_execution
from pixcrawler.domain.storage.policy import Age, ArchivalPolicy, CleanupPolicy, Policy, Target

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


class Aggregates:
    """Makes them with fresh ids, each belonging to the one before."""

    def __init__(self, new_id: NewId) -> None:
        self.new_id: Any = new_id

    def profile(self, **changes: Any) -> Profile:
        key = self.new_id()
        values: dict[str, Any] = {
            "name": f"somebody {key}",
            "email": None,
            "avatar_url": None,
            "onboarded": False,
            "role": Role.USER,
            "plan": Plan.FREE,
        }
        return Profile(**{"id": key, **values, **changes})

    def api_key(self, owner: Profile, **changes: Any) -> ApiKey:
        key = self.new_id()
        values: dict[str, Any] = {
            "name": "laptop",
            "kind": KeyKind.TEST,
            "digest": key_digest(str(key)),
            "last4": "abcd",
            "scopes": ("*",),
            "created_at": AT,
            "expires_at": None,
            "revoked_at": None,
            "hourly_limit": None,
            "last_used_at": None,
            "last_address": None,
            "replaced_by": None,
        }
        return ApiKey(**{"id": key, "owner_id": owner.id, **values, **changes})

    def project(self, owner: Profile, **changes: Any) -> Project:
        key = self.new_id()
        values = {
            "name": f"Project {key}",
            "description": "",
            "defaults": {},
            "status": ProjectStatus.ACTIVE,
            "version": 1,
            "created_at": AT,
            "updated_at": AT,
        }
        return Project(**{"id": key, "owner_id": owner.id, **values, **changes})

    def job(self, project: Project, **changes: Any) -> CrawlJob:
        values: dict[str, Any] = {
            "name": "Cats",
            "lane": "shared",
            "max_images": 10,
            "spec": spec("cat"),
            "status": JobStatus.RUNNING,
            "run": 1,
            "version": 1,
            "found": 0,
            "good": 0,
            "accepted": 0,
            "reasons": {},
            "lost": [0],
            "settling": False,
            "failure_code": None,
            "failure": None,
            "created_at": AT,
            "started_at": AT,
            "ended_at": None,
            "run_started_at": AT,
            "run_good": 0,
        }
        ids = {"id": self.new_id(), "owner_id": project.owner_id, "project_id": project.id}
        return CrawlJob(**{**ids, **values, **changes})

    def query(self, job: CrawlJob, **changes: Any) -> Query:
        values: dict[str, Any] = {
            "position": 0,
            "keyword": 0,
            "source": "openverse",
            "text": "cat",
            "cursor": None,
            "pages": 0,
            "found": 0,
            "barren": 0,
            "searching": False,
            "status": QueryStatus.OPEN,
            "error": None,
        }
        return Query(**{"id": self.new_id(), "job_id": job.id, **values, **changes})

    def chunk(self, query: Query, **changes: Any) -> Chunk:
        values: dict[str, Any] = {
            "run": 1,
            "keyword": query.keyword,
            "position": 0,
            "span": 10,
            "size": 0,
            "done": 0,
            "good": 0,
            "status": ChunkStatus.PENDING,
        }
        return Chunk(
            **{"id": self.new_id(), "job_id": query.job_id, "query_id": query.id, **values, **changes}
        )

    def dataset(self, job: CrawlJob, **changes: Any) -> Dataset:
        selection = changes.get("selection", Selection(jobs=(job.id,)))
        values: dict[str, Any] = {
            "name": "Cats",
            "description": "",
            "selection": selection,
            "jobs": selection.all_jobs(),
            "versions": 0,
            "version": 1,
            "created_at": AT,
        }
        ids = {"id": self.new_id(), "owner_id": job.owner_id, "project_id": job.project_id}
        return Dataset(**{**ids, **values, **changes})

    def version(self, dataset: Dataset, **changes: Any) -> DatasetVersion:
        values: dict[str, Any] = {
            "number": 1,
            "status": BuildStatus.PENDING,
            "failure_code": None,
            "failure": None,
            "digest": None,
            "manifest_key": None,
            "images": 0,
            "bytes": 0,
            "selection": dataset.selection,
            "changelog": "",
            "changes": None,
            "stats": None,
            "created_at": AT,
        }
        ids = {"id": self.new_id(), "dataset_id": dataset.id, "owner_id": dataset.owner_id}
        return DatasetVersion(**{**ids, **values, **changes})

    def export(self, version: DatasetVersion, **changes: Any) -> Export:
        values: dict[str, Any] = {
            "format": "imagefolder",
            "plan": ExportPlan(splits=SplitPlan({"train": 1.0}), folder=None),
            "status": BuildStatus.PENDING,
            "failure_code": None,
            "failure": None,
            "images": 0,
            "bytes": 0,
            "counts": {},
            "key": None,
            "digest": None,
            "tier": Tier.HOT,
            "created_at": AT,
            "downloaded_at": None,
            "moving": None,
            "move_failure": None,
            "warm_bytes": None,
        }
        ids = {"id": self.new_id(), "version_id": version.id, "owner_id": version.owner_id}
        return Export(**{**ids, **values, **changes})

    def archival_policy(self, **changes: Any) -> ArchivalPolicy:
        return ArchivalPolicy(**{**self._policy(), "age": Age.UNUSED, **changes})

    def cleanup_policy(self, **changes: Any) -> CleanupPolicy:
        own = {"target": Target.UNUSED_EXPORTS, "keep_newest": 1}
        return CleanupPolicy(**{**self._policy(), **own, **changes})

    def _policy(self) -> dict[str, Any]:
        key = self.new_id()
        return {
            "id": key,
            "name": f"Policy {key}",
            "enabled": False,
            "every_hours": 24,
            "after_days": 30,
            "project_id": None,
            "dataset_id": None,
            "format": None,
            "next_at": None,
            "version": 1,
            "created_at": AT,
            "updated_at": AT,
        }

    def execution(self, policy: Policy, **changes: Any) -> Execution:
        kind = PolicyKind.CLEANUP if isinstance(policy, CleanupPolicy) else PolicyKind.ARCHIVAL
        made = new_execution(
            self.new_id(), policy_id=policy.id, kind=kind, name=policy.name, dry_run=False, by=None, at=AT
        )
        return msgspec.structs.replace(made, **changes)

    def good(self, candidate: UUID, sha256: str, **changes: Any) -> Good:
        values: dict[str, Any] = {
            "key": f"pictures/{sha256}",
            "bytes": 1_000,
            "facts": facts(),
            "content_type": "image/jpeg",
            "final_url": "https://pictures.example/final.jpg",
            "retrieved_at": AT,
        }
        ids: dict[str, Any] = {"candidate": candidate, "image": self.new_id(), "sha256": sha256}
        return Good(**{**ids, **values, **changes})


def bad(candidate: Any, reason: Reason = Reason.HTTP_404, evidence: str = "404") -> Bad:
    return Bad(candidate=candidate, reason=reason, evidence=evidence, retrieved_at=AT)


def spec(*keywords: str, **changes: Any) -> JobSpec:
    values: dict[str, Any] = {"sources": ("openverse",)}
    return JobSpec(keywords=tuple(Keyword(word, word) for word in keywords), **{**values, **changes})


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "format": Format.JPEG,
        "width": 640,
        "height": 480,
        "frames": 1,
        "mode": "RGB",
        "orientation": 1,
        "phash": 0,
        "dhash": 0,
        "detail": 200,
    }
    return Facts(**{**values, **changes})


def sha(number: int) -> str:
    """A digest that nobody mistakes for another."""
    return f"{number:064x}"


def candidate(name: str, **changes: Any) -> Candidate:
    values: dict[str, Any] = {"image_url": f"https://pictures.example/{name}", "source": "openverse"}
    return Candidate(**{**values, **changes})


def sightings(
    chunk: Chunk, *found: str | Candidate, first: int = 0, refused: Reason | None = None
) -> list[Sighting]:
    """These pictures, by name or whole, in this order in the chunk."""
    pictures = [one if isinstance(one, Candidate) else candidate(one) for one in found]
    return [
        Sighting(
            chunk=chunk.id,
            rank=rank,
            digest=url_digest(normalise_url(picture.image_url)),
            url=picture.image_url,
            candidate=picture,
            refused=refused,
        )
        for rank, picture in enumerate(pictures, first)
    ]
