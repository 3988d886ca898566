"""Children that die, hang and bloat, and the parent that is not moved by it."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pixcrawler.adapters.imaging.inspector import ChildInspector
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.imaging.facts import Facts
from pixcrawler.domain.shared.errors import Unavailable
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.fakes.bodies import TempBody
from tests.integration.imaging.conftest import family, gone, until
from tests.unit.adapters.imaging.pictures import packed, photograph, png, tiff_of_directories

PHOTOS = [packed(photograph(seed=seed), "JPEG") for seed in range(8)]
SLOW = tiff_of_directories(20_000)  # minutes of processor time, if it were let
MakeBody = Callable[[bytes], TempBody]


async def test_many_at_once_are_each_answered_as_their_own(body: MakeBody) -> None:
    async with ChildInspector(2) as inspector:
        alone = [await inspector.inspect(body(photo)) for photo in PHOTOS]
        files = [body(PHOTOS[number % 8]) for number in range(200)]
        together = await asyncio.gather(*map(inspector.inspect, files))
    assert len({facts.phash for facts in alone if isinstance(facts, Facts)}) == 8
    assert together == [alone[number % 8] for number in range(200)]


@pytest.mark.parametrize("level", list(Validation))
async def test_the_largest_picture_that_is_allowed_fits_into_a_child(
    body: MakeBody, level: Validation
) -> None:
    async with ChildInspector(1) as inspector:
        facts = await inspector.inspect(body(png(7000, 7000, bits=8, colour=6)), level)
    assert isinstance(facts, Facts)
    assert facts.width == 7000


async def test_a_file_that_needs_too_much_memory_is_refused_and_its_neighbours_are_not(
    body: MakeBody,
) -> None:
    async with ChildInspector(1, memory_bytes=300 << 20) as inspector:
        largest = png(7000, 7000, bits=8, colour=2)  # 49 megapixels of RGB in 150 kB
        files = [body(PHOTOS[0]), body(largest), body(PHOTOS[1]), body(PHOTOS[2])]
        first, large, *others = await asyncio.gather(*map(inspector.inspect, files))
    assert isinstance(large, Unreadable)
    assert large.reason is Reason.DECODE_LIMIT
    assert all(isinstance(facts, Facts) for facts in (first, *others))


@pytest.mark.long
async def test_a_file_that_needs_too_much_time_is_refused_and_its_neighbours_are_not(
    body: MakeBody,
) -> None:
    async with ChildInspector(1, cpu_seconds=1, deadline=60) as inspector:
        files = [body(PHOTOS[0]), body(SLOW), body(PHOTOS[1]), body(PHOTOS[2])]
        first, slow, *others = await asyncio.gather(*map(inspector.inspect, files))
    assert isinstance(slow, Unreadable)
    assert slow.reason is Reason.DECODE_LIMIT
    assert "processor time" in slow.evidence
    assert all(isinstance(facts, Facts) for facts in (first, *others))


@pytest.mark.long
async def test_a_file_over_its_deadline_is_refused_and_its_child_is_gone(body: MakeBody) -> None:
    async with ChildInspector(1, cpu_seconds=60, deadline=0.9) as inspector:
        await inspector.inspect(body(PHOTOS[0]))
        _, before = family()
        late = await inspector.inspect(body(SLOW))
        await until(lambda: gone(before))
        assert isinstance(await inspector.inspect(body(PHOTOS[0])), Facts)
    assert isinstance(late, Unreadable)
    assert late.reason is Reason.DECODE_LIMIT
    assert "0.9 seconds" in late.evidence


@pytest.mark.long
async def test_the_time_of_one_file_is_not_held_against_the_next(body: MakeBody) -> None:
    async with ChildInspector(1, cpu_seconds=1) as inspector:
        await inspector.inspect(body(PHOTOS[0]))
        _, (child,) = family()
        some_work = png(3500, 3500, bits=8, colour=2)  # far from a second of it, on any machine
        while sum(child.cpu_times()[:2]) < 2.5:
            assert isinstance(await inspector.inspect(body(some_work)), Facts)
        assert family()[1] == [child]


async def test_a_killed_child_costs_nobody_anything(body: MakeBody) -> None:
    async with ChildInspector(2) as inspector:
        asking = [asyncio.ensure_future(inspector.inspect(body(PHOTOS[n % 8]))) for n in range(300)]
        await asking[10]
        family()[1][0].kill()
        answers = await asyncio.gather(*asking)
        await until(lambda: len(family()[1]) == 2)
    assert all(isinstance(answer, Facts) for answer in answers)


class Deadly:
    """A file whose first ``kills`` openings end the child that is to get it, as the OOM killer would."""

    def __init__(self, body: TempBody, kills: int) -> None:
        self._body = body
        self.kills = kills

    def open_for_reading(self) -> int:
        if self.kills:
            self.kills -= 1
            for child in family()[1]:
                child.kill()
        return self._body.open_for_reading()


@pytest.mark.parametrize("taken_along", [pytest.param(0, marks=pytest.mark.long), 3])
async def test_two_killed_children_in_a_row_cost_no_file(body: MakeBody, taken_along: int) -> None:
    async with ChildInspector(1) as inspector:
        await inspector.inspect(body(PHOTOS[0]))
        unlucky = Deadly(body(PHOTOS[1]), kills=2)
        files = [*map(body, PHOTOS[2 : 2 + taken_along]), unlucky]
        answers = await asyncio.gather(*map(inspector.inspect, files))  # type: ignore[arg-type]
    assert unlucky.kills == 0
    assert all(isinstance(answer, Facts) for answer in answers)


async def test_a_file_that_costs_one_child_after_another_is_refused_and_its_neighbours_are_not(
    body: MakeBody,
) -> None:
    async with ChildInspector(1) as inspector:
        await inspector.inspect(body(PHOTOS[0]))
        hostile = Deadly(body(PHOTOS[1]), kills=99)
        files = [body(PHOTOS[2]), hostile, body(PHOTOS[3])]
        first, refused, last = await asyncio.gather(*map(inspector.inspect, files))  # type: ignore[arg-type]
    assert isinstance(refused, Unreadable)
    assert refused.reason is Reason.DECODE_LIMIT
    assert 99 - hostile.kills == 3
    assert isinstance(first, Facts)
    assert isinstance(last, Facts)


async def test_a_stopped_child_is_replaced_and_its_file_looked_at_again(body: MakeBody) -> None:
    async with ChildInspector(1, deadline=0.9) as inspector:
        await inspector.inspect(body(PHOTOS[0]))
        (child,) = family()[1]
        child.suspend()
        assert isinstance(await inspector.inspect(body(PHOTOS[1])), Facts)
        await until(lambda: gone([child]))


async def test_processes_that_nobody_needs_end_and_the_next_file_starts_what_it_needs(body: MakeBody) -> None:
    async with ChildInspector(3, patience=0.05) as inspector:
        assert isinstance(await inspector.inspect(body(PHOTOS[0])), Facts)
        await until(lambda: family() == ([], []))
        asking = asyncio.ensure_future(inspector.inspect(body(SLOW)))
        await until(lambda: len(family()[1]) == 1)
        asking.cancel()
        files = [body(PHOTOS[number % 8]) for number in range(30)]
        answers = await asyncio.gather(*map(inspector.inspect, files))
    assert all(isinstance(answer, Facts) for answer in answers)


async def test_a_killed_zygote_costs_nobody_anything(body: MakeBody) -> None:
    async with ChildInspector(2) as inspector:
        asking = [asyncio.ensure_future(inspector.inspect(body(PHOTOS[n % 8]))) for n in range(100)]
        await asking[10]
        zygotes, children = family()
        zygotes[0].kill()
        answers = await asyncio.gather(*asking)
        await until(lambda: gone(children))
    assert all(isinstance(answer, Facts) for answer in answers)


async def test_one_that_gives_up_waiting_disturbs_nobody(body: MakeBody) -> None:
    async with ChildInspector(1) as inspector:
        asking = [asyncio.ensure_future(inspector.inspect(body(PHOTOS[n % 8]))) for n in range(40)]
        for task in asking[::2]:
            task.cancel()
        answers = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
    assert all(isinstance(answer, Facts) for answer in answers[1::2])


async def test_a_body_that_cannot_be_opened_is_its_askers_trouble_alone(body: MakeBody) -> None:
    missing = body(PHOTOS[0])
    missing.discard()
    async with ChildInspector(1) as inspector:
        answers = await asyncio.gather(
            *(inspector.inspect(one) for one in (body(PHOTOS[0]), missing, body(PHOTOS[1]))),
            return_exceptions=True,
        )
    assert [type(answer) for answer in answers] == [Facts, FileNotFoundError, Facts]


async def test_a_file_over_the_limit_is_not_even_read(body: MakeBody) -> None:
    async with ChildInspector(1) as inspector:
        answer = await inspector.inspect(body(PHOTOS[0] + bytes(100_000_000)))
    assert isinstance(answer, Unreadable)
    assert answer.reason is Reason.BODY_TOO_LARGE


async def test_a_large_thumbnail_comes_whole(body: MakeBody) -> None:
    noise = photograph(1400, 1400).effect_spread(200)
    descriptor = body(packed(noise, "JPEG", quality=95)).open_for_reading()
    async with ChildInspector(1) as inspector:
        small = await inspector.thumbnail(descriptor, 1024)
        with pytest.raises(ValueError, match="side"):
            await inspector.thumbnail(descriptor, 1025)
    os.close(descriptor)
    assert isinstance(small, bytes)
    assert len(small) > 3 * 65_536
    assert small.endswith(b"\xff\xd9")


def said_of(process: psutil.Process, what: str) -> str:
    """By the kernel."""
    return Path(f"/proc/{process.pid}/{what}").read_text()


async def test_children_are_confined(body: MakeBody, environ: dict[str, str]) -> None:
    async with ChildInspector(1) as inspector:
        await inspector.inspect(body(PHOTOS[0]))
        (zygote,), (child,) = family()
        limits, status = said_of(child, "limits"), said_of(child, "status")
        assert environ.keys() & zygote.environ().keys() <= {"PYTHONPATH", "LD_LIBRARY_PATH"}
        assert child.uids().real != 0
        assert child.num_threads() == 1
        assert not zygote.terminal()
        assert os.getsid(zygote.pid) != os.getsid(0)
    found = {line[:25].strip(): line[25:].split() for line in limits.splitlines()}
    assert found["Max address space"][:2] == [str(1 << 30)] * 2
    assert found["Max file size"][:2] == ["0", "0"]
    assert found["Max core file size"][:2] == ["0", "0"]
    assert found["Max open files"][:2] == ["32", "32"]
    assert found["Max cpu time"][0] != "unlimited"
    assert "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status


async def test_no_process_is_left_after_closing_even_in_the_middle(body: MakeBody) -> None:
    async with ChildInspector(2, cpu_seconds=60, deadline=60) as inspector:
        await inspector.inspect(body(PHOTOS[0]))
        asking = [asyncio.ensure_future(inspector.inspect(body(data))) for data in (SLOW, SLOW, SLOW)]
        await asyncio.sleep(0)
        zygotes, children = family()
    assert gone(zygotes + children)
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert all(isinstance(answer, Unavailable) for answer in answers)
    with pytest.raises(Unavailable, match="closed"):
        await inspector.inspect(body(PHOTOS[0]))


async def test_a_closed_inspector_can_be_opened_again(body: MakeBody) -> None:
    inspector = ChildInspector(1)
    for _ in range(2):
        async with inspector:
            assert isinstance(await inspector.inspect(body(PHOTOS[0])), Facts)


async def test_children_that_cannot_start_are_reported_in_a_sentence(body: MakeBody) -> None:
    too_large_for_the_kernel = 1 << 65
    async with ChildInspector(1, memory_bytes=too_large_for_the_kernel) as inspector:
        with pytest.raises(Unavailable, match=r"OverflowError.*Check the installation and the free memory"):
            await inspector.inspect(body(PHOTOS[0]))
