"""What a dry run lists is what the execution right after it does."""

import asyncio
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.tier import Move, Tier
from pixcrawler.domain.storage.execution import Fate, Item
from pixcrawler.domain.storage.policy import OF_EXPORTS, Age, ArchivalPolicy, CleanupPolicy, Target
from tests.unit.application.storage.room import Room

days = st.integers(0, 60)
exports = st.fixed_dictionaries(
    {
        "version": st.integers(0, 3),
        "format": st.sampled_from(["coco", "csv"]),
        "made": days,
        "downloaded": st.none() | days,
        "kind": st.sampled_from(["ready", "ready", "ready", "failed", "pending", "moving", "warm", "folder"]),
    }
)
policies = st.fixed_dictionaries(
    {
        "target": st.none() | st.sampled_from([*OF_EXPORTS, Target.UNREFERENCED_OBJECTS]),
        "age": st.sampled_from(Age),
        "after_days": st.integers(0, 40),
        "keep_newest": st.integers(1, 2),
        "format": st.none() | st.just("coco"),
        "in_dataset": st.booleans(),
    }
)
KINDS: dict[str, dict[str, Any]] = {
    "ready": {},
    "failed": {"status": BuildStatus.FAILED, "key": None, "digest": None},
    "pending": {"status": BuildStatus.PENDING, "key": None, "digest": None},
    "moving": {"moving": Move.ARCHIVING},
    "warm": {"tier": Tier.WARM, "warm_bytes": 5},
    "folder": {"key": None, "digest": None},
}


async def furnished(wanted: list[dict[str, Any]], lost: int) -> Room:
    room = Room()
    first, second = await room.dataset(), await room.dataset()
    versions = [await room.version(first, number=number) for number in (1, 2, 3)]
    versions.append(await room.version(second, number=1))
    for one in wanted:
        used = None if one["downloaded"] is None else room.days_ago(min(one["downloaded"], one["made"]))
        made = {"created_at": room.days_ago(one["made"]), "downloaded_at": used, "format": one["format"]}
        await room.export(versions[one["version"]], **made, **KINDS[one["kind"]])
    for number in range(lost):
        await room.warm.put(f"lost/{number}", bytes(number))
    return room


def policy_of(room: Room, wanted: dict[str, Any]) -> ArchivalPolicy | CleanupPolicy:
    common: dict[str, Any] = {"after_days": wanted["after_days"]}
    if wanted["target"] is not Target.UNREFERENCED_OBJECTS:
        common["format"] = wanted["format"]
        if wanted["in_dataset"]:
            common["dataset_id"] = next(iter(room.database.tables.datasets))
    if wanted["target"] is None:
        return room.make.archival_policy(age=wanted["age"], **common)
    return room.make.cleanup_policy(target=wanted["target"], keep_newest=wanted["keep_newest"], **common)


def plain(items: list[Item]) -> list[Item]:
    return [msgspec.structs.replace(item, fate=Fate.LISTED) for item in items]


# Property: a dry run lists exactly what the execution right after it does, and changes nothing itself.
@given(st.lists(exports, max_size=8), policies, st.integers(0, 3))
def test_a_dry_run_lists_what_the_execution_does(
    wanted: list[dict[str, Any]], policy: dict[str, Any], lost: int
) -> None:
    async def play() -> None:
        room = await furnished(wanted, lost)
        chosen = policy_of(room, policy)
        before, there = dict(room.database.tables.exports), await room.objects()
        dry, listed = await room.executed(chosen, dry_run=True)
        assert (room.database.tables.exports, await room.objects()) == (before, there)
        real, done = await room.executed(chosen)
        assert (plain(done), real.items, real.bytes) == (listed, dry.items, dry.bytes)
        gone = {tier: set(there[tier]) - set(keys) for tier, keys in (await room.objects()).items()}
        removed = [item for item in done if item.fate is Fate.REMOVED and item.key is not None]
        for tier in Tier:
            assert gone[tier] == {i.key for i in removed if i.tier is tier and i.key in there[tier]}
        _, nothing = await room.executed(chosen)
        assert nothing == []

    asyncio.run(play())
