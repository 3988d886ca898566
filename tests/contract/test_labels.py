"""Labels as rows: what settling writes, what people and models add, what a dataset is told."""

from uuid import uuid4

import msgspec
import pytest

from pixcrawler.application.ports.repositories import Verdict
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound
from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.imaging.labels import Label, LabelSource
from pixcrawler.domain.shared.ids import CandidateId, ImageId
from tests.contract.stages import Scene, Stage, accepted, ids, scene
from tests.fakes.aggregates import AT, candidate, sha, sightings, spec

TAXON, TAG, QUERY = LabelSource.TAXON, LabelSource.SOURCE_TAG, LabelSource.QUERY
PERSON, MODEL, CATEGORY = LabelSource.PERSON, LabelSource.MODEL, LabelSource.CATEGORY


async def labelled_scene(
    stage: Stage, wanted: JobSpec | None = None
) -> tuple[Scene, dict[str, CandidateId], dict[str, ImageId]]:
    """Settled: a has tags and the same tag twice, b a label of its source's, c was not accepted."""
    play = await scene(stage, spec=wanted or spec("cat"), lost=[0] * len((wanted or spec("cat")).keywords))
    (chunk,) = play.chunks
    async with stage.transaction() as tx:
        tagged = candidate("a", tags=("pet", "", "pet", "grey"))
        own = candidate("b", label="Felidae", source="inaturalist")
        await tx.candidates.add_sightings(play.job.id, sightings(chunk, tagged, own, "c"))
        await tx.chunks.take_candidates(chunk.id)
        await tx.commit()
    key = await ids(stage, play)
    good = [stage.make.good(key[name], sha(number)) for number, name in enumerate("abc", 1)]
    async with stage.transaction() as tx:
        await tx.candidates.record(play.job, chunk.id, good, [])
        await tx.commit()
    images = {name: ImageId(one.id) for name, one in (await stage.images(play.job.id)).items()}
    by_name = {name: images[sha(number)] for number, name in enumerate("abc", 1)}
    kept = [Verdict(image=by_name[n], candidate=key[n], chunk=0, keyword=0) for n in "ab"]
    async with stage.transaction() as tx:
        await tx.candidates.settle(play.job, kept, [(v.image, v.candidate) for v in kept], {})
        await tx.labels.found(play.job, {})
        await tx.commit()
    return play, key, by_name


async def rows_of(stage: Stage, image: ImageId) -> list[Label]:
    async with stage.transaction() as tx:
        return await tx.labels.of_image(image)


async def test_settling_writes_how_an_image_was_found_and_each_tag_once(stage: Stage) -> None:
    _, _, image = await labelled_scene(stage)
    assert await rows_of(stage, image["a"]) == [
        Label("cat", QUERY, 1),
        Label("pet", TAG, 1),
        Label("grey", TAG, 4),
    ]
    assert await rows_of(stage, image["b"]) == [Label("cat", QUERY, 1), Label("Felidae", TAXON, 0)]
    assert await rows_of(stage, image["c"]) == []


async def test_categories_and_several_labels_are_told_as_what_they_are(stage: Stage) -> None:
    wanted = msgspec.structs.replace(spec("cat"), keywords=(Keyword("tabby", "cat"), Keyword("dog", "dog")))
    play, _, image = await labelled_scene(stage, wanted)
    assert Label("cat", CATEGORY, 1) in await rows_of(stage, image["a"])
    again = msgspec.structs.replace(play.job, run=2)
    async with stage.transaction() as tx:
        await tx.labels.found(again, {image["b"]: ("Felidae", "cat", "dog")})
        await tx.commit()
    assert await rows_of(stage, image["b"]) == [
        Label("cat", CATEGORY, 1),
        Label("dog", QUERY, 2),
        Label("Felidae", TAXON, 0),
    ]


async def test_people_and_models_are_replaced_by_themselves_only(stage: Stage) -> None:
    play, _, image = await labelled_scene(stage)
    by = play.job.owner_id
    async with stage.transaction() as tx:
        await tx.labels.by_person(image["a"], ["lynx", "cat"], by=by, at=AT)
        await tx.labels.by_person(image["a"], ["kitten"], by=by, at=AT)
        await tx.labels.by_model({image["a"]: Label("dog", MODEL, 0, 0.5, "m1")}, at=AT)
        await tx.labels.by_model({image["a"]: Label("cat", MODEL, 0, 0.75, "m1")}, at=AT)
        await tx.labels.by_model({image["a"]: Label("cat", MODEL, 0, 0.25, "m2")}, at=AT)
        await tx.commit()
    said = [row for row in await rows_of(stage, image["a"]) if row.source in (PERSON, MODEL)]
    assert sorted(said, key=lambda row: (row.source, row.model)) == [
        Label("cat", MODEL, 0, 0.75, "m1"),
        Label("cat", MODEL, 0, 0.25, "m2"),
        Label("kitten", PERSON, 0),
    ]


