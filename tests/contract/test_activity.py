"""Who did what: written down by the commit of what was done, and shown to whom it concerns."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from pixcrawler.application.ports.activity import ActivityFilter, ActivityLine
from pixcrawler.domain.activity.act import Act
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import ApiKeyId, ProjectId, UserId
from pixcrawler.domain.shared.paging import Window
from tests.contract.stages import Stage

DAY = timedelta(days=1)
WHOLE = Window(1, 100)


class People:
    """Ann and Bob, who are users, and Sue, who is a superuser."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        make = stage.make
        self.ann, self.bob = make.profile(), make.profile()
        self.sue = make.profile(role=Role.SUPERUSER)

    async def did(self, act: Act, *, by: Profile, owner: Profile | None = None, **about: Any) -> UUID:
        """What it was done to."""
        subject: UUID = self.stage.make.new_id()
        async with self.stage.transaction() as tx:
            tx.audit(act, subject, by=by.actor, owner=(owner or by).id, **about)
            await tx.commit()
        return subject

    async def seen(self, who: Profile, **which: Any) -> list[UUID]:
        found = await self.lines(who, **which)
        return [one.subject_id for one in found]

    async def lines(self, who: Profile, **which: Any) -> list[ActivityLine]:
        reads = self.stage.activity_reads
        return (await reads.activity(ActivityFilter(**which), WHOLE, visible_to=who.actor)).items


@pytest.fixture
async def people(stage: Stage) -> People:
    people = People(stage)
    async with stage.transaction() as tx:
        for one in (people.ann, people.bob, people.sue):
            await tx.profiles.add(one)
        await tx.commit()
    return people


async def test_all_that_was_told_is_shown(people: People) -> None:
    people.stage.request_id = "request 7"
    key, owner, project = ApiKeyId(UUID(int=7)), people.ann.id, people.stage.make.new_id()
    subject = people.stage.make.new_id()
    before = datetime.now(UTC)
    async with people.stage.transaction() as tx:
        by = Actor(people.sue.id, Role.SUPERUSER, frozenset({"*"}), key)
        about: dict[str, Any] = {"name": "Füchse 'x'", "parts": 2**40, "dry_run": True, "project_id": project}
        tx.audit(Act.DATASET_SPLIT, subject, by=by, owner=owner, **about)
        await tx.commit()
    (line,) = await people.lines(people.ann)
    assert line.about == {**about, "project_id": str(project)}
    assert line.about["dry_run"] is True
    told = (line.act, line.subject_id, line.owner_id, line.actor_id, line.key_id, line.request_id)
    assert told == (Act.DATASET_SPLIT, subject, owner, people.sue.id, key, "request 7")
    assert abs(line.at - before) < timedelta(minutes=1)


async def test_what_was_not_committed_was_not_done(people: People) -> None:
    async with people.stage.transaction() as tx:
        tx.audit(Act.JOB_STARTED, people.stage.make.new_id(), by=people.ann.actor, owner=people.ann.id)
    assert await people.seen(people.ann) == []


async def test_people_see_what_they_did_and_what_was_done_to_their_things(people: People) -> None:
    own = await people.did(Act.JOB_CREATED, by=people.ann)
    others = await people.did(Act.JOB_STOPPED, by=people.sue, owner=people.ann)
    bobs = await people.did(Act.JOB_CREATED, by=people.bob)
    assert await people.seen(people.ann) == [others, own]
    assert await people.seen(people.bob) == [bobs]
    assert await people.seen(people.sue) == [bobs, others, own]


async def test_every_condition_holds(people: People) -> None:
    project = ProjectId(people.stage.make.new_id())
    there = await people.did(Act.JOB_CREATED, by=people.ann, project_id=project)
    stopped = await people.did(Act.JOB_STOPPED, by=people.sue, owner=people.ann, project_id=project)
    elsewhere = await people.did(Act.JOB_CREATED, by=people.ann)
    now = datetime.now(UTC)
    for who in (people.ann, people.sue):
        assert await people.seen(who, act=Act.JOB_CREATED) == [elsewhere, there]
        assert await people.seen(who, project_id=project) == [stopped, there]
        assert await people.seen(who, subject_id=there) == [there]
        assert await people.seen(who, actor_id=people.sue.id) == [stopped]
        assert await people.seen(who, actor_id=people.ann.id, act=Act.JOB_CREATED, project_id=project) == [
            there
        ]
        assert await people.seen(who, since=now - DAY, until=now + DAY) == [elsewhere, stopped, there]
        assert await people.seen(who, since=now + DAY) == []
        assert await people.seen(who, until=now - DAY) == []
        assert await people.seen(who, since=datetime.min.replace(tzinfo=UTC)) == [elsewhere, stopped, there]
        assert await people.seen(who, until=datetime.max.replace(tzinfo=UTC)) == [elsewhere, stopped, there]
    assert await people.seen(people.bob, project_id=project) == []


async def test_pages_and_cursors_lead_through_all_of_it_once(people: People) -> None:
    done = [await people.did(Act.JOB_CREATED, by=people.ann) for _ in range(4)]
    done += [await people.did(Act.JOB_STOPPED, by=people.sue, owner=people.ann) for _ in range(3)]
    reads, ann = people.stage.activity_reads, people.ann.actor
    for size in (1, 2, 3, 7, 8):
        paged, after, walked = [], None, []
        for page in range(1, 9):
            found = await reads.activity(ActivityFilter(), Window(page, size), visible_to=ann)
            assert (found.total, found.exact) == (7, True)
            paged += [one.subject_id for one in found.items]
        while True:
            part = await reads.activity(ActivityFilter(), Window(1, size), after=after, visible_to=ann)
            walked += [one.subject_id for one in part.items]
            if part.next_cursor is None:
                break
            after = UUID(part.next_cursor)
        assert paged == walked == done[::-1]


async def test_what_was_done_outlives_who_did_it(people: People) -> None:
    left = await people.did(Act.JOB_STOPPED, by=people.bob, owner=people.ann)
    async with people.stage.transaction() as tx:
        await tx.profiles.delete(people.bob.id)
        await tx.commit()
    (line,) = await people.lines(people.ann)
    assert (line.subject_id, line.actor_id, line.owner_id) == (left, None, UserId(people.ann.id))
