"""What the owner of an export is told: when it goes, what is in it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from pixcrawler.adapters.postgres.dataset_reads import PostgresDatasetReads
from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.application.ports.dataset_reads import ExportDetail
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.plans import PLANS, Plan
from tests.contract.stages import PostgresStage
from tests.fakes.aggregates import AT

READY: dict[str, Any] = {"status": BuildStatus.READY, "digest": "d" * 64}


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[PostgresStage]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=2))
    yield PostgresStage(engine, database_url)
    await engine.dispose()


async def shown(stage: PostgresStage, plan: Plan, **changes: Any) -> ExportDetail:
    make = stage.make
    owner = make.profile(plan=plan)
    project = make.project(owner)
    job = make.job(project)
    dataset = make.dataset(job)
    version = make.version(dataset, **READY, manifest_key="m/1")
    export = make.export(version, **changes)
    async with stage.transaction() as tx:
        await tx.profiles.add(owner)
        await tx.projects.add(project)
        await tx.crawl_jobs.add(job)
        await tx.datasets.add(dataset)
        await tx.versions.add(version)
        await tx.exports.add(export)
        await tx.commit()
    reads = PostgresDatasetReads(stage.engine)
    return await reads.export(export.id, visible_to=Actor(owner.id, Role.USER))


async def told(stage: PostgresStage, plan: Plan, **changes: Any) -> datetime | None:
    return (await shown(stage, plan, **changes)).expires_at


async def test_an_export_says_when_it_goes(stage: PostgresStage) -> None:
    for plan, terms in PLANS.items():
        expected = None if terms.export_days is None else AT + timedelta(days=terms.export_days)
        assert await told(stage, plan, **READY, key="e/1") == expected
    used = AT + timedelta(days=9)
    assert await told(stage, Plan.FREE, **READY, key="e/1", downloaded_at=used) == used + timedelta(days=30)
    assert await told(stage, Plan.FREE, status=BuildStatus.READY) is None, "in a folder"
    assert await told(stage, Plan.FREE) is None, "pending"


async def test_splits_come_as_people_say_them_and_classes_by_name(stage: PostgresStage) -> None:
    counts = {
        "train": {"ant": 2, "bee": 1, "elk": 1},
        "val": {"bee": 1},
        "test": {"ant": 1, "zebra": 1, "a": 1},
    }
    detail = await shown(stage, Plan.FREE, **READY, key="e/1", counts=counts)
    assert list(detail.counts) == ["train", "val", "test"]
    assert list(detail.counts["test"]) == ["a", "ant", "zebra"]
