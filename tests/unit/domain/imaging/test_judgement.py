"""Each rule of a look has a verdict of its own, and the first that fails is the reason."""

from typing import Any

import pytest

from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.judgement import damaged, judged, unreadable
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.imaging.rules import Rules, rules_of
from pixcrawler.domain.imaging.validation import Verdict
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Thresholds
from tests.fakes.aggregates import facts

NO_SCORES: dict[str, Any] = dict.fromkeys(
    ("blur", "dark", "bright", "low_information", "odd_aspect", "placeholder", "watermark"), 0.0
)


def scores(**high: Any) -> Scores:
    return Scores(**{**NO_SCORES, **high})


def test_a_picture_that_keeps_all_rules_is_valid_and_only_rules_that_there_are_were_tried() -> None:
    found = judged(facts(), Rules(), Thresholds())
    assert (found.verdict, found.reason, found.evidence) == (Verdict.VALID, None, None)
    assert [check.name for check in found.checks] == ["file", "readable"]
    found = judged(facts(), rules_of((1, 1), (9_999, 9_999), ["jpg"]), Thresholds())
    assert [check.name for check in found.checks[2:]] == ["file_type", "min_size", "max_size"]
    assert all(check.passed for check in found.checks)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (Rules(file_types=frozenset({Format.PNG}), min_size=(9_999, 1)), Reason.WRONG_FILE_TYPE),
        (Rules(min_size=(641, 1), max_size=(1, 1)), Reason.TOO_SMALL),
        (Rules(max_size=(640, 479)), Reason.TOO_LARGE),
    ],
)
def test_what_its_job_does_not_accept_comes_before_scores(rules: Rules, reason: Reason) -> None:
    found = judged(facts(scores=scores(dark=1.0)), rules, Thresholds())
    assert (found.verdict, found.reason, found.evidence) == (Verdict.INVALID, reason, "640x480 jpg")


def test_a_score_at_its_limit_passes_and_the_gravest_above_is_the_reason() -> None:
    at: dict[str, Any] = {"blur": 0.76, "dark": 0.68}
    assert judged(facts(scores=scores(**at)), Rules(), Thresholds()).verdict is Verdict.VALID
    found = judged(facts(scores=scores(blur=0.8, dark=0.7, watermark=1.0)), Rules(), Thresholds())
    assert (found.reason, found.evidence) == (
        Reason.TOO_DARK,
        "dark 0.70, up to 0.68 passes; blur 0.80, up to 0.76 passes",
    )
    assert found.scores is not None
    assert found.scores.issues == (Reason.TOO_DARK, Reason.BLURRY)
    (blur,) = [check for check in found.checks if check.name == "blur"]
    assert (blur.passed, blur.reason, blur.score, blur.limit) == (False, Reason.BLURRY, 0.8, 0.76)


def test_issues_of_other_thresholds_count_no_more() -> None:
    earlier = scores(blur=0.8)
    found = judged(facts(scores=earlier), Rules(), Thresholds(blur=0.9))
    assert (found.verdict, found.scores) == (Verdict.VALID, earlier)


def test_after_a_damaged_or_unreadable_file_nothing_else_is_tried() -> None:
    gone = damaged(Reason.FILE_MISSING, "nothing is stored")
    assert (gone.verdict, [(one.name, one.passed) for one in gone.checks]) == (
        Verdict.DAMAGED,
        [("file", False)],
    )
    text = unreadable(Reason.NOT_AN_IMAGE, "HTML")
    assert (text.verdict, [(one.name, one.passed) for one in text.checks]) == (
        Verdict.INVALID,
        [("file", True), ("readable", False)],
    )
