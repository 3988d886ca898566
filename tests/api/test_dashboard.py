"""What one has, in numbers: what one may see, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.datasets.statistics import Columns
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import CrawlJobId
from tests.api.conftest import problem
from tests.api.job_room import JobRoom, Person, job_room

room = pytest.fixture(job_room, scope="module")


async def ended(room: JobRoom, person: Person, *, days_ago: int, accepted: int, rejected: int) -> str:
    job = await person.job()
    await room.end(
        job,
        JobStatus.COMPLETED,
        accepted=accepted,
        reasons={"too_small": rejected - 1, "http_404": 1},
        ended_at=datetime.now(UTC) - timedelta(days=days_ago),
    )
    return job


async def dataset_of(room: JobRoom, job: str) -> None:
    """With two versions, of which the newest counts, and an export of that."""
    make = room.stage.make
    async with room.stage.transaction() as tx:
        dataset = make.dataset(await tx.crawl_jobs.get(CrawlJobId(job)))  # type: ignore[arg-type]
        await tx.datasets.add(dataset)
        versions = []
        for number in (1, 2):
            stats = Columns([]).statistics({})
            stats.sources.update({"openverse": 5 * number, "wikimedia": 1})
            stats.licenses.update({"CC0-1.0": 5 * number + 1})
            ready = {"digest": "d", "manifest_key": "m", "bytes": 1_000 * number, "stats": stats}
            versions.append(make.version(dataset, number=number, status=BuildStatus.READY, **ready))
            await tx.versions.add(versions[-1])
        packed = {"key": "k", "digest": "d", "bytes": 70}
        await tx.exports.add(make.export(versions[-1], status=BuildStatus.READY, **packed))
        await tx.exports.add(make.export(versions[-1], status=BuildStatus.FAILED, bytes=70))
        await tx.commit()


async def test_numbers_are_of_ones_own_things(room: JobRoom) -> None:
    ann, bob = await room.person(), await room.person()
    job = await ended(room, ann, days_ago=0, accepted=7, rejected=5)
    await ended(room, ann, days_ago=1, accepted=2, rejected=1)
    await ended(room, ann, days_ago=40, accepted=1, rejected=1)
    await ended(room, bob, days_ago=0, accepted=9, rejected=9)
    await ann.started()
    await dataset_of(room, job)
    seen = await ann.got("/dashboard/stats")
    assert (seen["projects"], seen["datasets"], seen["schedules"]) == (4, 1, 0)
    assert seen["jobs"] == {"pending": 0, "running": 1, "completed": 3, "failed": 0, "cancelled": 0}
    assert (seen["images_accepted"], seen["images_rejected"]) == (10, 7)
    assert seen["versions"] == {"pending": 0, "building": 0, "ready": 2, "failed": 0}
    assert seen["exports"] == {"pending": 0, "building": 0, "ready": 1, "failed": 1}
    assert seen["storage_bytes"] == {"datasets": 2_000, "exports": 70}
    assert seen["sources"] == [{"name": "openverse", "images": 10}, {"name": "wikimedia", "images": 1}]
    assert seen["licenses"] == [{"name": "CC0-1.0", "images": 11}]
    days = seen["images_per_day"]
    assert len(days) == 30
    assert sum(day["images"] for day in days) == 9
    assert days == sorted(days, key=lambda day: str(day["day"]))
    assert seen["recent_activity"] >= 4 + 4 + 1


async def test_somebody_who_has_nothing_sees_zeros(room: JobRoom) -> None:
    seen = await (await room.person()).got("/dashboard/stats")
    assert (seen["projects"], seen["images_accepted"], seen["sources"]) == (0, 0, [])
    assert set(seen["jobs"].values()) == {0}


async def test_superusers_see_their_own_or_everything_and_others_never(room: JobRoom) -> None:
    ann, root = await room.person(), await room.person(role=Role.SUPERUSER)
    await ended(room, ann, days_ago=0, accepted=7, rejected=5)
    assert (await root.got("/dashboard/stats"))["projects"] == 0
    everything = await root.got("/dashboard/stats?scope=all")
    assert everything["projects"] >= 1
    assert everything["images_accepted"] >= 7
    assert problem(await ann.ask("GET", "/dashboard/stats?scope=all"))[:2] == (403, "SUPERUSERS_ONLY")
    assert problem(await ann.ask("GET", "/dashboard/stats?scope=theirs"))[::2] == (422, "scope")
