"""Two stores, a database in memory, and exports in them."""

import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from pixcrawler.application.ports.lease import Lease
from pixcrawler.application.ports.object_store import Listed
from pixcrawler.application.ports.stores import Stores
from pixcrawler.application.storage.archive_export import ArchiveExport
from pixcrawler.application.storage.execute_policy import ExecutePolicy
from pixcrawler.application.storage.expire_exports import ExpireExports
from pixcrawler.application.storage.fail_execution import FailExecution
from pixcrawler.application.storage.fail_move import FailMove
from pixcrawler.application.storage.fetch_export import FetchExport
from pixcrawler.application.storage.reap_objects import ReapObjects
from pixcrawler.application.storage.rehydrate_export import RehydrateExport
from pixcrawler.application.storage.request_execution import RequestExecution
from pixcrawler.application.storage.run_policies import RunPolicies
from pixcrawler.domain.datasets.dataset import Dataset
from pixcrawler.domain.datasets.moving import ExportArchivalRequested, ExportRehydrationRequested
from pixcrawler.domain.datasets.version import BuildStatus, DatasetVersion, Export
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ExecutionId, ExportId, UserId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.execution import Execution, Item, PolicyExecutionRequested, PolicyKind
from pixcrawler.domain.storage.policy import ArchivalPolicy, CleanupPolicy
from tests.fakes.aggregates import Aggregates
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.memory_tables import TaskEntry
from tests.fakes.memory_transaction import MemoryDatabase, MemoryTransaction
from tests.fakes.object_store import MemoryObjectStore
from tests.fakes.repacker import MarkingRepacker

ARCHIVE, REHYDRATE, EXECUTE = (
    f"pixcrawler.storage.{act}" for act in ("archive_export", "rehydrate_export", "execute_policy")
)
PAYLOADS: dict[str, type[Any]] = {
    ARCHIVE: ExportArchivalRequested,
    REHYDRATE: ExportRehydrationRequested,
    EXECUTE: PolicyExecutionRequested,
}
GRACE = timedelta(days=1)
DAY = timedelta(days=1)


class AgedStore(MemoryObjectStore):
    """Whose objects are two days old, but the ``young`` ones."""

    def __init__(self) -> None:
        super().__init__()
        self.young: set[str] = set()

    async def keys(self, prefix: str) -> AsyncIterator[Listed]:
        async for one in super().keys(prefix):
            yield one._replace(age=0.0 if one.key in self.young else 2 * 86_400.0)


