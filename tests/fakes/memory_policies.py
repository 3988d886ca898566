"""Policies, their log and what may go, in memory."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from pixcrawler.application.ports.policies import ChosenExport, ChosenPicture, ExportChoice
from pixcrawler.domain.datasets.version import BuildStatus, Export
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId, ExecutionId, ExportId, ProjectId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.storage.errors import ExecutionNotFound, PolicyNotFound
from pixcrawler.domain.storage.execution import Execution, Item
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy, Policy
from tests.fakes.memory_repositories import MemoryRepository
from tests.fakes.memory_tables import ImageEntry, Tables

OVER = {"completed", "failed", "cancelled"}
change = msgspec.structs.replace


class _MemoryPolicies(MemoryRepository[Any]):
    missing = PolicyNotFound
    unique = ("name",)

    async def named(self, name: str) -> Any:
        return next((change(row) for row in self.rows.values() if row.name == name), None)

    async def take_due(self, at: datetime) -> list[Any]:
        due = [row for row in self.rows.values() if _is_due(row, at)]
        for row in due:
            self.rows[row.id] = change(row, next_at=at + timedelta(hours=row.every_hours))
        return [change(self.rows[row.id]) for row in sorted(due, key=lambda row: row.id)]


def _is_due(policy: Policy, at: datetime) -> bool:
    return policy.enabled and policy.next_at is not None and policy.next_at <= at


class MemoryArchivalPolicies(_MemoryPolicies, MemoryRepository[ArchivalPolicy]):
    table = "archival_policies"


class MemoryCleanupPolicies(_MemoryPolicies, MemoryRepository[CleanupPolicy]):
    table = "cleanup_policies"


class MemoryExecutions(MemoryRepository[Execution]):
    table = "executions"
    missing = ExecutionNotFound

    async def log(self, execution: ExecutionId, items: Sequence[Item]) -> list[Item]:
        new = []
        for item in items:
            key = (execution, item.kind.value, item.subject, item.tier.value)
            if key not in self.tables.execution_items:
                self.tables.execution_items[key] = item
                new.append(item)
        return new


class MemoryHoldings:
    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def exports(
        self, choice: ExportChoice, *, most: int, among: Sequence[ExportId] | None = None
    ) -> list[ChosenExport]:
        chosen = [one for one in self.tables.exports.values() if self._is_chosen(one, choice)]
        chosen = [one for one in chosen if among is None or one.id in among]
        chosen.sort(key=lambda export: (export.created_at, export.id))
        return [self._told(export) for export in chosen[:most]]

    def _told(self, export: Export) -> ChosenExport:
        return ChosenExport(
            id=export.id,
            owner_id=export.owner_id,
            key=export.key,
            tier=export.tier,
            bytes=export.bytes if export.warm_bytes is None else export.warm_bytes,
            number=self.tables.versions[export.version_id].number,
            created_at=export.created_at,
            last_used=export.last_used,
        )

    def _is_chosen(self, export: Export, choice: ExportChoice) -> bool:
        version = self.tables.versions[export.version_id]
        dataset = self.tables.datasets[version.dataset_id]
        siblings = [one for one in self.tables.versions.values() if one.dataset_id == dataset.id]
        ahead = sum(one.status is BuildStatus.READY and one.number > version.number for one in siblings)
        same = (
            (choice.tier, export.tier),
            (choice.plan, self.tables.profiles[export.owner_id].plan),
            (choice.owner_id, export.owner_id),
            (choice.project_id, dataset.project_id),
            (choice.dataset_id, dataset.id),
            (choice.format, export.format),
        )
        return (
            export.status is choice.status
            and export.moving is None
            and (export.key is not None or choice.status is not BuildStatus.READY)
            and (choice.unused_before is None or export.last_used < choice.unused_before)
            and (choice.unlinked_before is None or not downloaded_since(export, choice.unlinked_before))
            and (choice.made_before is None or export.created_at < choice.made_before)
            and (choice.beyond_newest is None or ahead >= choice.beyond_newest)
            and all(wanted is None or wanted == there for wanted, there in same)
        )

    async def rejected_pictures(
        self, before: datetime, *, project: ProjectId | None, job: CrawlJobId | None = None, most: int
    ) -> list[ChosenPicture]:
        def may_go(image: ImageEntry) -> bool:
            its = self.tables.crawl_jobs[image.job_id]
            over = its.status in OVER and its.ended_at is not None and its.ended_at < before
            return image.state == "rejected" and over and project in (None, its.project_id)

        there = [one for one in self.tables.images.values() if one.reason != Reason.REMOVED]
        going = sorted(filter(may_go, there), key=self._age)
        needed = {one.key for one in there if not may_go(one)} | self.tables.needed()
        last = {one.key: one.id for one in going}
        pictures = []
        for image in going:
            shown = [one.id for one in self.tables.candidates.values() if one.image_id == image.id]
            if image.key not in needed and shown and job in (None, image.job_id):
                pictures.append(
                    _picture(image, min(shown), image.bytes if last[image.key] == image.id else 0)
                )
        return pictures[:most]

    @property
    def _age(self) -> Callable[[ImageEntry], Any]:
        jobs = self.tables.crawl_jobs
        return lambda image: (jobs[image.job_id].ended_at, image.job_id, image.id)


def _picture(image: ImageEntry, candidate: CandidateId, size: int) -> ChosenPicture:
    return ChosenPicture(
        candidate=candidate,
        job_id=image.job_id,
        owner_id=image.owner_id,
        key=image.key,
        bytes=size,
        reason=image.reason or "",
    )


def downloaded_since(export: Export, at: datetime) -> bool:
    return export.downloaded_at is not None and export.downloaded_at >= at
