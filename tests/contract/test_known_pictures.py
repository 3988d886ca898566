"""What an owner's other jobs have, and the groups that copies form across them."""

from typing import Any
from uuid import UUID

import pytest

from pixcrawler.application.ports.known_pictures import KnownPicture
from pixcrawler.application.ports.repositories import Verdict
from pixcrawler.domain.crawling.job import CrawlJob, JobStatus
from pixcrawler.domain.crawling.settle import Picture
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.ids import ImageId
from tests.contract.stages import Scene, Stage, found, ids
from tests.fakes.aggregates import facts, sha

HIGHEST = 1 << 63


async def person(stage: Stage) -> Profile:
    profile = stage.make.profile()
    async with stage.transaction() as tx:
        await tx.profiles.add(profile)
        await tx.commit()
    return profile


async def completed(stage: Stage, owner: Profile, phashes: dict[int, int], **job: Any) -> Scene:
    """A job with an accepted picture for each number, with this phash."""
    make = stage.make
    project = make.project(owner)
    crawl = make.job(project, **{"status": JobStatus.COMPLETED, **job})
    query = make.query(crawl)
    play = Scene(crawl, query, [make.chunk(query)])
    async with stage.transaction() as tx:
        await tx.projects.add(project)
        await tx.crawl_jobs.add(crawl)
        await tx.queries.add(query)
        await tx.chunks.add_all(play.chunks)
        await tx.commit()
    await found(stage, play, *(str(number) for number in phashes))
    key = await ids(stage, play)
    good = [make.good(key[str(n)], sha(n), facts=facts(phash=phash)) for n, phash in phashes.items()]
    kept = [Verdict(image=one.image, candidate=one.candidate, chunk=0, keyword=0) for one in good]
    async with stage.transaction() as tx:
        await tx.candidates.record(crawl, play.chunks[0].id, good, [])
        await tx.candidates.settle(crawl, kept, [(v.image, v.candidate) for v in kept], {})
        await tx.commit()
    return play


async def asking(stage: Stage, owner: Profile) -> CrawlJob:
    """A running job of the owner's, which has found nothing yet."""
    return (await completed(stage, owner, {}, status=JobStatus.RUNNING)).job


async def alike(
    stage: Stage, job: CrawlJob, *phashes: int, bits: int = 4, digests: tuple[str, ...] = ()
) -> list[KnownPicture]:
    async with stage.transaction() as tx:
        return await tx.known_pictures.alike(job, digests, phashes, bits)


def digests(found: list[KnownPicture]) -> set[str]:
    return {one.picture.digest for one in found}


async def test_a_picture_of_another_job_is_known_by_its_bytes(stage: Stage) -> None:
    ann = await person(stage)
    play = await completed(stage, ann, {1: 7, 2: 1 << 40})
    (known,) = await alike(stage, await asking(stage, ann), digests=(sha(2), sha(9)))
    assert known.picture == Picture(640 * 480, 1_000, sha(2))
    assert (known.facts, known.group) == (facts(phash=1 << 40), None)
    assert known.image == (await stage.images(play.job.id))[sha(2)].id


@pytest.mark.parametrize("bits", [0, 2, 4, 6, 8])
async def test_pictures_are_known_by_phash_up_to_so_many_bits(stage: Stage, bits: int) -> None:
    """Wherever in the hash they are: together in one quarter, or spread over all."""
    ann = await person(stage)
    base = HIGHEST | 0x1234_5678_9ABC_DEF0
    spread = sum(1 << (16 * (n % 4) + n) for n in range(9))
    near = [(1 << number) - 1 for number in range(10)] + [spread & ((1 << 64) - 1)]
    pictures = {number: base ^ turned for number, turned in enumerate(near)}
    await completed(stage, ann, pictures)
    wanted = {sha(n) for n, turned in enumerate(near) if turned.bit_count() <= bits}
    assert digests(await alike(stage, await asking(stage, ann), base, bits=bits)) == wanted


async def test_what_others_own_is_never_known(stage: Stage) -> None:
    ann, bob = await person(stage), await person(stage)
    await completed(stage, bob, {1: 7})
    job = await asking(stage, ann)
    assert await alike(stage, job, 7, digests=(sha(1),)) == []
    async with stage.transaction() as tx:
        assert await tx.known_pictures.others(job) == ""


