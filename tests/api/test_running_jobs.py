"""How many jobs run at once, by the owner's plan."""

import asyncio

import pytest

from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.plans import PLANS, Plan
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, Person, job_room

room = pytest.fixture(job_room, scope="module")

TOO_MANY = (429, "TOO_MANY_RUNNING_JOBS", None)


async def on_plan(room: JobRoom, plan: Plan) -> Person:
    person = await room.person()
    async with room.stage.transaction() as tx:
        profile = await tx.profiles.get(person.actor.id)
        profile.plan = plan
        await tx.profiles.save(profile)
        await tx.commit()
    return person


async def jobs(person: Person, number: int) -> list[str]:
    project = await person.project()
    body = {"project_id": project, "keywords": ["fox"]}
    return [str((await person.made("/jobs", body))["id"]) for _ in range(number)]


async def test_of_fifty_starts_at_once_as_many_begin_as_the_plan_allows(room: JobRoom) -> None:
    person = await room.person()
    answers = await asyncio.gather(
        *(person.ask("POST", f"/jobs/{job}/start") for job in await jobs(person, 50))
    )
    begun = [one for one in answers if one.status_code == 202]
    assert len(begun) == PLANS[Plan.FREE].running_jobs
    refused = [one for one in answers if one not in begun]
    assert {problem(one) for one in refused} == {TOO_MANY}
    assert all(int(one.headers["retry-after"]) > 0 for one in refused)
    assert (await person.got("/jobs?status=running"))["total"] == len(begun)


@pytest.mark.parametrize("act", ["start", "retry"])
async def test_a_job_that_ends_makes_room(room: JobRoom, act: str) -> None:
    person = await room.person()
    first, second, third = await jobs(person, 3)
    if act == "retry":
        assert (await person.ask("POST", f"/jobs/{third}/stop")).status_code == 202
    for job in (first, second):
        assert (await person.ask("POST", f"/jobs/{job}/start")).status_code == 202
    assert problem(await person.ask("POST", f"/jobs/{third}/{act}")) == TOO_MANY
    assert (await person.ask("POST", f"/jobs/{first}/stop")).status_code == 202
    assert (await person.ask("POST", f"/jobs/{third}/{act}")).status_code == 202


async def test_other_people_and_other_plans_have_room_of_their_own(room: JobRoom) -> None:
    for person in (
        await on_plan(room, Plan.PRO),
        await on_plan(room, Plan.ENTERPRISE),
        await room.person(role=Role.SUPERUSER),
    ):
        for job in await jobs(person, 3):
            assert (await person.ask("POST", f"/jobs/{job}/start")).status_code == 202


async def test_a_superuser_may_start_what_its_owner_may_not(room: JobRoom) -> None:
    person, superuser = await room.person(), await room.person(role=Role.SUPERUSER)
    for job in await jobs(person, 3):
        assert (await superuser.ask("POST", f"/jobs/{job}/start")).status_code == 202


async def test_the_same_start_again_is_answered_although_there_is_no_room_any_more(room: JobRoom) -> None:
    person = await room.person()
    first, second = await jobs(person, 2)
    begun = await person.ask("POST", f"/jobs/{first}/start", Idempotency_Key="one")
    assert (await person.ask("POST", f"/jobs/{second}/start")).status_code == 202
    again = await person.ask("POST", f"/jobs/{first}/start", Idempotency_Key="one")
    assert (again.status_code, again.json()) == (202, begun.json())
