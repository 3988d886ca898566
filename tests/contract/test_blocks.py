"""What may not come back: the list, taking down what it names, and recording pictures meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from pixcrawler.application.ports.blocks import Shown, TakenAway
from pixcrawler.domain.crawling.blocking import Block, Blocked, BlockKind, Taken, read_blocked, url_value
from pixcrawler.domain.shared.ids import BlockId
from tests.contract.stages import Scene, Stage, accepted, found, ids, scene
from tests.contract.test_settling import settle
from tests.fakes.aggregates import AT, facts, sha


def block(stage: Stage, subject: str, **changes: Any) -> Block:
    blocked = read_blocked(subject)
    values: dict[str, Any] = {
        "kind": blocked.kind,
        "value": blocked.value,
        "subject": blocked.subject,
        "reason": "her letter",
        "by": "the operator",
        "taken_down": True,
        "created_at": AT,
        "lifted_at": None,
    }
    return Block(**{"id": BlockId(stage.make.new_id()), **values, **changes})


async def added(stage: Stage, subject: str, **changes: Any) -> bool:
    async with stage.transaction() as tx:
        new = await tx.blocks.add(block(stage, subject, **changes))
        await tx.commit()
    return new


async def test_an_entry_is_listed_as_it_was_made(stage: Stage) -> None:
    entry = block(stage, sha(7), reason=None, taken_down=False)
    async with stage.transaction() as tx:
        assert await tx.blocks.add(entry)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.blocks.all() == [entry]


async def test_what_is_blocked_already_is_not_blocked_twice(stage: Stage) -> None:
    assert await added(stage, sha(7), taken_down=False)
    assert not await added(stage, sha(7).upper(), reason="another")
    async with stage.transaction() as tx:
        (entry,) = await tx.blocks.all()
    assert (entry.reason, entry.taken_down) == ("her letter", True)


async def test_a_lifted_entry_counts_no_longer_and_can_be_made_again(stage: Stage) -> None:
    await added(stage, sha(7))
    async with stage.transaction() as tx:
        assert await tx.blocks.lift(read_blocked(sha(7)), at=AT)
        assert not await tx.blocks.lift(read_blocked(sha(7)), at=AT)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.blocks.all() == []
    assert await added(stage, sha(7))


async def recorded(stage: Stage, play: Scene, digest: str, **changes: Any) -> Any:
    await found(stage, play, "x")
    key = await ids(stage, play)
    async with stage.transaction() as tx:
        good = [stage.make.good(key["x"], digest, **changes)]
        await tx.candidates.record(play.job, play.chunks[0].id, good, [])
        await tx.commit()
    return (await stage.candidates(play.job.id))["x"]


async def test_a_picture_that_was_blocked_while_it_was_looked_at_is_not_recorded(stage: Stage) -> None:
    await added(stage, sha(7))
    play = await scene(stage)
    seen = await recorded(stage, play, sha(7))
    assert (seen.state, seen.reason, seen.image_id) == ("rejected", "blocked", None)
    assert seen.evidence == f"sha256 {sha(7)} is on the block-list"
    assert await stage.images(play.job.id) == {}


@pytest.mark.parametrize(("phash", "state"), [(0b1111, "rejected"), (0b11111, "good"), (1 << 63, "rejected")])
async def test_a_picture_that_looks_like_a_blocked_one_is_not_recorded(
    stage: Stage, phash: int, state: str
) -> None:
    await added(stage, "0" * 16)
    seen = await recorded(stage, await scene(stage), sha(7), facts=facts(phash=phash))
    assert seen.state == state


async def shown(stage: Stage, subject: str) -> list[Shown]:
    async with stage.transaction() as tx:
        return await tx.blocks.shown(read_blocked(subject))


async def test_pictures_are_found_by_bytes_by_address_and_by_looks(stage: Stage) -> None:
    play, _ = await settle(stage)
    first = Shown(play.job.id, sha(1), f"pictures/{sha(1)}")
    assert await shown(stage, sha(1)) == [first]
    url = {name: one.url for name, one in (await stage.candidates(play.job.id)).items()}
    assert await shown(stage, url["a"]) == [first]
    assert await shown(stage, url["d"].replace("https://", "HTTPS://") + "#part") == [first]
    assert len(await shown(stage, "https://pictures.example/final.jpg")) == 3
    assert [one.sha256 for one in await shown(stage, f"{2**64 - 2:016x}")] == [sha(2)]
    assert await shown(stage, sha(9)) == []
    assert await shown(stage, "https://pictures.example/other.jpg") == []


async def test_what_is_taken_away_leaves_no_picture_and_says_so(stage: Stage) -> None:
    play, _ = await settle(stage)
    async with stage.transaction() as tx:
        gone = await tx.blocks.take_away(play.job, [sha(1), sha(2), sha(9)], "taken down")
        await tx.commit()
    assert gone == TakenAway(2, 1, {"duplicate_exact": 1, "duplicate_near": 1})
    assert list(await stage.images(play.job.id)) == [sha(3)]
    seen = await stage.candidates(play.job.id)
    for name in "abd":
        one = seen[name]
        assert (one.reason, one.evidence, one.image_id) == ("blocked", "taken down", None)
    assert (seen["e"].state, seen["c"].reason, seen["f"].reason) == ("good", "http_404", "limit_reached")
    async with stage.transaction() as tx:
        assert await tx.blocks.take_away(play.job, [sha(1)], "taken down") == TakenAway(0, 0, {})
        assert await tx.images.unnamed([f"pictures/{sha(1)}"]) == {f"pictures/{sha(1)}"}


async def test_a_blocked_picture_is_in_no_new_version(stage: Stage) -> None:
    play, _ = await settle(stage)
    await added(stage, sha(1), taken_down=False)
    dataset = stage.make.dataset(play.job)
    async with stage.transaction() as tx:
        images = await accepted(tx, dataset)
    assert [one.sha256 for one in images] == [sha(3)]


async def test_a_version_learns_what_was_taken_down_after_it_was_made(stage: Stage) -> None:
    await added(stage, sha(1))
    await added(stage, sha(2), taken_down=False)
    async with stage.transaction() as tx:
        await tx.blocks.lift(read_blocked(sha(1)), at=AT)
        await tx.commit()
    async with stage.transaction() as tx:
        asked = [sha(1), sha(2), sha(3)]
        assert await tx.blocks.taken_down(asked, since=AT) == [Taken(sha(1), AT, "her letter")]
        assert await tx.blocks.taken_down(asked, since=AT + timedelta(seconds=1)) == []
        assert await tx.blocks.taken_down([], since=AT) == []


def test_a_url_is_known_by_any_spelling() -> None:
    assert read_blocked(" HTTP://A.Test:80/x/../y#z ") == Blocked(
        BlockKind.URL, url_value("http://a.test/y"), "HTTP://A.Test:80/x/../y#z"
    )
