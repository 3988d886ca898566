"""Which schedules are due: as in memory, so on Postgres."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.domain.crawling.schedule import Schedule
from pixcrawler.domain.projects.project import Project, ProjectStatus
from tests.contract.stages import PostgresStage, Stage
from tests.fakes.aggregates import AT, spec
from tests.fakes.platform_aggregates import schedule

MINUTE = timedelta(minutes=1)


async def projects(stage: Stage, *statuses: ProjectStatus) -> list[Project]:
    owner = stage.make.profile()
    made = [stage.make.project(owner, status=status) for status in statuses]
    async with stage.transaction() as tx:
        await tx.profiles.add(owner)
        for project in made:
            await tx.projects.add(project)
        await tx.commit()
    return made


async def added(stage: Stage, project: Project, **changes: Any) -> Schedule:
    values = {"enabled": True, "next_at": AT, **changes}
    one = schedule(stage.make.new_id, project, **values)
    async with stage.transaction() as tx:
        await tx.schedules.add(one)
        await tx.commit()
    return one


async def test_those_that_are_due_come_the_longest_overdue_first(stage: Stage) -> None:
    (project,) = await projects(stage, ProjectStatus.ACTIVE)
    now = await added(stage, project)
    await added(stage, project, next_at=AT + MINUTE)
    before = await added(stage, project, next_at=AT - MINUTE)
    await added(stage, project, enabled=False, next_at=None)
    async with stage.transaction() as tx:
        assert await tx.schedules.due(AT, most=9) == [before, now]
        assert await tx.schedules.due(AT, most=1) == [before]


async def test_those_of_archived_projects_wait(stage: Stage) -> None:
    active, archived = await projects(stage, ProjectStatus.ACTIVE, ProjectStatus.ARCHIVED)
    one = await added(stage, active)
    await added(stage, archived)
    async with stage.transaction() as tx:
        assert await tx.schedules.due(AT, most=9) == [one]


async def test_two_who_look_at_once_share_them(postgres_stage: PostgresStage) -> None:
    stage = postgres_stage
    (project,) = await projects(stage, ProjectStatus.ACTIVE)
    both = {(await added(stage, project)).id for _ in range(2)}
    async with stage.transaction() as tx, stage.transaction() as other:
        first = await tx.schedules.due(AT, most=1)
        second = await asyncio.wait_for(other.schedules.due(AT, most=9), 30)
        assert {one.id for one in (*first, *second)} == both
        assert (len(first), len(second)) == (1, 1)


@pytest.mark.parametrize("gone", ["schedules", "projects"])
async def test_an_uploaded_list_is_kept_as_long_as_a_schedule_reads_it(stage: Stage, gone: str) -> None:
    (project,) = await projects(stage, ProjectStatus.ACTIVE)
    key = "somebody/inputs/list"
    one = await added(stage, project, spec=spec("", sources=("url_list",), inputs={"url_list": key}))
    async with stage.transaction() as tx:
        assert await tx.images.unnamed([key, "somebody/inputs/other"]) == {"somebody/inputs/other"}
        await getattr(tx, gone).delete(one.id if gone == "schedules" else project.id)
        assert await tx.images.unnamed([key]) == {key}