class Room:
    """``database``, ``hot`` and ``warm`` may be replaced by others before anything is asked of it."""

    def __init__(self, *, warm: bool = True) -> None:
        self.database = MemoryDatabase()
        self.new_id: Any = CountingIds()
        self.make = Aggregates(self.new_id)
        self.clock = StandingClock()
        self.hot, self.warm = AgedStore(), AgedStore()
        self.repacker = MarkingRepacker()
        self.stores = Stores(self.hot, self.warm if warm else None)
        self.owner = self.make.profile()
        self.superuser = Actor(UserId(self.new_id()), Role.SUPERUSER)
        self.wire()

    def wire(self, transaction: Any = None) -> None:
        """The use cases, over the parts that there are now."""
        self.transaction = transaction or MemoryTransaction(self.database, new_id=self.new_id)
        common: dict[str, Any] = {"transaction": self.transaction, "clock": self.clock}
        moving = {
            **common,
            "stores": self.stores,
            "repacker": self.repacker,
            "new_id": self.new_id,
        }
        self.archive, self.rehydrate = ArchiveExport(**moving), RehydrateExport(**moving)
        self.fail_move = FailMove(transaction=self.transaction)
        self.fetch = FetchExport(**common)
        self.execute = ExecutePolicy(**common, stores=self.stores, grace=GRACE)
        self.fail_execution = FailExecution(**common)
        self.request = RequestExecution(**common, stores=self.stores, new_id=self.new_id)
        self.run_policies = RunPolicies(**common, new_id=self.new_id)
        self.expire = ExpireExports(**common, stores=self.stores)
        self.reap = ReapObjects(transaction=self.transaction, stores=self.stores, grace=GRACE)

    async def dataset(self, owner: Profile | None = None) -> Dataset:
        owner = owner or self.owner
        project = self.make.project(owner)
        job = self.make.job(project)
        dataset = self.make.dataset(job)
        async with self.transaction() as tx:
            if owner.id not in self.database.tables.profiles:
                await tx.profiles.add(owner)
            await tx.projects.add(project)
            await tx.crawl_jobs.add(job)
            await tx.datasets.add(dataset)
            await tx.commit()
        return dataset

    async def version(self, dataset: Dataset | None = None, **changes: Any) -> DatasetVersion:
        ready = {"status": BuildStatus.READY, "digest": "d" * 64, "manifest_key": f"m/{self.new_id().hex}"}
        version = self.make.version(dataset or await self.dataset(), **{**ready, **changes})
        async with self.transaction() as tx:
            await tx.versions.add(version)
            await tx.commit()
        return version

    async def export(self, version: DatasetVersion | None = None, **changes: Any) -> Export:
        """A ready one, made now, whose object is in the hot store."""
        version = version or await self.version()
        export = self.make.export(version, status=BuildStatus.READY)
        data = f"bytes of {export.id}".encode()
        export.key = f"{export.owner_id.hex}/exports/{export.id.hex}/1.zip"
        export.digest, export.bytes = hashlib.sha256(data).hexdigest(), len(data)
        export.created_at = self.clock.now()
        export = msgspec.structs.replace(export, **changes)
        if export.key is not None:
            await self.hot.put(export.key, data)
        async with self.transaction() as tx:
            await tx.exports.add(export)
            await tx.commit()
        return export

    async def asked_to_archive(self) -> None:
        """As a policy does that finds every export old enough."""
        self.clock.pass_by(7_200)
        policy = self.make.archival_policy(after_days=0)
        await self.executed(policy)

    async def executed(
        self, policy: ArchivalPolicy | CleanupPolicy, *, dry_run: bool = False
    ) -> tuple[Execution, list[Item]]:
        kind = PolicyKind.ARCHIVAL if isinstance(policy, ArchivalPolicy) else PolicyKind.CLEANUP
        table = self.database.tables
        known: Any = table.archival_policies if kind is PolicyKind.ARCHIVAL else table.cleanup_policies
        known[policy.id] = policy
        begun = await self.request(kind, policy.id, dry_run=dry_run, by=self.superuser)
        await self.work(EXECUTE)
        return self.execution(begun.execution_id)

    def execution(self, key: ExecutionId) -> tuple[Execution, list[Item]]:
        tables = self.database.tables
        items = [item for place, item in tables.execution_items.items() if place[0] == key]
        return tables.executions[key], items

    def claimed(self, name: str) -> tuple[Any, Lease]:
        task = self.database.tasks("pending", "running", name=name)[0]
        return self.payload(task), self.database.claim(task)

    def payload(self, task: TaskEntry) -> Any:
        return msgspec.json.decode(task.payload, type=PAYLOADS[task.name])

    async def work(self, name: str) -> None:
        """All open tasks of this name."""
        while self.database.tasks("pending", "running", name=name):
            payload, lease = self.claimed(name)
            await self.act(name)(payload, lease=lease)
            if not lease.closed:
                self.close(lease)

    def act(self, name: str) -> Any:
        """The use case that serves it."""
        return {ARCHIVE: self.archive, REHYDRATE: self.rehydrate, EXECUTE: self.execute}[name]

    def close(self, lease: Lease) -> None:
        """As the worker does with what does not close its task itself."""
        tasks = self.database.tables.tasks
        tasks[lease.task_id] = msgspec.structs.replace(tasks[lease.task_id], state="done")

    def row(self, export: Export | ExportId) -> Export:
        key = export.id if isinstance(export, Export) else export
        return self.database.tables.exports[key]

    async def objects(self) -> dict[Tier, list[str]]:
        """All keys, by tier."""
        return {
            Tier.HOT: [one.key async for one in self.hot.keys("")],
            Tier.WARM: [one.key async for one in self.warm.keys("")],
        }

    async def content(self, export: Export) -> bytes:
        """Of the object that the row names."""
        row = self.row(export)
        assert row.key is not None
        return await self.stores.of(row.tier).get(row.key)

    def days_ago(self, days: float) -> datetime:
        return self.clock.now() - timedelta(days=days)

    def lease(self) -> Lease:
        """Of a periodic task."""
        task = TaskEntry(
            id=self.new_id(),
            name="tick",
            payload=b"{}",
            queue="upkeep",
            priority=500,
            lane="shared",
            owner_id=None,
            subject_id=None,
            run=None,
        )
        self.database.tables.tasks[task.id] = task
        return self.database.claim(task)
