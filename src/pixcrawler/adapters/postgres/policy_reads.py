"""Policies and their log as superusers see them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncEngine

from pixcrawler.adapters.postgres.listing import Lists, columns, counted
from pixcrawler.adapters.postgres.tables import (
    ArchivalPolicyRow,
    CleanupPolicyRow,
    PolicyExecutionItemRow,
    PolicyExecutionRow,
)
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.errors import NotFound, SuperusersOnly
from pixcrawler.domain.shared.ids import ExecutionId, PolicyId
from pixcrawler.domain.shared.paging import Found, Window
from pixcrawler.domain.storage.errors import ExecutionNotFound, PolicyNotFound
from pixcrawler.domain.storage.execution import Execution, Item, PolicyKind
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy

S = TypeVar("S", bound=msgspec.Struct)


class PostgresPolicyReads:
    """See the port."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._lists = Lists(engine)

    async def archival(self, window: Window, *, visible_to: Actor) -> Found[ArchivalPolicy]:
        _only_superusers(visible_to)
        which = _columns(ArchivalPolicyRow, ArchivalPolicy)
        return await self._page(which, [ArchivalPolicyRow.name], ArchivalPolicy, window)

    async def cleanup(self, window: Window, *, visible_to: Actor) -> Found[CleanupPolicy]:
        _only_superusers(visible_to)
        which = _columns(CleanupPolicyRow, CleanupPolicy)
        return await self._page(which, [CleanupPolicyRow.name], CleanupPolicy, window)

    async def archival_policy(self, key: PolicyId, *, visible_to: Actor) -> ArchivalPolicy:
        _only_superusers(visible_to)
        which = _columns(ArchivalPolicyRow, ArchivalPolicy).where(ArchivalPolicyRow.id == key)
        return await self._one(which, ArchivalPolicy, PolicyNotFound(f"There is no archival policy {key}."))

    async def cleanup_policy(self, key: PolicyId, *, visible_to: Actor) -> CleanupPolicy:
        _only_superusers(visible_to)
        which = _columns(CleanupPolicyRow, CleanupPolicy).where(CleanupPolicyRow.id == key)
        return await self._one(which, CleanupPolicy, PolicyNotFound(f"There is no cleanup policy {key}."))

    async def executions(
        self, window: Window, *, policy: UUID | None, kind: PolicyKind | None, visible_to: Actor
    ) -> Found[Execution]:
        _only_superusers(visible_to)
        which = _columns(PolicyExecutionRow, Execution)
        if policy is not None:
            which = which.where(PolicyExecutionRow.policy_id == policy)
        if kind is not None:
            which = which.where(PolicyExecutionRow.kind == kind)
        return await self._page(which, [PolicyExecutionRow.id.desc()], Execution, window)

    async def execution(self, key: ExecutionId, *, visible_to: Actor) -> Execution:
        _only_superusers(visible_to)
        which = _columns(PolicyExecutionRow, Execution).where(PolicyExecutionRow.id == key)
        return await self._one(which, Execution, ExecutionNotFound(f"There is no policy execution {key}."))

    async def items(self, key: ExecutionId, window: Window, *, visible_to: Actor) -> Found[Item]:
        await self.execution(key, visible_to=visible_to)
        which = _columns(PolicyExecutionItemRow, Item).where(PolicyExecutionItemRow.execution_id == key)
        return await self._page(which, [PolicyExecutionItemRow.number], Item, window)

    async def _page(
        self, which: Select[Any], order: Sequence[Any], kind: type[S], window: Window
    ) -> Found[S]:
        listed = which.add_columns(counted(which)).order_by(*order)
        listed = listed.limit(bindparam("size")).offset(bindparam("offset"))
        return await self._lists.page(listed, _maker(kind), window, {})

    async def _one(self, which: Select[Any], kind: type[S], missing: NotFound) -> S:
        rows = await self._lists.rows(which, {})
        if not rows:
            raise missing
        return _maker(kind)(*rows[0])


def _only_superusers(actor: Actor) -> None:
    """Raises SuperusersOnly."""
    if not actor.may_see_all:
        raise SuperusersOnly


def _columns(row: type[Any], kind: type[msgspec.Struct]) -> Select[Any]:
    return select(*columns(row, kind.__struct_fields__))


def _maker(kind: type[S]) -> Callable[..., S]:
    """Of a row whose columns are the fields, in order."""

    def made(*values: object) -> S:
        return msgspec.convert(dict(zip(kind.__struct_fields__, values, strict=True)), kind)

    return made
