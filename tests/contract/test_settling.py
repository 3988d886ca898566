"""What settling reads and writes: all of a job, once."""

from typing import Any

import msgspec
import pytest

from pixcrawler.application.ports.repositories import JobRecord, Verdict
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.settle import Picture
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.imaging.prints import Prints
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.ids import CandidateId, ImageId
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.contract.stages import Scene, Stage, accepted, ids, scene
from tests.fakes.aggregates import bad, candidate, facts, sha, sightings, spec

FULL: dict[str, Any] = {
    "source_id": "77",
    "page_url": "https://pictures.example/page",
    "title": "Eine Katze “猫”",
    "author": "Ada",
    "author_url": "https://people.example/ada",
    "license": "cc-by-4.0",
    "license_raw": "CC BY 4.0",
    "license_url": "https://licences.example/by",
    "attribution": "© Ada",
    "width": 3,
    "height": 4,
    "tags": ("cat", "猫"),
}


SCORES = Scores(
    blur=0.1,
    dark=0.2,
    bright=0.3,
    low_information=0.4,
    odd_aspect=0.95,
    placeholder=0.6,
    watermark=0.7,
    issues=(Reason.ODD_ASPECT,),
)


async def settled_scene(stage: Stage) -> tuple[Scene, dict[str, CandidateId], dict[str, ImageId]]:
    """Two chunks. Pictures 1 (a, and again d), 2 (b), 3 (e, labelled by its source); c is gone, f unknown."""
    play = await scene(stage, chunks=2, spec=spec("cat", "dog"), lost=[0, 0])
    first, second = play.chunks
    async with stage.transaction() as tx:
        page = sightings(first, candidate("a", **FULL), "b", "c")
        page += sightings(second, "d", candidate("e", label="Felidae"), "a")
        await tx.candidates.add_sightings(play.job.id, page)
        await tx.chunks.take_candidates(first.id)
        await tx.chunks.take_candidates(second.id)
        await tx.candidates.add_sightings(play.job.id, sightings(second, "f", first=3))
        await tx.commit()
    key = await ids(stage, play)
    make = stage.make
    large = facts(width=2_000, height=1_000, phash=2**64 - 1)
    good = [make.good(key["a"], sha(1)), make.good(key["b"], sha(2), facts=large, bytes=5)]
    async with stage.transaction() as tx:
        await tx.candidates.record(play.job, first.id, good, [bad(key["c"])])
        later = [
            make.good(key["d"], sha(1)),
            make.good(key["e"], sha(3), facts=facts(validation=Validation.STRICT, scores=SCORES)),
        ]
        await tx.candidates.record(play.job, second.id, later, [])
        first.open(run=1, size=3)
        first.record(done=3, good=2, last=True)
        await tx.chunks.save(first)
        await tx.commit()
    images = {name: ImageId(one.id) for name, one in (await stage.images(play.job.id)).items()}
    return play, key, images


async def record_of(stage: Stage, play: Scene) -> JobRecord:
    async with stage.transaction() as tx:
        return await tx.candidates.record_of(play.job)


async def test_the_record_holds_all_that_settling_looks_at(stage: Stage) -> None:
    play, key, images = await settled_scene(stage)
    record = await record_of(stage, play)
    assert record.images == [images[sha(number)] for number in (1, 2, 3)]
    assert set(record.candidates) == set(key.values())
    assert record.pictures == [
        Picture(640 * 480, 1_000, sha(1)),
        Picture(2_000_000, 5, sha(2)),
        Picture(640 * 480, 1_000, sha(3)),
    ]
    assert Prints(record.prints)[1] == Prints([facts(width=2_000, height=1_000, phash=2**64 - 1)])[0]
    cat, dog = record.records
    assert (cat.closed, cat.counted, cat.exhausted) == ([True, False], [2, 0], False)
    assert (dog.chunks, dog.closed, dog.counted, dog.exhausted) == ([], [], [], True)
    pages = [[(record.candidates[s.candidate], s.picture, s.known) for s in page] for page in cat.chunks]
    assert pages == [
        [(key["a"], 0, True), (key["b"], 1, True), (key["c"], None, True)],
        [(key["d"], 0, True), (key["e"], 2, True), (key["a"], 0, True), (key["f"], None, False)],
    ]


@pytest.mark.parametrize("status", ChunkStatus)
async def test_failed_and_completed_chunks_are_closed(stage: Stage, status: ChunkStatus) -> None:
    play = await scene(stage)
    (chunk,) = play.chunks
    chunk.status = status
    play.query.status = QueryStatus.EXHAUSTED
    async with stage.transaction() as tx:
        await tx.chunks.save(chunk)
        await tx.queries.save(play.query)
        await tx.commit()
    (record,) = (await record_of(stage, play)).records
    assert record.closed == [status in (ChunkStatus.COMPLETED, ChunkStatus.FAILED)]
    assert record.exhausted


async def settle(stage: Stage) -> tuple[Scene, dict[str, int]]:
    """Keep picture 1 by its later copy and picture 3; picture 2 is near to picture 3."""
    play, key, images = await settled_scene(stage)
    kept = [
        Verdict(image=images[sha(1)], candidate=key["d"], chunk=1, keyword=0),
        Verdict(image=images[sha(3)], candidate=key["e"], chunk=1, keyword=0),
    ]
    holders = {images[sha(1)]: key["d"], images[sha(3)]: key["e"]}
    async with stage.transaction() as tx:
        reasons = await tx.candidates.settle(
            play.job, kept, holders.items(), {images[sha(2)]: images[sha(3)]}
        )
        await tx.commit()
    return play, reasons


