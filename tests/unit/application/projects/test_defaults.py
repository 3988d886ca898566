"""What a project's new jobs take: what may be set."""

from typing import Any

import pytest

from pixcrawler.application.projects.change_project import ProjectChange
from pixcrawler.application.projects.create_project import NewProject
from pixcrawler.domain.crawling.errors import SourceDisabled, UnknownSource
from pixcrawler.domain.projects.errors import InvalidProject
from pixcrawler.domain.shared.errors import DomainError
from tests.unit.application.projects.test_projects import Desk

GOOD: dict[str, Any] = {"sources": ["openverse"], "license": ["commercial"]}


async def test_defaults_are_kept_and_replaced_whole() -> None:
    desk = Desk()
    made = await desk.create(NewProject(name="Foxes", defaults=GOOD), by=desk.owner)
    assert made.defaults == GOOD
    changed = await desk.change(made.id, ProjectChange(defaults={"seed": 7}), by=desk.owner)
    assert (changed.defaults, changed.version) == ({"seed": 7}, made.version + 1)
    same = await desk.change(made.id, ProjectChange(description="Red ones"), by=desk.owner)
    assert same.defaults == {"seed": 7}


@pytest.mark.parametrize(
    ("defaults", "error"),
    [
        ({"sources": ["nowhere"]}, UnknownSource),
        ({"sources": ["bing"]}, SourceDisabled),
        ({"sources": ["web"]}, InvalidProject),
        ({"sources": ["folder"]}, InvalidProject),
        (
            {"min_size": {"width": 9, "height": 1}, "max_size": {"width": 8, "height": 9}},
            InvalidProject,
        ),
    ],
)
async def test_what_no_job_could_take_is_refused(defaults: dict[str, Any], error: type[DomainError]) -> None:
    desk = Desk()
    with pytest.raises(error):
        await desk.create(NewProject(name="Foxes", defaults=defaults), by=desk.owner)
    project = await desk.made()
    with pytest.raises(error):
        await desk.change(project, ProjectChange(defaults=defaults), by=desk.owner)
