"""Whole jobs on a random web: whoever comes first, the same pictures stay and the counts add up."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.job import JobStatus
from tests.property.playing import Outcome, Player, Web


@st.composite
def webs(draw: st.DrawFn) -> Web:
    """1 to 3 keywords; files that turn up again and again, as wanted here and as unwanted there; dead links;
    pictures alike in clusters.

    Drawn as a few numbers and dealt from a seed: a whole web drawn bit by bit stays too small.
    """
    dice = random.Random(draw(st.integers(0, 2**32)))
    files = draw(st.integers(1, 120))
    pictures = draw(st.integers(1, files))
    dead = draw(st.sampled_from([0.0, 0.2, 0.7]))
    disagreeing = draw(st.sampled_from([0.0, 0.1, 0.5]))
    longest = draw(st.integers(1, 30))

    def page() -> list[int]:
        return [found(dice.randrange(files)) for _ in range(dice.randint(0, longest))]

    def found(file: int) -> int:
        return -1 - file if dice.random() < disagreeing else file

    def pages() -> list[list[int]]:
        return [page() for _ in range(dice.randint(0, 7))]

    keywords = draw(st.integers(1, 3))
    total = draw(st.integers(1, 40))
    with_target = keywords > 1 and total > 1 and draw(st.booleans())
    return Web(
        total=total,
        targets={"k0": dice.randint(1, total - 1)} if with_target else {},
        pages=[pages() for _ in range(keywords)],
        pictures=[None if dice.random() < dead else dice.randrange(pictures) for _ in range(files)],
        widths=[dice.randint(100, 103) for _ in range(pictures)],
        alike=[
            (dice.randrange(pictures), dice.randrange(pictures))
            for _ in range(draw(st.integers(0, pictures)))
        ],
    )


def adds_up(player: Player, outcome: Outcome) -> None:
    job, tables = outcome.job, player.database.tables
    candidates = list(tables.candidates.values())
    assert job.status is JobStatus.COMPLETED
    assert job.accepted == len(outcome.kept) <= job.max_images
    assert job.found == len(candidates) == job.accepted + sum(job.reasons.values())
    assert all(one.state != "pending" for one in candidates)
    assert sum(one.state == "good" for one in candidates) == job.accepted
    assert all(chunk.status is not ChunkStatus.ACTIVE for chunk in tables.chunks.values())
    assert len({one.sha256 for one in outcome.kept}) == job.accepted
    for label, target in job.spec.targets.items():
        assert sum(one.label == label for one in outcome.kept) <= target


# Property: the kept pictures are the same for every schedule, and every schedule ends.
@pytest.mark.long
@settings(max_examples=100)
@given(webs(), st.integers(0, 2**32))
async def test_five_schedules_keep_the_same_pictures(web: Web, seed: int) -> None:
    results = []
    for number in range(5):
        player = Player(web, seed + number)
        outcome = await player.play()
        adds_up(player, outcome)
        results.append(outcome.kept)
    assert all(kept == results[0] for kept in results)


# Property: workers that are killed at any moment change nothing.
@settings(max_examples=100)
@given(webs(), st.integers(0, 2**32))
async def test_killed_workers_change_nothing(web: Web, seed: int) -> None:
    player = Player(web, seed, kills=20)
    outcome = await player.play()
    adds_up(player, outcome)
    assert outcome.kept == (await Player(web, seed + 1).play()).kept


# Property: a job that was stopped and retried ends with what it would have had.
@pytest.mark.long
@settings(max_examples=100)
@given(webs(), st.integers(0, 2**32), st.integers(1, 40))
async def test_a_stop_and_a_retry_change_nothing(web: Web, seed: int, stop_at: int) -> None:
    player = Player(web, seed)
    outcome = await player.play(stop_at=stop_at)
    adds_up(player, outcome)
    assert outcome.kept == (await Player(web, seed + 1).play()).kept


# Property: fewer images than asked for only when every page was read.
@settings(max_examples=100)
@given(webs(), st.integers(0, 2**32))
async def test_fewer_only_when_the_web_has_no_more(web: Web, seed: int) -> None:
    player = Player(web, seed)
    outcome = await player.play()
    labels = {f"k{number}" for number in range(len(web.pages))}
    parts = [({label}, images) for label, images in web.targets.items()]
    parts.append((labels - set(web.targets), web.total - sum(web.targets.values())))
    for mine, images in parts:
        if sum(one.label in mine for one in outcome.kept) < images:
            there = sum(max(1, len(pages)) for n, pages in enumerate(web.pages) if f"k{n}" in mine)
            queries = player.database.tables.queries.values()
            assert sum(query.pages for query in queries if query.text in mine) == there