@pytest.mark.parametrize("status", [s for s in JobStatus if s is not JobStatus.COMPLETED])
async def test_what_a_job_has_that_is_not_completed_is_not_known(stage: Stage, status: JobStatus) -> None:
    ann = await person(stage)
    await completed(stage, ann, {1: 7}, status=status)
    assert await alike(stage, await asking(stage, ann), 7, digests=(sha(1),)) == []


async def test_a_job_s_own_pictures_are_not_other_jobs(stage: Stage) -> None:
    play = await completed(stage, await person(stage), {1: 7})
    assert await alike(stage, play.job, 7, digests=(sha(1),)) == []


async def test_a_removed_picture_is_known_no_longer(stage: Stage) -> None:
    ann = await person(stage)
    play = await completed(stage, ann, {1: 7, 2: 7})
    key = await ids(stage, play)
    async with stage.transaction() as tx:
        await tx.candidates.remove_picture(play.job, key["1"])
        await tx.commit()
    assert digests(await alike(stage, await asking(stage, ann), 7, digests=(sha(1),))) == {sha(2)}


async def test_a_deleted_job_s_pictures_are_known_no_longer(stage: Stage) -> None:
    ann = await person(stage)
    play = await completed(stage, ann, {1: 7})
    async with stage.transaction() as tx:
        await tx.crawl_jobs.delete(play.job.id)
        await tx.commit()
    assert await alike(stage, await asking(stage, ann), 7) == []


async def test_the_word_for_the_others_changes_with_them(stage: Stage) -> None:
    ann = await person(stage)
    job = await asking(stage, ann)
    words = []
    first = await completed(stage, ann, {})
    for change in ("nothing", "retry", "delete"):
        async with stage.transaction() as tx:
            words.append(await tx.known_pictures.others(job))
            if change == "retry":
                first.job.run += 1
                await tx.crawl_jobs.save(first.job)
            if change == "delete":
                await tx.crawl_jobs.delete(first.job.id)
            await tx.commit()
    async with stage.transaction() as tx:
        words.append(await tx.known_pictures.others(job))
    assert words[0] == words[1]
    assert len({*words}) == 3
    assert words[3] == ""


async def test_images_are_grouped_and_groups_merged_for_their_owner_alone(stage: Stage) -> None:
    ann, bob = await person(stage), await person(stage)
    play = await completed(stage, ann, {1: 1, 2: 2, 3: 3})
    strange = await completed(stage, bob, {4: 4})
    mine = {digest: ImageId(one.id) for digest, one in (await stage.images(play.job.id)).items()}
    (other,) = (await stage.images(strange.job.id)).values()
    small, large = UUID(int=1), UUID(int=2)
    async with stage.transaction() as tx:
        await tx.known_pictures.hold(ann.id)
        groups = {mine[sha(1)]: small, mine[sha(2)]: large, ImageId(other.id): large}
        await tx.known_pictures.group(ann.id, groups, {})
        await tx.known_pictures.group(ann.id, {mine[sha(3)]: small}, {large: small})
        await tx.commit()
    job = await asking(stage, ann)
    found = await alike(stage, job, digests=tuple(mine))
    assert {one.group for one in found} == {small}
    (theirs,) = await alike(stage, await asking(stage, bob), digests=(sha(4),))
    assert theirs.group is None


async def test_settling_again_leaves_the_groups(stage: Stage) -> None:
    ann = await person(stage)
    play = await completed(stage, ann, {1: 1})
    (image,) = (await stage.images(play.job.id)).values()
    kept = [Verdict(image=ImageId(image.id), candidate=(await ids(stage, play))["1"], chunk=0, keyword=0)]
    async with stage.transaction() as tx:
        await tx.known_pictures.group(ann.id, {ImageId(image.id): UUID(int=1)}, {})
        await tx.candidates.settle(play.job, kept, [(v.image, v.candidate) for v in kept], {})
        await tx.commit()
    (known,) = await alike(stage, await asking(stage, ann), digests=(sha(1),))
    assert known.group is None
