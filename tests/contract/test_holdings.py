"""What may go: the same choice in memory and on Postgres. And the log, and what is due."""

from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.application.ports.policies import ExportChoice
from pixcrawler.application.ports.transaction import UnitOfWork
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.datasets.version import BuildStatus, Export
from pixcrawler.domain.shared.ids import ExportId
from pixcrawler.domain.shared.plans import Plan
from pixcrawler.domain.shared.tier import Move, Tier
from pixcrawler.domain.storage.execution import Fate, Item, ItemKind
from tests.contract.stages import Stage
from tests.contract.test_removing_images import READY, version_of
from tests.contract.test_settling import settle
from tests.fakes.aggregates import AT

DAY = timedelta(days=1)
KEPT: dict[str, Any] = {"status": BuildStatus.READY, "digest": "d" * 64}


class Shelf:
    """Two datasets of one project, one with two ready versions, and exports of many kinds by name."""

    def __init__(self) -> None:
        self.exports: dict[str, Export] = {}

    async def fill(self, stage: Stage) -> None:
        make = stage.make
        owner = make.profile(plan=Plan.PRO)
        project = make.project(owner)
        job = make.job(project)
        self.dataset, other = make.dataset(job), make.dataset(job)
        old, new = (make.version(self.dataset, number=number, **_ready(number)) for number in (1, 2))
        only = make.version(other, **_ready(3))

        def at(days: int) -> dict[str, Any]:
            return {"created_at": AT - days * DAY}

        self.exports = {
            "old": make.export(old, **KEPT, key="k/1", bytes=10, **at(50)),
            "used": make.export(new, **KEPT, key="k/2", downloaded_at=AT - DAY, **at(40)),
            "warm": make.export(new, **KEPT, key="k/3", tier=Tier.WARM, bytes=7, warm_bytes=5, **at(30)),
            "coco": make.export(only, **KEPT, key="k/4", format="coco", **at(20)),
            "failed": make.export(only, status=BuildStatus.FAILED, **at(60)),
            "moving": make.export(only, **KEPT, key="k/5", moving=Move.ARCHIVING, **at(60)),
            "folder": make.export(only, status=BuildStatus.READY, **at(60)),
            "pending": make.export(only, **at(60)),
        }
        async with stage.transaction() as tx:
            await tx.profiles.add(owner)
            await tx.projects.add(project)
            await tx.crawl_jobs.add(job)
            for dataset in (self.dataset, other):
                await tx.datasets.add(dataset)
            for version in (old, new, only):
                await tx.versions.add(version)
            for export in self.exports.values():
                await tx.exports.add(export)
            await tx.commit()
        self.owner, self.project = owner, project

    def names(self, chosen: list[Any]) -> list[str]:
        by_id = {export.id: name for name, export in self.exports.items()}
        return [by_id[one.id] for one in chosen]


def _ready(number: int) -> dict[str, Any]:
    return {"status": BuildStatus.READY, "digest": "d" * 64, "manifest_key": f"m/{number}"}


@pytest.fixture
async def shelf(stage: Stage) -> Shelf:
    shelf = Shelf()
    await shelf.fill(stage)
    return shelf


async def test_exports_are_chosen_by_all_that_is_given_oldest_first(stage: Stage, shelf: Shelf) -> None:
    choices = {
        ExportChoice(): ["old", "used", "warm", "coco"],
        ExportChoice(status=BuildStatus.FAILED): ["failed"],
        ExportChoice(tier=Tier.HOT): ["old", "used", "coco"],
        ExportChoice(unused_before=AT - 25 * DAY): ["old", "warm"],
        ExportChoice(unlinked_before=AT - 25 * DAY): ["old", "warm", "coco"],
        ExportChoice(made_before=AT - 25 * DAY): ["old", "used", "warm"],
        ExportChoice(beyond_newest=1): ["old"],
        ExportChoice(beyond_newest=2): [],
        ExportChoice(plan=Plan.PRO, owner_id=shelf.owner.id): ["old", "used", "warm", "coco"],
        ExportChoice(plan=Plan.FREE): [],
        ExportChoice(project_id=shelf.project.id, dataset_id=shelf.dataset.id): ["old", "used", "warm"],
        ExportChoice(format="coco"): ["coco"],
    }
    async with stage.transaction() as tx:
        for choice, expected in choices.items():
            assert shelf.names(await tx.holdings.exports(choice, most=9)) == expected, choice
        assert shelf.names(await tx.holdings.exports(ExportChoice(), most=2)) == ["old", "used"]
        warm = (await tx.holdings.exports(ExportChoice(tier=Tier.WARM), most=9))[0]
    assert (warm.key, warm.tier, warm.bytes, warm.number) == ("k/3", Tier.WARM, 5, 2)
    assert warm.created_at == warm.last_used == AT - 30 * DAY


