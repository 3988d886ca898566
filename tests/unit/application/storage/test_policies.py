"""What policies list, and what they do."""

from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.application.storage.change_policy import ChangeCleanupPolicy, PolicyChange
from pixcrawler.application.storage.create_policy import (
    CreateCleanupPolicy,
    NewCleanupPolicy,
)
from pixcrawler.application.storage.delete_policy import DeletePolicy
from pixcrawler.bootstrap.formats import EXPORT_FORMATS
from pixcrawler.domain.datasets.version import BuildStatus, Export
from pixcrawler.domain.shared.actor import ALL, READ, Actor, Role, ScopeMissing
from pixcrawler.domain.shared.errors import ChangedMeanwhile, SuperusersOnly
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.tier import Move, Tier
from pixcrawler.domain.storage.errors import (
    InvalidPolicy,
    PolicyNameTaken,
    PolicyNotFound,
)
from pixcrawler.domain.storage.execution import ExecutionStatus, Fate, PolicyKind
from pixcrawler.domain.storage.policy import Age, Target
from tests.unit.application.storage.crash import Fuse, crashed
from tests.unit.application.storage.room import EXECUTE, Room

FAILED: dict[str, Any] = {"status": BuildStatus.FAILED, "key": None, "digest": None, "bytes": 0}


def ids(*exports: Export) -> list[str]:
    return [str(export.id) for export in exports]


async def test_a_dry_run_lists_keys_bytes_and_why_and_does_nothing() -> None:
    room = Room()
    old = await room.export(created_at=room.days_ago(40))
    await room.export(created_at=room.days_ago(40), downloaded_at=room.days_ago(1))
    execution, (item,) = await room.executed(room.make.cleanup_policy(after_days=30), dry_run=True)
    assert (item.subject, item.key, item.bytes, item.fate) == (str(old.id), old.key, old.bytes, Fate.LISTED)
    assert item.why == "It was last downloaded, or else made, on 2026-10-12."
    assert (execution.items, execution.bytes, execution.more) == (1, old.bytes, False)
    assert execution.status is ExecutionStatus.COMPLETED
    assert len(room.database.tables.exports) == 2
    assert len((await room.objects())[Tier.HOT]) == 2


async def test_an_execution_removes_rows_and_objects_and_logs_them() -> None:
    room = Room()
    old = await room.export(created_at=room.days_ago(40))
    new = await room.export()
    execution, items = await room.executed(room.make.cleanup_policy(after_days=30))
    assert [(item.subject, item.fate) for item in items] == [(str(old.id), Fate.REMOVED)]
    assert (execution.items, execution.bytes) == (1, old.bytes)
    assert list(room.database.tables.exports) == [new.id]
    assert (await room.objects())[Tier.HOT] == [new.key]


async def test_archival_goes_by_last_use_or_by_age() -> None:
    room = Room()
    used = await room.export(created_at=room.days_ago(40), downloaded_at=room.days_ago(2))
    unused = await room.export(created_at=room.days_ago(39))
    just = await room.export(created_at=room.days_ago(38), downloaded_at=room.clock.now())
    await room.export()
    policy = room.make.archival_policy(after_days=30)
    _, listed = await room.executed(policy, dry_run=True)
    assert [item.subject for item in listed] == ids(unused)
    policy.age = Age.MADE
    _, items = await room.executed(policy)
    assert [(item.subject, item.fate) for item in items] == [(one, Fate.ASKED) for one in ids(used, unused)]
    assert [room.row(one).moving for one in (used, unused, just)] == [Move.ARCHIVING] * 2 + [None]


@pytest.mark.parametrize("age", Age)
async def test_what_was_made_just_now_is_old_enough_at_0_days_unless_there_is_a_link_to_it(age: Age) -> None:
    room = Room()
    made = await room.export(created_at=room.days_ago(0.001))
    await room.export(created_at=room.days_ago(2), downloaded_at=room.days_ago(0.002))
    _, listed = await room.executed(room.make.archival_policy(after_days=0, age=age), dry_run=True)
    assert [item.subject for item in listed] == ids(made)
    _, items = await room.executed(room.make.cleanup_policy(after_days=0))
    assert [(item.subject, item.fate) for item in items] == [(str(made.id), Fate.REMOVED)]


async def test_superseded_are_exports_of_versions_beyond_the_newest_that_are_ready() -> None:
    room = Room()
    dataset = await room.dataset()
    exports = []
    for number in (1, 2, 3):
        version = await room.version(dataset, number=number)
        exports.append(await room.export(version, created_at=room.days_ago(9 - number)))
    pending = {"status": BuildStatus.PENDING, "digest": None, "manifest_key": None}
    await room.version(dataset, number=4, **pending)
    policy = room.make.cleanup_policy(target=Target.SUPERSEDED_EXPORTS, after_days=1, keep_newest=2)
    _, listed = await room.executed(policy, dry_run=True)
    assert [item.subject for item in listed] == ids(exports[0])
    policy.keep_newest = 1
    _, items = await room.executed(policy)
    assert [item.subject for item in items] == ids(exports[0], exports[1])
    assert items[0].why == "It is of version 1, which is not among the newest."


