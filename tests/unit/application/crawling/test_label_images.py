"""A vision model looks at a completed job's images: within its budget, resumable, and never in the way."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pixcrawler.application.crawling.end_labelling import FailLabelling
from pixcrawler.application.crawling.label_images import BATCH, LabelerAway, LabelImages
from pixcrawler.application.crawling.name_image import NameImage
from pixcrawler.application.crawling.settle_job import SettleJob
from pixcrawler.application.datasets.build_version import BuildVersion
from pixcrawler.application.ports.labeler import Judged, NotJudged
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.crawling.errors import ImageHasNoFile, ImageNotFound, InvalidLabels
from pixcrawler.domain.crawling.events import LabellingOpened
from pixcrawler.domain.crawling.spec import JobSpec, Keyword
from pixcrawler.domain.datasets.manifest import ManifestRow
from pixcrawler.domain.imaging.labels import LabelSource, ModelRules
from pixcrawler.domain.shared.errors import LeaseLost
from pixcrawler.domain.shared.ids import CandidateId, CrawlJobId
from tests.fakes.aggregates import spec
from tests.unit.application.datasets.stage import BUILD, Datasets

LABEL = "pixcrawler.crawling.label_images"
Answer = Callable[[int], Judged | NotJudged]
AWAY = NotJudged("The model cannot be reached.", away=True)
NONSENSE = NotJudged("The model did not answer with the JSON that it should.", away=False)


class Model:
    """Answers the nth picture as it is told to."""

    model = "m1"

    def __init__(self, answer: Answer = lambda _: Judged("dog", 0.9)) -> None:
        self.answer = answer
        self.sent: list[bytes] = []
        self.classes: list[str] = []

    async def judge(self, jpeg: bytes, classes: Sequence[str]) -> Judged | NotJudged:
        self.classes = list(classes)
        self.sent.append(jpeg)
        return self.answer(len(self.sent))


class Labelling:
    """A crawl of cats and dogs, settled where a model is set."""

    def __init__(self, tmp_path: Path, model: Model | None, images: int = 4, **rules: Any) -> None:
        self.data = Datasets(tmp_path, cat=[[f"{number:03}" for number in range(images)]], dog=[[]])
        self.crawl = self.data.crawl
        self.rules = ModelRules(**{"most": 100, "threshold": 0.8, **rules})
        common: dict[str, Any] = {"transaction": self.crawl.transaction, "clock": self.crawl.clock}
        self.crawl.settle_job = SettleJob(**common, near_duplicates=self.crawl.near, rules=self.rules)
        self.label = LabelImages(
            **common, store=self.crawl.store, thumbnails=self.crawl.inspector, labeler=model, rules=self.rules
        )
        self.give_up = FailLabelling(**common)
        self.name = NameImage(**common, rules=self.rules)
        self.build = BuildVersion(
            **common, store=self.crawl.store, near_duplicates=self.crawl.near, rules=self.rules
        )

    async def settled(self, wanted: JobSpec | None = None) -> CrawlJobId:
        job_id = await self.crawl.started(spec_=wanted or spec("cat", "dog"), max_images=100)
        while (task := self.crawl.work()) and task[0].name != LABEL:
            await self.crawl.act(task[0].name)
        return job_id

    def claimed(self) -> tuple[LabellingOpened, Lease]:
        (task,) = self.crawl.database.tasks(name=LABEL)
        return msgspec.json.decode(task.payload, type=LabellingOpened), self.crawl.database.claim(task)

    async def labelled(self) -> None:
        opened, lease = self.claimed()
        await self.label(opened, lease=lease)
        assert lease.closed

    async def rows(self, job_id: CrawlJobId) -> list[ManifestRow]:
        """Of a dataset version that is built now."""
        version = await self.data.request_build(job_id, by=self.crawl.owner)
        payload, lease = self.data.claimed(BUILD)
        await self.build(payload, lease=lease)
        return list((await self.data.manifest(version)).rows)

    def labels(self) -> list[str | None]:
        images = self.crawl.database.tables.images.values()
        return [one.label for one in sorted(images, key=lambda one: one.sha256) if one.state == "accepted"]

    def by_model(self) -> int:
        rows = self.crawl.database.tables.labels.values()
        return sum(row.label.source is LabelSource.MODEL for row in rows)


async def test_the_model_gets_small_pictures_and_the_classes_and_its_word_counts(tmp_path: Path) -> None:
    model = Model(lambda n: Judged("dog", 0.95 if n % 2 else 0.5))
    room = Labelling(tmp_path, model)
    job_id = await room.settled()
    await room.labelled()
    assert model.classes == ["cat", "dog"]
    assert all(jpeg.startswith(b"\xff\xd8") for jpeg in model.sent)
    assert sorted(map(str, room.labels())) == ["cat", "cat", "dog", "dog"]
    rows = await room.rows(job_id)
    assert sorted((row.label, row.label_source, row.label_confidence) for row in rows) == [
        ("cat", "query", None),
        ("cat", "query", None),
        ("dog", "model", 0.95),
        ("dog", "model", 0.95),
    ]


async def test_a_version_waits_for_the_model_and_is_then_built_once(tmp_path: Path) -> None:
    room = Labelling(tmp_path, Model())
    job_id = await room.settled()
    version = await room.data.request_build(job_id, by=room.crawl.owner)
    assert room.crawl.pending() == [LABEL]
    await room.labelled()
    assert room.crawl.pending() == [BUILD]
    payload, lease = room.data.claimed(BUILD)
    await room.build(payload, lease=lease)
    assert {row.label for row in (await room.data.manifest(version)).rows} == {"dog"}


async def test_without_a_model_there_is_no_task(tmp_path: Path) -> None:
    room = Labelling(tmp_path, None, most=0)
    await room.settled()
    assert room.crawl.pending() == []


async def test_a_model_that_was_switched_off_lets_versions_go(tmp_path: Path) -> None:
    room = Labelling(tmp_path, None)
    job_id = await room.settled()
    await room.data.request_build(job_id, by=room.crawl.owner)
    await room.labelled()
    assert room.crawl.pending() == [BUILD]


async def test_one_class_is_no_question(tmp_path: Path) -> None:
    model = Model()
    room = Labelling(tmp_path, model)
    await room.settled(spec("cat"))
    await room.labelled()
    assert model.sent == []


async def test_never_more_pictures_than_the_budget(tmp_path: Path) -> None:
    model = Model()
    room = Labelling(tmp_path, model, images=5, most=3)
    await room.settled()
    await room.labelled()
    assert (len(model.sent), room.by_model()) == (3, 3)


async def test_the_budget_holds_over_failures_and_repeats(tmp_path: Path) -> None:
    away = [True]
    model = Model(lambda _: AWAY if away[0] else Judged("dog", 1))
    room = Labelling(tmp_path, model, images=4, most=6)
    await room.settled()
    opened, lease = room.claimed()
    with pytest.raises(LabelerAway):
        await room.label(opened, lease=lease)
    assert len(model.sent) == 4
    away[0] = False
    room.crawl.database.release(lease)
    await room.labelled()
    assert (len(model.sent), room.by_model()) == (6, 2)


async def test_two_workers_with_one_task_send_no_more_than_one_would(tmp_path: Path) -> None:
    model = Model()
    room = Labelling(tmp_path, model, images=4, most=4)
    await room.settled()
    opened, frozen = room.claimed()
    room.crawl.database.release(frozen)
    again, lease = room.claimed()
    with pytest.raises(LeaseLost):
        await room.label(opened, lease=frozen)
    assert model.sent == []
    await room.label(again, lease=lease)
    assert len(model.sent) == 4


async def test_what_is_labelled_is_not_asked_about_again(tmp_path: Path) -> None:
    room = Labelling(tmp_path, model := Model(), images=BATCH + 3)
    await room.settled()
    opened, lease = room.claimed()
    model.answer = lambda n: Judged("dog", 1) if n <= BATCH else AWAY
    with pytest.raises(LabelerAway):
        await room.label(opened, lease=lease)
    assert room.by_model() == BATCH
    model.answer = lambda _: Judged("cat", 1)
    room.crawl.database.release(lease)
    await room.labelled()
    assert (room.by_model(), len(model.sent)) == (BATCH + 3, BATCH + 6)


async def test_pictures_that_fail_keep_their_label_and_are_asked_about_once(tmp_path: Path) -> None:
    model = Model(lambda n: NONSENSE if n % 2 else Judged("dog", 1))
    room = Labelling(tmp_path, model)
    await room.settled()
    await room.labelled()
    assert (len(model.sent), sorted(map(str, room.labels()))) == (4, ["cat", "cat", "dog", "dog"])


async def test_a_model_that_is_given_up_is_told_in_the_log(tmp_path: Path) -> None:
    room = Labelling(tmp_path, Model(lambda _: AWAY))
    job_id = await room.settled()
    await room.data.request_build(job_id, by=room.crawl.owner)
    opened, lease = room.claimed()
    with pytest.raises(LabelerAway) as error:
        await room.label(opened, lease=lease)
    await room.give_up(opened, lease=lease, error=error.value)
    assert room.crawl.pending() == [BUILD]
    lines = [entry.line for entry in room.crawl.database.tables.job_log.values()]
    assert [line.event for line in lines][-1] == "labelling_failed"
    assert "cannot be reached" in lines[-1].message


async def test_a_model_whose_answers_are_of_no_use_is_told_in_the_log(tmp_path: Path) -> None:
    room = Labelling(tmp_path, Model(lambda _: NONSENSE))
    await room.settled()
    await room.labelled()
    *_, last = [entry.line for entry in room.crawl.database.tables.job_log.values()]
    assert (last.event, last.level) == ("labelling_failed", "warning")
    assert NONSENSE.why in last.message


async def test_a_model_that_is_silent_is_not_sent_the_rest_of_the_batch(tmp_path: Path) -> None:
    model = Model(lambda n: Judged("dog", 1) if n == 2 else AWAY)
    room = Labelling(tmp_path, model, images=12, at_once=2)
    await room.settled()
    opened, lease = room.claimed()
    await room.label(opened, lease=lease)
    assert (len(model.sent), room.by_model()) == (4, 1)


async def test_a_person_has_the_last_word(tmp_path: Path) -> None:
    room = Labelling(tmp_path, Model())
    job_id = await room.settled()
    await room.labelled()
    mine = room.crawl.candidates()["000"].id
    await room.name(mine, ["  wild  cat ", "cat"], by=room.crawl.owner)
    rows = {row.image_url: row for row in await room.rows(job_id)}
    row = rows["https://pictures.example/000"]
    assert (row.label, row.labels, row.label_source) == ("wild cat", ("wild cat", "cat"), "person")
    await room.name(mine, [], by=room.crawl.owner)
    assert "wild cat" not in room.labels()


async def test_only_the_owner_names_only_accepted_images_with_sensible_labels(tmp_path: Path) -> None:
    room = Labelling(tmp_path, None, images=3, most=0)
    wanted = JobSpec(keywords=(Keyword("cat", "cat"),), sources=("openverse",))
    job_id = await room.crawl.started(spec_=wanted, max_images=2)
    await room.crawl.finish()
    assert room.crawl.job(job_id).accepted == 2
    kept, dropped = room.crawl.candidates()["000"].id, room.crawl.candidates()["002"].id
    with pytest.raises(ImageNotFound):
        await room.name(kept, ["x"], by=room.crawl.stranger)
    with pytest.raises(ImageHasNoFile):
        await room.name(dropped, ["x"], by=room.crawl.owner)
    with pytest.raises(ImageNotFound):
        await room.name(CandidateId(job_id), ["x"], by=room.crawl.owner)
    for labels in ([" "], ["x" * 201], [str(number) for number in range(21)]):
        with pytest.raises(InvalidLabels):
            await room.name(kept, labels, by=room.crawl.owner)