async def test_settling_gives_every_candidate_its_final_reason(stage: Stage) -> None:
    play, reasons = await settle(stage)
    seen = await stage.candidates(play.job.id)
    assert {name: (one.state, one.reason) for name, one in seen.items()} == {
        "a": ("rejected", "duplicate_exact"),
        "b": ("rejected", "duplicate_near"),
        "c": ("rejected", "http_404"),
        "d": ("good", None),
        "e": ("good", None),
        "f": ("rejected", "limit_reached"),
    }
    assert reasons == {"duplicate_exact": 1, "duplicate_near": 1, "http_404": 1, "limit_reached": 1}


# Property: accepted and rejected by reason add up to the candidates.
async def test_the_counts_add_up(stage: Stage) -> None:
    play, reasons = await settle(stage)
    seen = await stage.candidates(play.job.id)
    accepted = [one for one in seen.values() if one.state == "good"]
    assert len(accepted) + sum(reasons.values()) == len(seen)
    assert {one.image_id for one in accepted} == {
        one.id for one in (await stage.images(play.job.id)).values() if one.state == "accepted"
    }


async def test_settling_writes_what_stays_and_why_the_rest_goes(stage: Stage) -> None:
    play, _ = await settle(stage)
    seen = await stage.images(play.job.id)
    one, two, three = (seen[sha(number)] for number in (1, 2, 3))
    assert (one.state, one.keyword, one.position, one.label) == ("accepted", 0, 1, "cat")
    assert (three.state, three.label) == ("accepted", "Felidae")
    assert (two.state, two.reason, two.duplicate_of) == ("rejected", "duplicate_near", three.id)
    assert one.candidate_id == (await ids(stage, play))["d"]


async def test_settling_again_writes_the_new_decision_whole(stage: Stage) -> None:
    play, _ = await settle(stage)
    key = await ids(stage, play)
    two = (await stage.images(play.job.id))[sha(2)]
    kept = [Verdict(image=ImageId(two.id), candidate=key["b"], chunk=0, keyword=0)]
    async with stage.transaction() as tx:
        reasons = await tx.candidates.settle(play.job, kept, [(ImageId(two.id), key["b"])], {})
        await tx.commit()
    seen = await stage.images(play.job.id)
    assert {digest: one.state for digest, one in seen.items()} == {
        sha(1): "rejected",
        sha(2): "accepted",
        sha(3): "rejected",
    }
    assert (seen[sha(1)].label, seen[sha(1)].candidate_id, seen[sha(1)].reason) == (
        None,
        None,
        "limit_reached",
    )
    assert seen[sha(2)].duplicate_of is None
    # Where nobody was named, the oldest candidate stands for its picture.
    assert reasons == {"duplicate_exact": 1, "http_404": 1, "limit_reached": 3}
    assert sum(reasons.values()) + 1 == len(key)


async def test_a_retry_after_settling_reopens_only_what_nobody_asked_for(stage: Stage) -> None:
    play, _ = await settle(stage)
    async with stage.transaction() as tx:
        left = await tx.chunks.reopen(play.job.id, [Reason.TIMEOUT])
        await tx.commit()
    assert left == {"duplicate_exact": 1, "duplicate_near": 1, "http_404": 1}
    assert (await stage.candidates(play.job.id))["f"].state == "pending"
    assert {one.state for one in (await stage.images(play.job.id)).values()} == {"good"}


async def test_the_manifest_names_each_accepted_image_with_its_provenance(stage: Stage) -> None:
    play, key, images = await settled_scene(stage)
    kept = [Verdict(image=images[sha(1)], candidate=key["a"], chunk=0, keyword=0)]
    kept += [Verdict(image=images[sha(3)], candidate=key["e"], chunk=1, keyword=0)]
    dataset = stage.make.dataset(play.job)
    async with stage.transaction() as tx:
        await tx.candidates.settle(play.job, kept, [(v.image, v.candidate) for v in kept], {})
        found = await accepted(tx, dataset)
        rows = await tx.versions.manifest_rows([one.id for one in reversed(found)])
        assert await tx.versions.manifest_rows([images[sha(2)]]) == []  # it did not stay
    assert [(one.label, one.sha256) for one in found] == [("Felidae", sha(3)), ("cat", sha(1))]
    assert found[1].look == Prints([facts()])[0]
    row, other = rows
    not_exported = ("width", "height")
    provenance = {name: value for name, value in FULL.items() if name not in not_exported}
    assert row == ManifestRow(
        sha256=sha(1),
        key=f"pictures/{sha(1)}",
        label="cat",
        labels=("cat",),
        width=640,
        height=480,
        format="jpg",
        bytes=1_000,
        source="openverse",
        image_url="https://pictures.example/a",
        retrieved_at="2026-11-21T08:30:00Z",
        phash="0" * 16,
        dhash="0" * 16,
        query="cat",
        **provenance,
    )
    assert other.label == "Felidae"
    assert (row.quality, other.quality) == (None, msgspec.to_builtins(SCORES))


async def test_a_dataset_of_unsettled_jobs_is_empty(stage: Stage) -> None:
    play, _, _ = await settled_scene(stage)
    dataset = stage.make.dataset(play.job)
    async with stage.transaction() as tx:
        assert await accepted(tx, dataset) == []
        assert await accepted(tx, msgspec.structs.replace(dataset, jobs=())) == []
