"""What the levels of validation change in a job."""

from typing import Any

from PIL import Image

from pixcrawler.domain.shared.validation import Thresholds, Validation, ValidationMode
from tests.fakes.aggregates import spec
from tests.unit.adapters.imaging.pictures import packed
from tests.unit.application.crawling.stage import CHUNK, Stage, url

STRICT = {"validation": Validation.STRICT}
FLAT = packed(Image.new("RGB", (12, 9), (120, 140, 160)), "PNG")
LONG = packed(Image.new("RGB", (90, 9), (120, 140, 160)), "PNG")


async def crawled(**changes: Any) -> Stage:
    """A job with a picture that the stand-in inspector takes for flat, and one that is long as well."""
    stage = Stage(cat=[["flat", "long"]])
    stage.fetcher.web |= {url("flat"): FLAT, url("long"): LONG}
    await stage.started(spec_=spec("cat", **changes))
    await stage.act_until(CHUNK)
    await stage.act(CHUNK)
    return stage


async def test_the_standard_look_refuses_nothing_for_its_looks() -> None:
    stage = await crawled()
    assert stage.reasons() == {"flat": None, "long": None}
    assert all(image.facts.scores is None for image in stage.database.tables.images.values())


async def test_the_strict_look_refuses_for_the_gravest_issue_and_says_the_score() -> None:
    stage = await crawled(**STRICT)
    assert stage.reasons() == {"flat": "low_information", "long": "low_information"}
    evidence = [one.evidence for one in stage.database.tables.candidates.values()]
    assert all("low_information 1.00, up to 0.75 passes" in (one or "") for one in evidence)
    assert any("odd_aspect 0.90" in (one or "") for one in evidence)


async def test_in_report_mode_poor_pictures_stay_with_their_issues() -> None:
    stage = await crawled(**STRICT, validation_mode=ValidationMode.REPORT)
    assert stage.reasons() == {"flat": None, "long": None}
    issues = sorted(
        image.facts.scores.issues for image in stage.database.tables.images.values() if image.facts.scores
    )
    assert issues == [
        ("low_information", "placeholder"),
        ("low_information", "placeholder", "odd_aspect"),
    ]


async def test_a_job_is_held_to_the_thresholds_of_its_making() -> None:
    lenient = Thresholds(low_information=1, placeholder=1)
    stage = await crawled(**STRICT, thresholds=lenient)
    assert stage.reasons() == {"flat": None, "long": "odd_aspect"}


async def test_a_strict_job_notes_todays_thresholds_and_others_need_none() -> None:
    strict, standard = await crawled(**STRICT), await crawled()
    (job,) = strict.database.tables.crawl_jobs.values()
    assert job.spec.thresholds == Thresholds()
    (job,) = standard.database.tables.crawl_jobs.values()
    assert job.spec.thresholds is None


async def test_a_picture_known_from_a_lesser_look_is_looked_at_again() -> None:
    stage = Stage(cat=[["a"]], dog=[["b"]])
    stage.fetcher.web |= {url("a"): FLAT, url("b"): FLAT}
    await stage.started(spec_=spec("cat"))
    await stage.finish()
    assert stage.inspector.inspected == 1
    again = await stage.create(stage.command(spec_=spec("dog", **STRICT)), by=stage.owner)
    await stage.start(again.id, by=stage.owner)
    await stage.finish()
    assert stage.inspector.inspected == 2
    assert stage.reasons()["b"] == "low_information"


async def test_after_a_basic_look_there_are_no_hashes() -> None:
    stage = await crawled(validation=Validation.BASIC)
    assert stage.reasons() == {"flat": None, "long": None}
    for image in stage.database.tables.images.values():
        assert (image.facts.phash, image.facts.dhash, image.facts.detail) == (0, 0, 0)
