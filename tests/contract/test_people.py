"""Profiles at first sight: once, however many come at once, and never again for who was deleted."""

import asyncio
import uuid
from datetime import UTC, datetime

import pytest

from pixcrawler.adapters.postgres.people import PostgresPeople
from pixcrawler.application.ports.identity_provider import Person
from pixcrawler.application.ports.people import People
from pixcrawler.domain.identity.errors import UserNotFound
from pixcrawler.domain.identity.profile import Profile, ProfileChange
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.plans import Plan
from tests.contract.stages import MemoryStage, PostgresStage, Stage
from tests.fakes.memory_accounts import MemoryPeople


@pytest.fixture
def people(stage: Stage) -> People:
    if isinstance(stage, PostgresStage):
        return PostgresPeople(stage.engine)
    assert isinstance(stage, MemoryStage)
    return MemoryPeople(stage.database)


def somebody(email: str | None = "eve@example.org", name: str | None = "Eve") -> Person:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    return Person(id=UserId(uuid.uuid4()), email=email, name=name, expires_at=at)


def told(person: Person, *, email: str | None = None, name: str | None = None) -> Person:
    return Person(id=person.id, email=email, name=name, expires_at=person.expires_at)


async def profile(stage: Stage, person: Person) -> Profile:
    async with stage.transaction() as tx:
        return await tx.profiles.get(person.id)


async def test_a_profile_is_made_once_however_many_come_at_once(stage: Stage, people: People) -> None:
    eve = somebody()
    roles = await asyncio.gather(*(people.seen(eve) for _ in range(64)))
    assert set(roles) == {Role.USER}
    assert await profile(stage, eve) == Profile(
        id=eve.id,
        name="Eve",
        email="eve@example.org",
        avatar_url=None,
        onboarded=False,
        role=Role.USER,
        plan=Plan.FREE,
    )


@pytest.mark.parametrize("given", [None, "", "   "])
async def test_who_gave_no_name_is_called_by_their_address(
    stage: Stage, people: People, given: str | None
) -> None:
    eve = somebody(name=given)
    await people.seen(eve)
    assert (await profile(stage, eve)).name == "eve"


async def test_those_without_an_address_have_names_that_nobody_else_can_have(
    stage: Stage, people: People
) -> None:
    for person in (somebody(None, "local"), somebody(None, "local")):
        assert await people.seen(person) is Role.USER
        assert str(person.id) in (await profile(stage, person)).name
    async with stage.transaction() as tx:
        assert await tx.profiles.named("local") is None


async def test_address_and_name_follow_the_provider_when_it_has_other_ones(
    stage: Stage, people: People
) -> None:
    eve = somebody()
    await people.seen(eve)
    await people.seen(told(eve, email="adams@example.org", name="Eve Adams"))
    found = await profile(stage, eve)
    assert (found.email, found.name) == ("adams@example.org", "Eve Adams")
    await people.seen(told(eve))
    assert await profile(stage, eve) == found


async def test_a_name_that_its_owner_changed_here_stays(stage: Stage, people: People) -> None:
    eve = somebody()
    await people.seen(eve)
    async with stage.transaction() as tx:
        mine = await tx.profiles.locked(eve.id)
        mine.change(ProfileChange(name="Evelyn", role=Role.SUPERUSER))
        await tx.profiles.save(mine)
        await tx.commit()
    assert await people.seen(eve) is Role.SUPERUSER
    assert (await profile(stage, eve)).name == "Evelyn"


async def test_who_was_deleted_is_nobody_and_is_remembered_until_the_provider_forgot(
    stage: Stage, people: People
) -> None:
    eve = somebody()
    await people.seen(eve)
    async with stage.transaction() as tx:
        assert await tx.profiles.running_jobs(eve.id) == 0
        await tx.profiles.delete(eve.id)
        await tx.commit()
    assert await people.seen(eve) is None
    with pytest.raises(UserNotFound):
        await profile(stage, eve)
    assert await people.unforgotten(most=9) == [eve.id]
    for _ in range(2):
        await people.forgotten(eve.id)
    assert await people.unforgotten(most=9) == []
    assert await people.seen(eve) is None