async def test_failed_exports_are_their_records_only() -> None:
    room = Room()
    failed = await room.export(created_at=room.days_ago(8), **FAILED)
    await room.export(created_at=room.days_ago(8))
    await room.export(**FAILED)
    policy = room.make.cleanup_policy(target=Target.FAILED_EXPORTS, after_days=7)
    _, items = await room.executed(policy)
    assert [(item.subject, item.key, item.bytes) for item in items] == [(str(failed.id), None, 0)]


async def test_a_policy_keeps_to_its_project_dataset_and_format() -> None:
    room = Room()
    datasets = [await room.dataset() for _ in range(2)]
    versions = [await room.version(dataset) for dataset in datasets]
    old = {"created_at": room.days_ago(40)}
    first = await room.export(versions[0], **old)
    second = await room.export(versions[1], format="coco", **old)
    for scope, expected in (
        ({"project_id": datasets[0].project_id}, first),
        ({"dataset_id": datasets[1].id}, second),
        ({"format": "coco"}, second),
    ):
        _, items = await room.executed(room.make.cleanup_policy(**scope), dry_run=True)
        assert [item.subject for item in items] == ids(expected)


async def test_unreferenced_objects_of_both_stores_go_once_they_are_old_enough() -> None:
    room = Room()
    export = await room.export()
    for store in (room.hot, room.warm):
        await store.put("lost/1", b"four")
        await store.put("lost/young", b"x")
        store.young.add("lost/young")
    policy = room.make.cleanup_policy(target=Target.UNREFERENCED_OBJECTS, after_days=1)
    _, listed = await room.executed(policy, dry_run=True)
    execution, items = await room.executed(policy)
    assert [(i.tier, i.key, i.bytes) for i in items] == [(t, "lost/1", 4) for t in Tier]
    assert [(i.tier, i.key, i.bytes, i.why) for i in listed] == [
        (i.tier, i.key, i.bytes, i.why) for i in items
    ]
    assert execution.bytes == 8
    assert await room.objects() == {
        Tier.HOT: sorted([export.key or "", "lost/young"]),
        Tier.WARM: ["lost/young"],
    }


OLD_EXPORTS: dict[str, Any] = {"target": Target.UNUSED_EXPORTS, "after_days": 30}
LOST_OBJECTS: dict[str, Any] = {"target": Target.UNREFERENCED_OBJECTS, "after_days": 0}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("what", [OLD_EXPORTS, LOST_OBJECTS], ids=["exports", "objects"])
async def test_whichever_step_a_crash_follows_everything_goes_and_is_logged_once(
    what: dict[str, Any], after: bool
) -> None:
    steps, ended = 0, True
    while ended:
        steps += 1
        room = Room()
        exports = [await room.export(created_at=room.days_ago(60 - number)) for number in range(3)]
        await room.hot.put("lost/1", b"x")
        policy = room.make.cleanup_policy(**what)
        room.database.tables.cleanup_policies[policy.id] = policy
        begun = await room.request(PolicyKind.CLEANUP, policy.id, dry_run=False, by=room.superuser)
        ended = await crashed(room, EXECUTE, Fuse(steps, after=after))
        await room.work(EXECUTE)
        execution, items = room.execution(begun.execution_id)
        gone = ids(*exports) if what is OLD_EXPORTS else ["lost/1"]
        assert [item.subject for item in items] == gone
        assert (execution.items, execution.status) == (len(gone), ExecutionStatus.COMPLETED)
        await room.reap({}, lease=room.lease())
        kept = [] if what is OLD_EXPORTS else [str(export.key) for export in exports]
        assert (await room.objects())[Tier.HOT] == sorted(kept)
    assert steps > 3


async def test_a_draining_worker_leaves_the_rest_to_the_next() -> None:
    room = Room()
    await room.export(created_at=room.days_ago(60))
    policy = room.make.cleanup_policy()
    room.database.tables.cleanup_policies[policy.id] = policy
    begun = await room.request(PolicyKind.CLEANUP, policy.id, dry_run=False, by=room.superuser)
    payload, lease = room.claimed(EXECUTE)
    lease.draining = True
    await room.execute(payload, lease=lease)
    assert not lease.closed
    room.database.release(lease)
    await room.work(EXECUTE)
    assert room.execution(begun.execution_id)[0].items == 1


