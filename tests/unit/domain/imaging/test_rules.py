"""Whether a picture is one that was asked for."""

import pytest

from pixcrawler.domain.imaging.facts import Format
from pixcrawler.domain.imaging.rules import Rules, judge
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.aggregates import facts

PICTURE = facts(width=640, height=480, format=Format.JPEG)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (Rules(), None),
        (Rules(min_size=(640, 480), max_size=(640, 480)), None),
        (Rules(min_size=(641, 1)), Reason.TOO_SMALL),
        (Rules(min_size=(1, 481)), Reason.TOO_SMALL),
        (Rules(max_size=(639, 999)), Reason.TOO_LARGE),
        (Rules(max_size=(999, 479)), Reason.TOO_LARGE),
        (Rules(file_types=frozenset({Format.PNG})), Reason.WRONG_FILE_TYPE),
        (Rules(file_types=frozenset({Format.PNG, Format.JPEG})), None),
        (Rules(min_size=(999, 999), file_types=frozenset({Format.PNG})), Reason.WRONG_FILE_TYPE),
    ],
)
def test_pictures_are_held_against_the_rules(rules: Rules, reason: Reason | None) -> None:
    assert judge(PICTURE, rules) == reason
