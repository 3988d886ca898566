"""Candidates in bulk: found once, taken once, recorded once."""

import msgspec

from pixcrawler.application.ports.repositories import PendingCandidate, Recorded
from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation
from tests.contract.stages import Stage, found, ids, scene
from tests.fakes.aggregates import bad, candidate, facts, sha, sightings, spec


async def test_the_same_url_found_twice_gains_provenance_only(stage: Stage) -> None:
    play = await scene(stage, chunks=2)
    assert await found(stage, play, "a", "b", "a") == 2
    assert await found(stage, play, "b", "c", chunk=1, take=False) == 1
    assert set(await ids(stage, play)) == {"a", "b", "c"}
    assert await stage.sightings(play.job.id) == 5


async def test_two_jobs_have_each_their_own_candidates(stage: Stage) -> None:
    one, other = await scene(stage), await scene(stage)
    assert await found(stage, one, "a") == 1
    assert await found(stage, other, "a") == 1


async def test_a_thousand_and_one_candidates_are_found_at_once(stage: Stage) -> None:
    play = await scene(stage)
    names = [f"{number}.jpg" for number in range(1_001)]
    assert await found(stage, play, *names, "0.jpg") == 1_001
    async with stage.transaction() as tx:
        pending = await tx.candidates.pending_of(play.chunks[0].id)
    assert [one.url.rpartition("/")[2] for one in pending] == names


async def test_nothing_found_is_nothing_new(stage: Stage) -> None:
    assert await found(stage, await scene(stage)) == 0


async def test_a_worker_is_told_what_the_source_said_at_this_place(stage: Stage) -> None:
    play = await scene(stage)
    told = candidate("a", sha256=sha(7))
    async with stage.transaction() as tx:
        await tx.candidates.add_sightings(play.job.id, sightings(play.chunks[0], "z", told))
        await tx.chunks.take_candidates(play.chunks[0].id)
        bare, full = await tx.candidates.pending_of(play.chunks[0].id)
    assert full == PendingCandidate(id=full.id, url=told.image_url, sha256=sha(7))
    assert bare.sha256 is None


async def test_text_from_outside_may_hold_what_postgres_cannot(stage: Stage) -> None:
    play = await scene(stage)
    odd = candidate("a", title="cat\x00 \ud800", tags=("\x00x",), author="\udfff")
    async with stage.transaction() as tx:
        await tx.candidates.add_sightings(play.job.id, sightings(play.chunks[0], odd))
        await tx.chunks.take_candidates(play.chunks[0].id)
        (one,) = await tx.candidates.pending_of(play.chunks[0].id)
        evidence = bad(one.id, evidence="\x00" * 9_000)
        await tx.candidates.record(play.job, play.chunks[0].id, [], [evidence])
        await tx.commit()
    assert len((await stage.candidates(play.job.id))["a"].evidence or "") <= 500


async def test_fates_are_recorded_and_counted(stage: Stage) -> None:
    play = await scene(stage)
    await found(stage, play, "a", "b", "c", "d")
    key = await ids(stage, play)
    good = [stage.make.good(key["a"], sha(1)), stage.make.good(key["b"], sha(2))]
    async with stage.transaction() as tx:
        recorded = await tx.candidates.record(
            play.job, play.chunks[0].id, good, [bad(key["c"], Reason.TIMEOUT, "10 s")]
        )
        await tx.commit()
    assert recorded == Recorded(done=3, good=2, rejected={"timeout": 1})
    seen = await stage.candidates(play.job.id)
    assert {name: (one.state, one.reason) for name, one in seen.items()} == {
        "a": ("good", None),
        "b": ("good", None),
        "c": ("rejected", "timeout"),
        "d": ("pending", None),
    }
    assert (seen["c"].evidence, seen["c"].attempts) == ("10 s", 1)
    assert seen["a"].image_id == good[0].image
    assert set(await stage.images(play.job.id)) == {sha(1), sha(2)}


async def test_a_batch_recorded_twice_counts_once(stage: Stage) -> None:
    play = await scene(stage)
    await found(stage, play, "a", "b")
    key = await ids(stage, play)
    for expected in (Recorded(2, 1, {"http_404": 1}), Recorded(0, 0, {})):
        async with stage.transaction() as tx:
            good = [stage.make.good(key["a"], sha(1))]
            assert await tx.candidates.record(play.job, play.chunks[0].id, good, [bad(key["b"])]) == expected
            await tx.commit()
    assert len(await stage.images(play.job.id)) == 1
    assert (await stage.candidates(play.job.id))["a"].state == "good"


async def test_equal_bytes_in_one_batch_are_one_image_and_one_exact_duplicate(stage: Stage) -> None:
    play = await scene(stage)
    await found(stage, play, "a", "b")
    key = await ids(stage, play)
    good = [stage.make.good(key["a"], sha(1)), stage.make.good(key["b"], sha(1))]
    async with stage.transaction() as tx:
        recorded = await tx.candidates.record(play.job, play.chunks[0].id, good, [])
        await tx.commit()
    assert recorded == Recorded(2, 1, {"duplicate_exact": 1})
    seen = await stage.candidates(play.job.id)
    assert {one.image_id for one in seen.values()} == {good[0].image}
    assert {name: one.reason for name, one in seen.items()} == {"a": None, "b": "duplicate_exact"}


