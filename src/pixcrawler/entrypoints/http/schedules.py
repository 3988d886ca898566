"""``/schedules``: crawls that repeat."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, PathParameter, QueryParameter

from pixcrawler.application.crawling.change_schedule import ChangeSchedule
from pixcrawler.application.crawling.create_schedule import CreateSchedule
from pixcrawler.application.crawling.delete_schedule import DeleteSchedule
from pixcrawler.application.crawling.take_url_list import TakeUrlList
from pixcrawler.application.ports.schedules import ScheduleDetail, ScheduleFilter, ScheduleReads
from pixcrawler.domain.crawling.cadence import Cadence, Unit
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import ProjectId, ScheduleId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import job_examples as jobs
from pixcrawler.entrypoints.http.answers import Page, answered, created, gone, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.schedule_forms import (
    WITH_ONE_THING_TO_REPEAT,
    ChangeScheduleForm,
    CreateScheduleForm,
)

SchedulePath = Annotated[UUID, PathParameter(description="The schedule's id.")]
DAILY = Cadence(every=1, unit=Unit.DAYS, at="06:30", time_zone="Europe/Berlin")
FOXES = ScheduleDetail(
    id=ScheduleId(UUID("01a1fe13-0000-7985-bba8-5ff3a8de3680")),
    owner_id=jobs.DETAIL.owner_id,
    project_id=jobs.DETAIL.project_id,
    name="Foxes every morning",
    enabled=True,
    cadence=DAILY,
    next_at=datetime(2026, 11, 22, 5, 30, tzinfo=UTC),
    ends_at=None,
    max_runs=None,
    runs=3,
    job_id=None,
    max_images=200,
    request=jobs.DETAIL.request,
    last_due_at=datetime(2026, 11, 21, 5, 30, tzinfo=UTC),
    last_job_id=jobs.ID,
    failures=0,
    last_failure_code=None,
    last_failure=None,
    version=4,
    created_at=jobs.AT,
    updated_at=jobs.AT,
)
SCHEDULES = Page(items=[FOXES], total=1, page=1, size=20, pages=1)
WANTED = BodyKwarg(
    examples=[
        Example(
            value={
                "name": "Foxes every morning",
                "job": {"project_id": str(jobs.PROJECT), "keywords": ["red fox"], "max_images": 200},
                "cadence": msgspec.to_builtins(DAILY),
            }
        ),
        Example(
            value={"job_id": str(jobs.ID), "cadence": {"every": 12, "unit": "hours"}, "max_runs": 14},
        ),
    ]
)
CHANGED = BodyKwarg(examples=[Example(value={"enabled": False}), Example(value={"ends_at": None})])


class ScheduleController(Controller):
    """A schedule makes and starts a job each time that it is due."""

    path = "/schedules"
    tags = ("Schedules",)

    @get(
        summary="List schedules",
        responses=success(200, Page[ScheduleDetail], SCHEDULES, "The schedules, newest first.")
        | failures(401, 403, 422),
    )
    async def list_schedules(
        self,
        window: Given[Window],
        actor: Given[Actor],
        schedule_reads: Given[ScheduleReads],
        project_id: Annotated[UUID | None, QueryParameter(description="Only those of this project.")] = None,
        enabled: Annotated[bool | None, QueryParameter(description="Only those that are on, or off.")] = None,
    ) -> Response[Page[ScheduleDetail]]:
        """Users, who see their own schedules; superusers see all. Scope `read`."""
        actor.must(READ)
        project = None if project_id is None else ProjectId(project_id)
        which = ScheduleFilter(project_id=project, enabled=enabled)
        return page_of(await schedule_reads.schedules(which, window, visible_to=actor), window)

    @post(
        status_code=201,
        summary="Create a schedule",
        responses=success(201, ScheduleDetail, FOXES, "The schedule.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def create_schedule(
        self,
        *,
        data: Annotated[CreateScheduleForm, WITH_ONE_THING_TO_REPEAT, WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        take_url_list: Given[TakeUrlList],
        create_schedule: Given[CreateSchedule],
    ) -> Response[ScheduleDetail]:
        """Users, in a project of their own. Scope `write`.

        What the job leaves out is settled now, as when one is created. Each time that it is due, a job is
        made and started as if you had asked for it then: the same rules, sources and limits hold. What stands
        in the way is kept in `last_failure`, and you are told; after 5 failures in a row the schedule is
        switched off. Missed times become one. 404 for a project or a job that is not there, 409 for a project
        that is archived or a source that is switched off.
        """
        job, taken = data.template, None
        if job is not None and job.url_list is not None:
            taken = await take_url_list(job.url_list.text, by=actor)
        schedule = await create_schedule(data.command(taken), by=actor, once=once)
        return created(schedule, at=f"/api/v1/schedules/{schedule.id}")

    @get(
        "/{schedule_id:uuid}",
        summary="Get a schedule",
        responses=success(200, ScheduleDetail, FOXES, "The schedule.") | failures(401, 403, 404),
    )
    async def get_schedule(
        self, schedule_id: SchedulePath, actor: Given[Actor], schedule_reads: Given[ScheduleReads]
    ) -> Response[ScheduleDetail]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        return answered(await schedule_reads.schedule(ScheduleId(schedule_id), visible_to=actor))

    @patch(
        "/{schedule_id:uuid}",
        summary="Change a schedule",
        responses=success(200, ScheduleDetail, FOXES, "The schedule as it is now.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def change_schedule(
        self,
        schedule_id: SchedulePath,
        data: Annotated[ChangeScheduleForm, CHANGED],
        actor: Given[Actor],
        change_schedule: Given[ChangeSchedule],
    ) -> Response[ScheduleDetail]:
        """Its owner. Scope `write`.

        Switched on again, its failures are forgotten. With `version`, 409 when the schedule is at another; it
        moves on with every run, too.
        """
        return answered(await change_schedule(ScheduleId(schedule_id), data.command, by=actor))

    @delete(
        "/{schedule_id:uuid}",
        status_code=204,
        summary="Delete a schedule",
        responses=failures(401, 403, 404),
    )
    async def delete_schedule(
        self, schedule_id: SchedulePath, actor: Given[Actor], delete_schedule: Given[DeleteSchedule]
    ) -> Response[None]:
        """Its owner. Scope `write`.

        The jobs that it made stay.
        """
        await delete_schedule(ScheduleId(schedule_id), by=actor)
        return gone()
