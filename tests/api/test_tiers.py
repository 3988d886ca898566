"""An export's way to the warm store and back, over HTTP, in real stores."""

import dataclasses
import hashlib
from datetime import timedelta
from typing import Any

import msgspec

from pixcrawler.adapters.archives.repack import ArchiveRepacker
from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.moving import ExportArchivalRequested, ExportRehydrationRequested
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.version import BuildStatus, Export, ExportPlan
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import TaskId
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.domain.storage.execution import PolicyExecutionRequested
from tests.api.conftest import Api, OpenApi, problem
from tests.contract.stages import PostgresStage
from tests.fakes.aggregates import AT
from tests.integration.storage.test_tiers import packed

V1 = "/api/v1"
DATA = packed(Archive.ZIP)


async def exported(api: Api, stage: PostgresStage) -> Export:
    make = stage.make
    owner = make.profile()
    project = make.project(owner)
    job = make.job(project)
    dataset = make.dataset(job)
    ready: dict[str, Any] = {"status": BuildStatus.READY, "created_at": AT - timedelta(days=40)}
    version = make.version(dataset, **ready, digest="d" * 64, manifest_key="m/1")
    plan = ExportPlan(splits=SplitPlan({"train": 1.0}), archive=Archive.ZIP)
    digest = hashlib.sha256(DATA).hexdigest()
    export = make.export(version, **ready, key="e/1.zip", digest=digest, bytes=len(DATA), plan=plan)
    async with stage.transaction() as tx:
        await tx.profiles.add(owner)
        await tx.projects.add(project)
        await tx.crawl_jobs.add(job)
        await tx.datasets.add(dataset)
        await tx.versions.add(version)
        await tx.exports.add(export)
        await tx.commit()
    await api.app.imaging.store.put("e/1.zip", DATA)
    return export


async def work(api: Api) -> None:
    """As a worker does, which can repack."""
    storage, repacker = api.app.storage, ArchiveRepacker()
    acts: dict[str, tuple[type[Any], Any]] = {
        "execute_policy": (PolicyExecutionRequested, storage.execute_policy),
        "archive_export": (
            ExportArchivalRequested,
            dataclasses.replace(storage.archive_export, repacker=repacker),
        ),
        "rehydrate_export": (
            ExportRehydrationRequested,
            dataclasses.replace(storage.rehydrate_export, repacker=repacker),
        ),
    }
    for queue in ("upkeep", "build"):
        while (
            claimed := await api.app.tasks.claim(queue, "shared", worker="test", lease=timedelta(minutes=1))
        ) is not None:
            payload, act = acts[claimed.name.rpartition(".")[2]]
            lease = Lease(TaskId(claimed.id), claimed.token)
            await act(msgspec.json.decode(claimed.payload, type=payload), lease=lease)
            assert lease.closed, claimed.name


async def test_an_export_is_archived_by_a_policy_and_comes_back_when_it_is_asked_for(
    open_api: OpenApi,
) -> None:
    api = await open_api(STORAGE_WARM_PROVIDER="local")
    engine = open_engine(PostgresConfig(url=api.database_url, pool_size=2))
    stage = PostgresStage(engine, api.database_url)
    export = await exported(api, stage)
    root = (await api.person(Role.SUPERUSER)).client
    policy = await root.post(f"{V1}/policies/archival", json={"name": "Old", "after_days": 30})
    path = f"{V1}/policies/archival/{policy.json()['id']}/execute"
    begun = [(await root.post(f"{path}?dry_run={dry}")).json() for dry in ("true", "false")]
    await work(api)
    listed, done = [
        (await root.get(f"{V1}/policies/executions/{one['execution_id']}/items")).json()["items"]
        for one in begun
    ]
    assert [one["fate"] for one in (*listed, *done)] == ["listed", "asked"]
    assert listed[0]["key"] == done[0]["key"] == export.key
    (file,) = (await api.client.get(f"{V1}/storage/files")).json()["items"]
    assert (file["tier"], file["id"]) == ("warm", str(export.id))
    assert [one.key async for one in api.app.imaging.store.keys("e/")] == []
    asked = await api.client.post(f"{V1}/storage/presigned-url", json={"key": file["key"]})
    assert problem(asked)[:2] == (409, "FILE_AWAY")
    await work(api)
    (file,) = (await api.client.get(f"{V1}/storage/files")).json()["items"]
    link = (await api.client.post(f"{V1}/storage/presigned-url", json={"key": file["key"]})).json()["url"]
    assert (await api.stranger.get(link)).content == DATA
    async with stage.transaction() as tx:
        row = await tx.exports.get(export.id)
    assert (row.tier, row.digest, row.warm_bytes) == (Tier.HOT, export.digest, None)
    await engine.dispose()