async def test_an_execution_whose_policy_is_gone_fails_and_says_so() -> None:
    room = Room()
    policy = room.make.cleanup_policy()
    room.database.tables.cleanup_policies[policy.id] = policy
    begun = await room.request(PolicyKind.CLEANUP, policy.id, dry_run=False, by=room.superuser)
    await DeletePolicy(transaction=room.transaction)(PolicyKind.CLEANUP, policy.id, by=room.superuser)
    payload, lease = room.claimed(EXECUTE)
    with pytest.raises(PolicyNotFound) as told:
        await room.execute(payload, lease=lease)
    await room.fail_execution(payload, lease=lease, error=told.value)
    execution, _ = room.execution(begun.execution_id)
    assert (execution.status, execution.failure_code) == (ExecutionStatus.FAILED, "POLICY_NOT_FOUND")


async def test_each_due_time_is_one_execution_however_many_look() -> None:
    room = Room()
    at = room.clock.now()
    due = room.make.cleanup_policy(enabled=True, every_hours=6, next_at=at - timedelta(days=3))
    later = room.make.archival_policy(enabled=True, next_at=at + timedelta(seconds=1))
    asleep = room.make.cleanup_policy(enabled=False, next_at=None)
    room.database.tables.cleanup_policies |= {due.id: due, asleep.id: asleep}
    room.database.tables.archival_policies[later.id] = later
    for _ in range(3):
        await room.run_policies({}, lease=room.lease())
    (execution,) = room.database.tables.executions.values()
    assert (execution.policy_id, execution.by, execution.dry_run) == (due.id, None, False)
    assert room.database.tables.cleanup_policies[due.id].next_at == at + timedelta(hours=6)
    assert len(room.database.tasks(name=EXECUTE)) == 1


def creating(room: Room) -> CreateCleanupPolicy:
    return CreateCleanupPolicy(
        transaction=room.transaction, clock=room.clock, new_id=room.new_id, formats=EXPORT_FORMATS
    )


def changing(room: Room) -> ChangeCleanupPolicy:
    return ChangeCleanupPolicy(transaction=room.transaction, clock=room.clock, formats=EXPORT_FORMATS)


WANTED = NewCleanupPolicy(name=" Old   exports ", target=Target.UNUSED_EXPORTS, after_days=30, enabled=True)


async def test_a_policy_is_first_due_after_one_interval_and_anew_when_its_rhythm_changes() -> None:
    room = Room()
    policy = await creating(room)(WANTED, by=room.superuser)
    assert (policy.name, policy.next_at) == ("Old exports", room.clock.now() + timedelta(hours=24))
    change = changing(room)
    room.clock.pass_by(3600)
    renamed = await change(policy.id, PolicyChange(fields={"name": "Older"}), by=room.superuser)
    assert renamed.next_at == policy.next_at
    often = await change(policy.id, PolicyChange(fields={"every_hours": 2}), by=room.superuser)
    assert often.next_at == room.clock.now() + timedelta(hours=2)
    off = await change(policy.id, PolicyChange(fields={"enabled": False}), by=room.superuser)
    assert off.next_at is None
    with pytest.raises(ChangedMeanwhile):
        await change(policy.id, PolicyChange(fields={"after_days": 1}, version=1), by=room.superuser)


async def test_a_name_is_taken_once() -> None:
    room = Room()
    await creating(room)(WANTED, by=room.superuser)
    with pytest.raises(PolicyNameTaken):
        await creating(room)(WANTED, by=room.superuser)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"every_hours": 0},
        {"after_days": -1},
        {"keep_newest": 0},
        {"target": Target.UNREFERENCED_OBJECTS, "project_id": "x"},
        {"target": Target.REJECTED_PICTURES, "format": "coco"},
    ],
)
async def test_what_no_policy_can_be_is_refused_with_its_field(wrong: dict[str, Any]) -> None:
    room = Room()
    values = {"name": "x", "target": Target.UNUSED_EXPORTS, "after_days": 1, **wrong}
    with pytest.raises(InvalidPolicy) as told:
        await creating(room)(NewCleanupPolicy(**values), by=room.superuser)
    assert told.value.field in wrong


@pytest.mark.parametrize(("role", "scope"), [(Role.USER, ALL), (Role.SUPERUSER, READ)])
async def test_only_superusers_whose_key_may_write_have_policies(role: Role, scope: str) -> None:
    room = Room()
    actor = Actor(UserId(room.new_id()), role, frozenset({scope}))
    with pytest.raises(SuperusersOnly if role is Role.USER else ScopeMissing):
        await creating(room)(WANTED, by=actor)
    assert room.database.tables.cleanup_policies == {}
