"""When scores are reason enough to refuse a picture."""

import pytest

from pixcrawler.domain.imaging.quality import MEASURED, REASONS, Scores, evidence, issues
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import DEFAULT_THRESHOLDS, Thresholds

GOOD = dict.fromkeys(MEASURED, 0.0)
LENIENT = Thresholds(**dict.fromkeys(REASONS, 1.0))


def scores(**changes: float) -> Scores:
    return Scores(**{**GOOD, **changes})  # type: ignore[arg-type]


def test_a_picture_without_a_high_score_has_no_issue() -> None:
    assert issues(scores(), DEFAULT_THRESHOLDS) == ()


@pytest.mark.parametrize(("name", "reason"), REASONS.items())
def test_each_score_above_its_threshold_is_a_reason_and_at_it_is_none(name: str, reason: Reason) -> None:
    limit = getattr(DEFAULT_THRESHOLDS, name)
    assert issues(scores(**{name: limit}), DEFAULT_THRESHOLDS) == ()
    assert issues(scores(**{name: limit + 0.01}), DEFAULT_THRESHOLDS) == (reason,)


def test_a_threshold_of_one_lets_everything_pass() -> None:
    worst = scores(**dict.fromkeys(MEASURED, 1.0))
    assert issues(worst, LENIENT) == ()


def test_a_watermark_is_never_a_reason() -> None:
    assert issues(scores(watermark=1.0), DEFAULT_THRESHOLDS) == ()


def test_the_gravest_comes_first() -> None:
    both = scores(dark=1.0, blur=1.0, odd_aspect=1.0)
    assert issues(both, DEFAULT_THRESHOLDS) == (Reason.TOO_DARK, Reason.BLURRY, Reason.ODD_ASPECT)


def test_the_evidence_says_what_was_measured_and_what_passes() -> None:
    told = evidence(scores(blur=0.873, dark=0.7), DEFAULT_THRESHOLDS)
    assert told == "dark 0.70, up to 0.68 passes; blur 0.87, up to 0.76 passes"


def test_every_threshold_has_its_score_and_its_reason() -> None:
    assert set(Thresholds.__struct_fields__) == set(REASONS) == set(MEASURED) - {"watermark"}