async def test_equal_bytes_in_a_later_batch_are_an_exact_duplicate(stage: Stage) -> None:
    play = await scene(stage)
    await found(stage, play, "a", "b")
    key = await ids(stage, play)
    results = []
    for name in "ab":
        async with stage.transaction() as tx:
            good = [stage.make.good(key[name], sha(1))]
            results.append(await tx.candidates.record(play.job, play.chunks[0].id, good, []))
            await tx.commit()
    assert results == [Recorded(1, 1, {}), Recorded(1, 0, {"duplicate_exact": 1})]


async def test_only_candidates_of_the_chunk_are_recorded(stage: Stage) -> None:
    play = await scene(stage, chunks=2)
    await found(stage, play, "a")
    key = await ids(stage, play)
    async with stage.transaction() as tx:
        recorded = await tx.candidates.record(play.job, play.chunks[1].id, [], [bad(key["a"])])
        await tx.commit()
    assert recorded == Recorded(0, 0, {})
    assert (await stage.candidates(play.job.id))["a"].state == "pending"


async def test_an_empty_batch_changes_nothing(stage: Stage) -> None:
    play = await scene(stage)
    async with stage.transaction() as tx:
        assert await tx.candidates.record(play.job, play.chunks[0].id, [], []) == Recorded(0, 0, {})


async def test_a_failed_chunk_rejects_what_was_left_of_it(stage: Stage) -> None:
    play = await scene(stage, chunks=2)
    await found(stage, play, "a", "b", "c")
    await found(stage, play, "d", chunk=1)
    key = await ids(stage, play)
    async with stage.transaction() as tx:
        await tx.candidates.record(play.job, play.chunks[0].id, [], [bad(key["a"])])
        left = await tx.candidates.fail_chunk(play.chunks[0].id, Reason.INTERNAL, "ValueError")
        again = await tx.candidates.fail_chunk(play.chunks[0].id, Reason.INTERNAL, "ValueError")
        await tx.commit()
    assert (left, again) == ({"internal": 2}, {})
    seen = await stage.candidates(play.job.id)
    reasons = {name: one.reason for name, one in seen.items()}
    assert reasons == {"a": "http_404", "b": "internal", "c": "internal", "d": None}
    assert seen["b"].evidence == "ValueError"


async def test_pictures_of_the_same_owner_are_known_by_their_bytes(stage: Stage) -> None:
    play, stranger = await scene(stage), await scene(stage)
    seen = facts(
        phash=2**64 - 1, dhash=2**63, format=Format.AVIF, detail=3, frames=2, orientation=8, mode="L"
    )
    for one, number in ((play, 1), (stranger, 2)):
        await found(stage, one, "a")
        good = stage.make.good((await ids(stage, one))["a"], sha(number), facts=seen)
        async with stage.transaction() as tx:
            await tx.candidates.record(one.job, one.chunks[0].id, [good], [])
            await tx.commit()
    async with stage.transaction() as tx:
        known = await tx.images.known(play.job.owner_id, [sha(1), sha(2), sha(3)])
    assert {digest: (one.key, one.facts) for digest, one in known.items()} == {
        sha(1): (f"pictures/{sha(1)}", seen)
    }


async def test_scores_are_kept_and_known_only_to_looks_of_their_level(stage: Stage) -> None:
    play = await scene(stage)
    scores = Scores(
        blur=0.1234, dark=0, bright=1, low_information=0.5, odd_aspect=0.0001, placeholder=0, watermark=0.25,
        issues=(Reason.TOO_BRIGHT, Reason.BLURRY),
    )  # fmt: skip
    strict = facts(validation=Validation.STRICT, scores=scores)
    basic = facts(validation=Validation.BASIC, detail=0)
    await found(stage, play, "a", "b", "c")
    key = await ids(stage, play)
    looks = [strict, basic, facts()]
    goods = [
        stage.make.good(key[name], sha(n), facts=seen)
        for n, (name, seen) in enumerate(zip("abc", looks, strict=True))
    ]
    async with stage.transaction() as tx:
        await tx.candidates.record(play.job, play.chunks[0].id, goods, [])
        await tx.commit()
    wanted = [sha(0), sha(1), sha(2)]
    async with stage.transaction() as tx:
        known = {
            level: {digest: one.facts for digest, one in
                    (await tx.images.known(play.job.owner_id, wanted, level)).items()}
            for level in Validation
        }  # fmt: skip
    assert known == {
        Validation.BASIC: {sha(1): basic},
        Validation.STANDARD: {sha(2): facts()},
        Validation.STRICT: {sha(0): strict},
    }


async def test_only_keys_that_no_row_names_are_unnamed(stage: Stage) -> None:
    play = await scene(stage, spec=msgspec.structs.replace(spec("cat"), inputs={"url_list": "inputs/1"}))
    await found(stage, play, "a")
    good = stage.make.good((await ids(stage, play))["a"], sha(1))
    dataset = stage.make.dataset(play.job)
    async with stage.transaction() as tx:
        await tx.candidates.record(play.job, play.chunks[0].id, [good], [])
        await tx.datasets.add(dataset)
        await tx.versions.add(stage.make.version(dataset, manifest_key="manifests/1"))
        keys = [good.key, "manifests/1", "inputs/1", "nobody/1"]
        assert await tx.images.unnamed(keys) == {"nobody/1"}
        assert await tx.images.unnamed([]) == set()
