"""Creating, changing and deleting projects."""

import pytest

from pixcrawler.application.projects.change_project import ChangeProject, ProjectChange
from pixcrawler.application.projects.create_project import CreateProject, NewProject
from pixcrawler.application.projects.delete_projects import DeleteProjects
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.projects.errors import ProjectBusy, ProjectNameTaken, ProjectNotFound
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.actor import READ, Actor, Role, ScopeMissing
from pixcrawler.domain.shared.errors import ChangedMeanwhile
from pixcrawler.domain.shared.ids import ProjectId, UserId
from pixcrawler.domain.shared.once import Once
from tests.fakes.aggregates import Aggregates
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.memory_transaction import MemoryTransaction
from tests.fakes.sources import PagedSource, TableSources


class Desk:
    def __init__(self) -> None:
        self.new_id = CountingIds()
        self.make = Aggregates(self.new_id)
        self.clock = StandingClock()
        self.transaction = MemoryTransaction(new_id=self.new_id)
        web = PagedSource({}, source_id="web", needs_text=False)
        self.sources = TableSources(PagedSource({}), web, disabled=["bing"])
        self.create = CreateProject(
            transaction=self.transaction, sources=self.sources, clock=self.clock, new_id=self.new_id
        )
        self.change = ChangeProject(transaction=self.transaction, sources=self.sources, clock=self.clock)
        self.delete = DeleteProjects(transaction=self.transaction)
        self.owner, self.stranger = (Actor(UserId(self.new_id()), Role.USER) for _ in range(2))

    async def made(self, name: str = "Foxes") -> ProjectId:
        return (await self.create(NewProject(name=name), by=self.owner)).id

    def names(self) -> list[str]:
        return [project.name for project in self.transaction.database.tables.projects.values()]

    async def job(self, project_id: ProjectId, status: JobStatus) -> None:
        async with self.transaction() as tx:
            project = await tx.projects.get(project_id)
            profile = self.make.profile(id=project.owner_id)
            job = self.make.job(self.make.project(profile, id=project_id), status=status)
            await tx.crawl_jobs.add(job)
            await tx.commit()


async def test_the_same_request_makes_one_project() -> None:
    desk, once = Desk(), Once("k", "POST /projects", b"a")
    first = await desk.create(NewProject(name="Foxes"), by=desk.owner, once=once)
    assert await desk.create(NewProject(name="Foxes"), by=desk.owner, once=once) == first
    assert desk.names() == ["Foxes"]


async def test_a_name_is_its_owners_only_one() -> None:
    desk = Desk()
    await desk.made("Foxes")
    second = await desk.made("Wolves")
    with pytest.raises(ProjectNameTaken):
        await desk.made(" Foxes ")
    with pytest.raises(ProjectNameTaken):
        await desk.change(second, ProjectChange(name="Foxes"), by=desk.owner)
    await desk.create(NewProject(name="Foxes"), by=desk.stranger)
    assert desk.names() == ["Foxes", "Wolves", "Foxes"]


async def test_a_change_is_for_the_version_that_it_names() -> None:
    desk = Desk()
    project = await desk.made()
    desk.clock.pass_by(60)
    changed = await desk.change(
        project, ProjectChange(status=ProjectStatus.ARCHIVED, version=1), by=desk.owner
    )
    assert (changed.status, changed.version, changed.updated_at) == (
        ProjectStatus.ARCHIVED,
        2,
        desk.clock.now(),
    )
    assert changed.created_at < changed.updated_at
    with pytest.raises(ChangedMeanwhile, match="version 2"):
        await desk.change(project, ProjectChange(name="Bears", version=1), by=desk.owner)


async def test_a_stranger_and_a_key_for_reading_change_nothing() -> None:
    desk = Desk()
    project = await desk.made()
    reader = Actor(desk.owner.id, Role.USER, frozenset({READ}))
    for actor, error in ((desk.stranger, ProjectNotFound), (reader, ScopeMissing)):
        with pytest.raises(error):
            await desk.change(project, ProjectChange(name="Mine"), by=actor)
        with pytest.raises(error):
            await desk.delete([project], by=actor)
    with pytest.raises(ScopeMissing):
        await desk.create(NewProject(name="More"), by=reader)
    assert desk.names() == ["Foxes"]


async def test_projects_go_together_or_not_at_all() -> None:
    desk = Desk()
    projects = [await desk.made(name) for name in ("Foxes", "Wolves")]
    await desk.job(projects[1], JobStatus.RUNNING)
    with pytest.raises(ProjectBusy, match="“Wolves” has a running job"):
        await desk.delete(projects, by=desk.owner)
    with pytest.raises(ProjectNotFound):
        await desk.delete([projects[0], ProjectId(desk.new_id())], by=desk.owner)
    assert desk.names() == ["Foxes", "Wolves"]


async def test_a_project_takes_its_jobs_along() -> None:
    desk = Desk()
    project, other = await desk.made("Foxes"), await desk.made("Wolves")
    for status in (JobStatus.PENDING, JobStatus.COMPLETED):
        await desk.job(project, status)
    await desk.job(other, JobStatus.PENDING)
    await desk.delete([project, project], by=desk.owner)
    assert desk.names() == ["Wolves"]
    assert [job.project_id for job in desk.transaction.database.tables.crawl_jobs.values()] == [other]
