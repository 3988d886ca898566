"""Policies and the log of their executions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from pixcrawler.adapters.postgres.repository import Repository
from pixcrawler.adapters.postgres.tables import (
    ArchivalPolicyRow,
    CleanupPolicyRow,
    PolicyExecutionItemRow,
    PolicyExecutionRow,
)
from pixcrawler.adapters.postgres.tables.base import table_of
from pixcrawler.domain.shared.ids import ExecutionId
from pixcrawler.domain.storage.errors import ExecutionNotFound, PolicyNotFound
from pixcrawler.domain.storage.execution import Execution, Item
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy, Policy

P = TypeVar("P", bound=Policy)

ITEMS = table_of(PolicyExecutionItemRow)
IDENTITY = ("kind", "subject", "tier")


async def _take_due(policies: Repository[P, Any], at: datetime) -> list[P]:
    row, fields = policies.row, policies.struct.__struct_fields__
    due = select(row.id).where(row.enabled, row.next_at <= at).with_for_update(skip_locked=True)
    taken = await policies.session.execute(
        update(row)
        .where(row.id.in_(due))
        .values(next_at=at + func.make_interval(0, 0, 0, 0, row.every_hours))
        .returning(*[getattr(row, name) for name in fields])
    )
    found = [msgspec.convert(dict(one._mapping), policies.struct) for one in taken]  # noqa: SLF001 -- its public way to names
    return sorted(found, key=lambda policy: policy.id)


class PostgresArchivalPolicies(Repository[ArchivalPolicy, ArchivalPolicyRow]):
    """Archival policies, one row each."""

    row = ArchivalPolicyRow
    struct = ArchivalPolicy
    missing = PolicyNotFound

    async def named(self, name: str) -> ArchivalPolicy | None:
        return await self.find(ArchivalPolicyRow.name == name)

    async def take_due(self, at: datetime) -> list[ArchivalPolicy]:
        return await _take_due(self, at)


class PostgresCleanupPolicies(Repository[CleanupPolicy, CleanupPolicyRow]):
    """Cleanup policies, one row each."""

    row = CleanupPolicyRow
    struct = CleanupPolicy
    missing = PolicyNotFound

    async def named(self, name: str) -> CleanupPolicy | None:
        return await self.find(CleanupPolicyRow.name == name)

    async def take_due(self, at: datetime) -> list[CleanupPolicy]:
        return await _take_due(self, at)


class PostgresExecutions(Repository[Execution, PolicyExecutionRow]):
    """Executions, one row each, and a row for each thing that one acted on."""

    row = PolicyExecutionRow
    struct = Execution
    missing = ExecutionNotFound

    async def log(self, execution: ExecutionId, items: Sequence[Item]) -> list[Item]:
        if not items:
            return []
        counted = select(func.count()).where(ITEMS.c.execution_id == execution)
        logged = await self.session.scalar(counted) or 0
        rows = [
            {"execution_id": execution, "number": logged + number, **msgspec.structs.asdict(item)}
            for number, item in enumerate(items)
        ]
        wanted = upsert(ITEMS).on_conflict_do_nothing().returning(*[ITEMS.c[name] for name in IDENTITY])
        new = {tuple(row) for row in await self.session.execute(wanted, rows)}
        return [item for item in items if tuple(getattr(item, name) for name in IDENTITY) in new]
