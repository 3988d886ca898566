"""What a project may be called."""

import pytest

from pixcrawler.domain.projects.errors import InvalidProject
from pixcrawler.domain.projects.project import Project, ProjectStatus, new_project
from pixcrawler.domain.shared.ids import ProjectId, UserId
from tests.fakes.aggregates import AT
from tests.fakes.ids import CountingIds

NEW_ID = CountingIds()


def made(name: str = "Foxes", description: str = "") -> Project:
    return new_project(ProjectId(NEW_ID()), owner=UserId(NEW_ID()), name=name, description=description, at=AT)


def test_a_new_project_is_active() -> None:
    project = made("  Red   foxes ", "In the snow.")
    assert (project.name, project.description) == ("Red foxes", "In the snow.")
    assert (project.status, project.version, project.created_at) == (ProjectStatus.ACTIVE, 1, AT)


@pytest.mark.parametrize("name", ["", " \t\n", "x" * 201])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidProject) as caught:
        made(name)
    assert caught.value.field == "name"
    with pytest.raises(InvalidProject):
        made().change(name=name)


def test_a_description_has_an_end() -> None:
    assert made(description="x" * 2000).description == "x" * 2000
    with pytest.raises(InvalidProject) as caught:
        made(description="x" * 2001)
    assert caught.value.field == "description"


def test_what_is_not_named_stays() -> None:
    project = made("Foxes", "Red.")
    project.change(status=ProjectStatus.ARCHIVED)
    assert (project.name, project.description, project.status) == ("Foxes", "Red.", ProjectStatus.ARCHIVED)
    project.change(name="Wolves", description="")
    assert (project.name, project.description, project.status) == ("Wolves", "", ProjectStatus.ARCHIVED)
