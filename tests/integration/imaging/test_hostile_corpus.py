"""A thousand files that once broke a decoder, and ten thousand files with flipped bytes, through the real
children: each gets a verdict, and nobody dies of one."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import psutil
import pytest

from pixcrawler.adapters.imaging.inspector import ChildInspector
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.bodies import Bodies
from tests.integration.imaging.conftest import family
from tests.unit.adapters.imaging.every_format import ACCEPTED

MEMORY = 1 << 30
STRICT = Validation.STRICT


class Outcome(msgspec.Struct):
    """What became of many files: verdicts in their order, the children that were seen, and the largest."""

    verdicts: list[Facts | Unreadable] = []
    children: set[int] = set()
    peak: int = 0

    @property
    def refusals(self) -> Counter[Reason]:
        return Counter(one.reason for one in self.verdicts if isinstance(one, Unreadable))

    def tell(self, what: str) -> str:
        taken = sum(isinstance(one, Facts) for one in self.verdicts)
        refused = ", ".join(f"{number} {reason}" for reason, number in self.refusals.most_common())
        return (
            f"\n{what}: {len(self.verdicts)} files, {taken} taken, {refused};"
            f" {len(self.children)} children, the largest of {self.peak >> 20} MiB"
        )


async def inspected(files: Sequence[bytes], bodies: Bodies, level: Validation) -> Outcome:
    outcome = Outcome()
    async with ChildInspector(2, memory_bytes=MEMORY, deadline=30) as inspector:
        for start in range(0, len(files), 32):
            batch = [bodies() for _ in files[start : start + 32]]
            for body, data in zip(batch, files[start : start + 32], strict=True):
                body.write(data)
            outcome.verdicts += await asyncio.gather(*(inspector.inspect(body, level) for body in batch))
            for body in batch:
                body.discard()
            for child in family()[1]:
                outcome.children.add(child.pid)
                outcome.peak = max(outcome.peak, memory_of(child))
    return outcome


def memory_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def flipped(number: int, seed: int = 20) -> list[bytes]:
    """Good files of every kind, each with one to ten bytes that are not what they were."""
    dice = random.Random(seed)
    seeds = [make() for make, *_ in ACCEPTED.values()][:50]
    files = []
    for turn in range(number):
        data = bytearray(seeds[turn % len(seeds)])
        for _ in range(dice.choice((1, 1, 1, 3, 10))):
            data[dice.randrange(min(len(data), dice.choice((60, 600, 10**6))))] = dice.randrange(256)
        files.append(bytes(data))
    return files


def assert_nobody_died(outcome: Outcome, files: int) -> None:
    """A child ends by itself after an answer that memory ran out; no other ends."""
    assert len(outcome.verdicts) == files
    assert len(outcome.children) <= 2 + 3 * outcome.refusals[Reason.DECODE_LIMIT]
    assert outcome.peak <= MEMORY
    assert all(one.evidence for one in outcome.verdicts if isinstance(one, Unreadable))


async def test_three_hundred_files_with_flipped_bytes_are_each_told_what_they_are(bodies: Bodies) -> None:
    files = flipped(300, seed=7)
    outcome = await inspected(files, bodies, STRICT)
    assert_nobody_died(outcome, 300)
    assert not outcome.refusals[Reason.DECODE_LIMIT]
    assert 30 < sum(outcome.refusals.values()) < 290


@pytest.mark.long
async def test_ten_thousand_files_with_flipped_bytes_are_each_told_what_they_are(
    bodies: Bodies, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = await inspected(flipped(10_000), bodies, Validation.STANDARD)
    with capsys.disabled():
        print(outcome.tell("flipped bytes"))
    assert_nobody_died(outcome, 10_000)


@pytest.mark.long
@pytest.mark.parametrize("level", list(Validation))
async def test_every_file_that_once_broke_a_decoder_gets_a_verdict(
    hostile: list[Path], level: Validation, bodies: Bodies, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = await inspected([path.read_bytes() for path in hostile], bodies, level)
    with capsys.disabled():
        print(outcome.tell(f"Pillow's test images, {level}"))
    assert len(hostile) > 1_000
    assert_nobody_died(outcome, len(hostile))
    taken = Counter(one.format for one in outcome.verdicts if isinstance(one, Facts))
    assert set(taken) == set(Format)
