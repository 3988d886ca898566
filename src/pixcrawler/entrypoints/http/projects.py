"""``/projects``: groups of jobs and datasets."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Controller, Response, delete, get, patch, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, PathParameter, QueryParameter
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.ports.projects import ProjectDetail, ProjectFilter, ProjectReads
from pixcrawler.application.projects.change_project import ChangeProject, ProjectChange
from pixcrawler.application.projects.create_project import CreateProject, NewProject
from pixcrawler.application.projects.delete_projects import DeleteProjects
from pixcrawler.domain.projects.project import LONGEST_DESCRIPTION, LONGEST_NAME, ProjectStatus
from pixcrawler.domain.shared.actor import READ, Actor
from pixcrawler.domain.shared.ids import ProjectId, UserId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http.answers import Page, answered, created, gone, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.job_choices import Box, JobDefaults
from pixcrawler.entrypoints.http.job_fields import NO_NUL, ONE_LINE, Version
from pixcrawler.entrypoints.http.job_forms import sent
from pixcrawler.entrypoints.http.openapi import failures, success

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=ONE_LINE)]
Description = Annotated[str, Meta(max_length=LONGEST_DESCRIPTION, pattern=NO_NUL)]
ProjectPath = Annotated[UUID, PathParameter(description="The project's id.")]


class CreateProjectForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project's name is the only one of that name among its owner's."""

    name: Name
    description: Description = ""
    defaults: JobDefaults = JobDefaults()


class ChangeProjectForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different. `defaults` replace all that were there. With `version`, it is refused when the
    project has moved on from it."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    defaults: JobDefaults | UnsetType = UNSET
    status: ProjectStatus | UnsetType = UNSET
    version: Version | UnsetType = UNSET

    @property
    def command(self) -> ProjectChange:
        return ProjectChange(
            name=sent(self.name),
            description=sent(self.description),
            defaults=None if isinstance(self.defaults, UnsetType) else self.defaults.kept,
            status=sent(self.status),
            version=sent(self.version),
        )


class DeleteProjectsForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which ones."""

    ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=100)]


class Deleted(msgspec.Struct, frozen=True):
    """How many there were; the same id twice counts once."""

    deleted: int


ID = ProjectId(UUID("01a1fe10-2222-7985-bba8-5ff3a8de3680"))
AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
FOXES = ProjectDetail(
    id=ID,
    owner_id=UserId(UUID("01a1fe10-0000-7985-bba8-5ff3a8de3680")),
    name="Foxes",
    description="Training data for the trail cameras.",
    defaults=JobDefaults(license=("commercial",), min_size=Box(width=640, height=480)).kept,
    status=ProjectStatus.ACTIVE,
    version=1,
    created_at=AT,
    updated_at=AT,
)
WANTED = BodyKwarg(
    examples=[
        Example(value={"name": FOXES.name, "description": FOXES.description}),
        Example(value={"name": "Wolves", "defaults": FOXES.defaults}),
    ]
)
CHANGED = BodyKwarg(
    examples=[
        Example(value={"description": "Foxes of all kinds", "version": 1}),
        Example(value={"status": "archived"}),
    ]
)
UNWANTED = BodyKwarg(examples=[Example(value={"ids": [str(ID)]})])


class ProjectController(Controller):
    """Projects of one owner; a superuser sees all."""

    path = "/projects"
    tags = ("Projects",)

    @get(
        summary="List projects",
        responses=success(
            200,
            Page[ProjectDetail],
            Page(items=[FOXES], total=1, page=1, size=20, pages=1),
            "The projects, newest first.",
        )
        | failures(401, 403, 422),
    )
    async def list_projects(
        self,
        window: Given[Window],
        actor: Given[Actor],
        project_reads: Given[ProjectReads],
        status: Annotated[
            ProjectStatus | None, QueryParameter(description="Only projects in this state.")
        ] = None,
    ) -> Response[Page[ProjectDetail]]:
        """Users, who see their own projects; superusers see all. Scope `read`."""
        actor.must(READ)
        found = await project_reads.projects(ProjectFilter(status=status), window, visible_to=actor)
        return page_of(found, window)

    @post(
        status_code=201,
        summary="Create a project",
        responses=success(201, ProjectDetail, FOXES, "The project.") | failures(401, 403, 409, body=True),
    )
    async def create_project(
        self,
        data: Annotated[CreateProjectForm, WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        create_project: Given[CreateProject],
    ) -> Response[ProjectDetail]:
        """Users. Scope `write`.

        `defaults` are what new jobs in it take for fields that they leave out. 409 when you have a project of
        that name, and for a source that the operator has switched off.
        """
        wanted = NewProject(name=data.name, description=data.description, defaults=data.defaults.kept)
        project = await create_project(wanted, by=actor, once=once)
        return created(project, at=f"/api/v1/projects/{project.id}")

    @get(
        "/{project_id:uuid}",
        summary="Get a project",
        responses=success(200, ProjectDetail, FOXES, "The project.") | failures(401, 403, 404),
    )
    async def get_project(
        self, project_id: ProjectPath, actor: Given[Actor], project_reads: Given[ProjectReads]
    ) -> Response[ProjectDetail]:
        """Its owner. Scope `read`."""
        actor.must(READ)
        return answered(await project_reads.project(ProjectId(project_id), visible_to=actor))

    @patch(
        "/{project_id:uuid}",
        summary="Change a project",
        responses=success(200, ProjectDetail, FOXES, "The project as it is now.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def change_project(
        self,
        project_id: ProjectPath,
        data: Annotated[ChangeProjectForm, CHANGED],
        actor: Given[Actor],
        change_project: Given[ChangeProject],
    ) -> Response[ProjectDetail]:
        """Its owner. Scope `write`.

        An archived project takes no new jobs, and its schedules wait. 409 for a name that is taken, for a
        default source that the operator has switched off, and with `version` when the project is at another.
        """
        return answered(await change_project(ProjectId(project_id), data.command, by=actor))

    @delete(
        "/{project_id:uuid}",
        status_code=204,
        summary="Delete a project",
        responses=failures(401, 403, 404, 409),
    )
    async def delete_project(
        self, project_id: ProjectPath, actor: Given[Actor], delete_projects: Given[DeleteProjects]
    ) -> Response[None]:
        """Its owner. Scope `write`.

        With its jobs and datasets. 409 while one of its jobs runs.
        """
        await delete_projects([ProjectId(project_id)], by=actor)
        return gone()

    @post(
        "/batch-delete",
        status_code=200,
        summary="Delete several projects",
        responses=success(200, Deleted, Deleted(1), "They are gone.")
        | failures(401, 403, 404, 409, body=True),
    )
    async def delete_several_projects(
        self,
        data: Annotated[DeleteProjectsForm, UNWANTED],
        actor: Given[Actor],
        delete_projects: Given[DeleteProjects],
    ) -> Response[Deleted]:
        """Their owner. Scope `write`.

        All of them or none: 404 when one is not there, 409 when a job of one runs; the message says which.
        """
        ids = {ProjectId(one) for one in data.ids}
        await delete_projects(sorted(ids), by=actor)
        return answered(Deleted(len(ids)))
