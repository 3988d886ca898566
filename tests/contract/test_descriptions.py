"""One picture, described differently at different places: each description stands for itself."""

from pixcrawler.application.ports.repositories import Sighting, Verdict
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.shared.ids import ImageId
from pixcrawler.domain.shared.reasons import Reason
from tests.contract.stages import Scene, Stage, ids, scene
from tests.fakes.aggregates import candidate, sha, sightings


async def add(stage: Stage, play: Scene, *seen: list[Sighting]) -> None:
    async with stage.transaction() as tx:
        for page in seen:
            await tx.candidates.add_sightings(play.job.id, page)
        await tx.commit()


async def taken(stage: Stage, play: Scene, chunk: int) -> list[str]:
    """What the chunk gets, by name."""
    async with stage.transaction() as tx:
        number = await tx.chunks.take_candidates(play.chunks[chunk].id)
        pending = await tx.candidates.pending_of(play.chunks[chunk].id)
        await tx.commit()
    assert number == len(pending)
    return [one.url.rpartition("/")[2] for one in pending]


async def test_a_chunk_leaves_what_is_ruled_out_there_to_those_that_found_it_otherwise(stage: Stage) -> None:
    play = await scene(stage, chunks=2)
    first, second = play.chunks
    out = sightings(first, "a", "b", refused=Reason.LICENSE)
    await add(stage, play, out, sightings(first, "c", "b", first=2), sightings(second, "a"))
    assert await taken(stage, play, 0) == ["c", "b"]
    assert await taken(stage, play, 1) == ["a"]
    async with stage.transaction() as tx:
        record = await tx.candidates.record_of(play.job)
    (keyword,) = record.records
    key = await ids(stage, play)
    pages = [[record.candidates[seen.candidate] for seen in page] for page in keyword.chunks]
    assert pages == [[key["c"], key["b"]], [key["a"]]]


async def test_what_every_place_ruled_out_gets_the_reason_of_the_best_ranked(stage: Stage) -> None:
    play = await scene(stage, chunks=2)
    first, second = play.chunks
    await add(
        stage,
        play,
        sightings(second, "a", "wanted there", refused=Reason.EXCLUDED),
        sightings(first, "wanted there", "a", refused=Reason.LICENSE),
        sightings(second, "wanted there", first=2),
    )
    async with stage.transaction() as tx:
        reasons = await tx.candidates.settle(play.job, [], {}, {})
        await tx.commit()
    assert reasons == {"license": 1, "limit_reached": 1}
    seen = await stage.candidates(play.job.id)
    assert (seen["a"].reason, seen["a"].evidence) == ("license", "as the source describes it")
    assert seen["wanted there"].reason == "limit_reached"


async def test_a_retry_may_find_it_described_otherwise_and_opens_nothing_for_what_is_ruled_out(
    stage: Stage,
) -> None:
    play = await scene(stage, chunks=2)
    first, second = play.chunks
    await add(stage, play, sightings(first, "a", refused=Reason.LICENSE))
    async with stage.transaction() as tx:
        for chunk in play.chunks:
            chunk.status = ChunkStatus.COMPLETED
            await tx.chunks.save(chunk)
        await tx.candidates.settle(play.job, [], {}, {})
        assert await tx.chunks.reopen(play.job.id, []) == {}
        assert (await tx.chunks.get(first.id)).status is ChunkStatus.COMPLETED
        await tx.candidates.add_sightings(play.job.id, sightings(second, "a"))
        await tx.commit()
    assert await taken(stage, play, 1) == ["a"]


async def test_the_label_is_that_of_the_best_ranked_description_that_passes(stage: Stage) -> None:
    play = await scene(stage)
    (chunk,) = play.chunks
    await add(
        stage,
        play,
        sightings(chunk, candidate("a", label="refused"), refused=Reason.LICENSE),
        sightings(chunk, candidate("a", label="first"), candidate("a", label="second"), first=1),
    )
    await taken(stage, play, 0)
    key = await ids(stage, play)
    good = stage.make.good(key["a"], sha(1))
    async with stage.transaction() as tx:
        await tx.candidates.record(play.job, chunk.id, [good], [])
        kept = Verdict(image=ImageId(good.image), candidate=key["a"], chunk=0, keyword=0)
        await tx.candidates.settle(play.job, [kept], {}, {})
        await tx.commit()
    assert (await stage.images(play.job.id))[sha(1)].label == "first"