async def test_among_some_only_those_that_are_still_chosen(stage: Stage, shelf: Shelf) -> None:
    some = [shelf.exports[name].id for name in ("old", "used", "moving")]
    async with stage.transaction() as tx:
        chosen = await tx.holdings.exports(ExportChoice(), most=9, among=some)
        assert shelf.names(chosen) == ["old", "used"]
        assert await tx.holdings.exports(ExportChoice(), most=9, among=[ExportId(stage.make.new_id())]) == []


async def rejected(tx: UnitOfWork, **which: Any) -> list[tuple[str, int, str]]:
    found = await tx.holdings.rejected_pictures(AT, **{"project": None, "most": 9, **which})
    return [(one.key, one.bytes, one.reason) for one in found]


async def test_rejected_pictures_of_jobs_that_ended_may_go_unless_a_version_needs_them(stage: Stage) -> None:
    play, _ = await settle(stage)
    seen = await stage.images(play.job.id)
    (gone,) = [one for one in seen.values() if one.state == "rejected"]
    key = f"pictures/{gone.sha256}"
    async with stage.transaction() as tx:
        assert await rejected(tx) == []
        job = await tx.crawl_jobs.locked(play.job.id)
        job.status, job.ended_at = JobStatus.COMPLETED, AT - DAY
        await tx.crawl_jobs.save(job)
        await tx.commit()
    async with stage.transaction() as tx:
        ((found, size, reason),) = await rejected(tx)
        assert (found, reason, size > 0) == (key, gone.reason, True)
        assert await rejected(tx, job=play.job.id, project=play.job.project_id) == [(key, size, reason)]
        assert await rejected(tx, project=stage.make.new_id()) == []
        assert await tx.holdings.rejected_pictures(AT - 2 * DAY, project=None, most=9) == []
    await version_of(stage, play, needs=True, **READY)
    async with stage.transaction() as tx:
        assert await rejected(tx) == []


async def test_the_log_keeps_each_thing_once(stage: Stage) -> None:
    policy = stage.make.cleanup_policy()
    execution = stage.make.execution(policy)
    things = [_item("a", Tier.HOT), _item("b", Tier.HOT), _item("a", Tier.WARM)]
    async with stage.transaction() as tx:
        await tx.executions.add(execution)
        assert await tx.executions.log(execution.id, things[:2]) == things[:2]
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.executions.log(execution.id, things) == things[2:]
        assert await tx.executions.log(execution.id, []) == []


def _item(key: str, tier: Tier) -> Item:
    return Item(
        kind=ItemKind.OBJECT,
        subject=key,
        owner_id=None,
        key=key,
        tier=tier,
        bytes=1,
        why="",
        fate=Fate.LISTED,
    )


async def test_what_is_due_is_taken_once_and_due_again_after_its_interval(stage: Stage) -> None:
    make = stage.make
    due = make.cleanup_policy(enabled=True, every_hours=5, next_at=AT - DAY)
    later = make.cleanup_policy(enabled=True, next_at=AT + DAY)
    off = make.cleanup_policy(enabled=False, next_at=AT - DAY)
    async with stage.transaction() as tx:
        for policy in (due, later, off):
            await tx.cleanup_policies.add(policy)
        await tx.commit()
    async with stage.transaction() as tx:
        (taken,) = await tx.cleanup_policies.take_due(AT)
        assert (taken.id, taken.next_at, taken.version) == (due.id, AT + timedelta(hours=5), due.version)
        assert await tx.archival_policies.take_due(AT) == []
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.cleanup_policies.take_due(AT) == []
        assert await tx.cleanup_policies.named(due.name) == taken