async def test_what_was_said_outlives_a_retry(stage: Stage) -> None:
    play, _, image = await labelled_scene(stage)
    again = msgspec.structs.replace(play.job, run=2)
    async with stage.transaction() as tx:
        await tx.labels.by_person(image["a"], ["kitten"], by=play.job.owner_id, at=AT)
        await tx.labels.found(again, {})
        said = await tx.labels.said(again)
    assert list(said) == [image["a"]]
    assert {(one.label, one.source) for one in said[image["a"]]} == {("cat", QUERY), ("kitten", PERSON)}


async def test_a_chosen_label_is_what_the_image_is_listed_under(stage: Stage) -> None:
    play, _, image = await labelled_scene(stage)
    async with stage.transaction() as tx:
        await tx.labels.choose({image["a"]: "kitten", image["b"]: None})
        await tx.commit()
    labels = {name: one.label for name, one in (await stage.images(play.job.id)).items()}
    assert (labels[sha(1)], labels[sha(2)]) == ("kitten", None)


async def test_only_accepted_images_have_labels(stage: Stage) -> None:
    _, key, image = await labelled_scene(stage)
    async with stage.transaction() as tx:
        assert await tx.labels.image_of(key["a"]) == image["a"]
        with pytest.raises(ImageHasNoFile):
            await tx.labels.image_of(key["c"])
        with pytest.raises(ImageNotFound):
            await tx.labels.image_of(CandidateId(uuid4()))


async def test_a_dataset_hears_all_that_is_said_but_tags(stage: Stage) -> None:
    play, _, image = await labelled_scene(stage)
    async with stage.transaction() as tx:
        await tx.labels.by_person(image["a"], ["kitten"], by=play.job.owner_id, at=AT)
        found = await accepted(tx, stage.make.dataset(play.job))
    said = {one.sha256: {(label.label, label.source) for label in one.labels} for one in found}
    assert said == {
        sha(1): {("cat", QUERY), ("kitten", PERSON)},
        sha(2): {("cat", QUERY), ("Felidae", TAXON)},
    }


async def test_a_conflict_of_labels_is_a_reason(stage: Stage) -> None:
    play, _, image = await labelled_scene(stage)
    async with stage.transaction() as tx:
        reasons = await tx.candidates.settle(play.job, [], {}, {}, [image["a"]])
    assert reasons == {"label_conflict": 1, "limit_reached": 2}


async def test_a_budget_is_given_out_once(stage: Stage) -> None:
    play, _, _ = await labelled_scene(stage)
    async with stage.transaction() as tx:
        assert await tx.labels.reserve(play.job, 1, most=5) == 0
        await tx.labels.open(play.job)
        assert await tx.labels.is_open(play.job)
        granted = [await tx.labels.reserve(play.job, wanted, most=5) for wanted in (2, 0, 2, 2, 2)]
        assert granted == [2, 0, 2, 1, 0]
        assert await tx.labels.reserve(play.job, 9, most=3) == 0
        assert await tx.labels.close(play.job) == 5
        assert not await tx.labels.is_open(play.job)
        await tx.labels.open(play.job)
        assert await tx.labels.reserve(play.job, 9, most=7) == 2


async def test_a_model_is_asked_about_what_nobody_judged(stage: Stage) -> None:
    play, _, image = await labelled_scene(stage)
    async with stage.transaction() as tx:
        assert await tx.labels.classes(play.job) == ["Felidae", "cat"]
        everything = await tx.labels.to_judge(play.job, "m1", besides=[], most=9)
        assert [one.image for one in everything] == [image["a"], image["b"]]
        assert [one.key for one in everything] == [f"pictures/{sha(1)}", f"pictures/{sha(2)}"]
        assert await tx.labels.to_judge(play.job, "m1", besides=[image["a"]], most=9) == everything[1:]
        assert await tx.labels.to_judge(play.job, "m1", besides=[], most=1) == everything[:1]
        await tx.labels.by_model({image["a"]: Label("cat", MODEL, 0, 0.5, "m1")}, at=AT)
        await tx.labels.by_person(image["b"], ["dog"], by=play.job.owner_id, at=AT)
        assert await tx.labels.to_judge(play.job, "m1", besides=[], most=9) == []
        assert await tx.labels.to_judge(play.job, "m2", besides=[], most=9) == everything[:1]
        said = await tx.labels.said_of([image["a"], image["c"]])
    assert {one.label for one in said[image["a"]]} == {"cat"}
    assert list(said) == [image["a"]]


async def test_pending_versions_of_a_job_wait(stage: Stage) -> None:
    play, _, _ = await labelled_scene(stage)
    dataset = stage.make.dataset(play.job)
    mine = stage.make.version(dataset, status=BuildStatus.PENDING)
    begun = stage.make.version(dataset, status=BuildStatus.BUILDING, number=2)
    async with stage.transaction() as tx:
        await tx.datasets.add(dataset)
        await tx.versions.add(mine)
        await tx.versions.add(begun)
        await tx.commit()
    async with stage.transaction() as tx:
        assert await tx.versions.waiting(play.job.id) == [mine.id]
