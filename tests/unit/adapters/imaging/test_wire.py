"""The parent believes a child only what makes sense."""

import random

import msgspec
import pytest

from pixcrawler.adapters.imaging import wire
from pixcrawler.adapters.imaging.refusal import Refused
from pixcrawler.application.ports.inspector import Unreadable
from pixcrawler.domain.imaging.facts import Facts, Format
from pixcrawler.domain.imaging.quality import Scores
from pixcrawler.domain.shared.reasons import Reason
from pixcrawler.domain.shared.validation import Validation

FACTS = Facts(Format.AVIF, 640, 480, 3, "I;16B", 8, 2**64 - 1, 2**63, 255)


def test_facts_come_back_as_they_were_sent() -> None:
    assert wire.read_answer(wire.pack_facts(2**32 - 1, FACTS)) == (2**32 - 1, FACTS)


SCORES = Scores(
    blur=0.1234, dark=0, bright=1, low_information=0.5, odd_aspect=0.0001, placeholder=0.9999, watermark=0.3
)
STRICT = msgspec.structs.replace(FACTS, validation=Validation.STRICT, scores=SCORES)


def test_scores_come_back_as_they_were_sent() -> None:
    assert wire.read_answer(wire.pack_facts(7, STRICT), wire.INSPECT_STRICT) == (7, STRICT)
    assert len(wire.pack_facts(7, STRICT)) < wire.LARGEST_ANSWER


def test_a_basic_look_is_known_by_what_was_asked() -> None:
    basic = msgspec.structs.replace(FACTS, validation=Validation.BASIC)
    assert wire.read_answer(wire.pack_facts(7, basic), wire.INSPECT_BASIC) == (7, basic)


@pytest.mark.parametrize(
    ("packet", "act"),
    [
        (wire.pack_facts(1, FACTS), wire.INSPECT_STRICT),
        (wire.pack_facts(1, STRICT), wire.INSPECT),
        (wire.pack_facts(1, STRICT), wire.INSPECT_BASIC),
        (wire.pack_facts(1, FACTS), wire.THUMBNAIL),
        (wire.pack_facts(1, STRICT)[:-1], wire.INSPECT_STRICT),
        (wire.pack_facts(1, STRICT) + b"x", wire.INSPECT_STRICT),
        (wire.pack_facts(1, FACTS) + b"\xff" * wire.SCORES.size, wire.INSPECT_STRICT),
    ],
)
def test_an_answer_to_another_question_is_senseless(packet: bytes, act: int) -> None:
    with pytest.raises(wire.Senseless):
        wire.read_answer(packet, act)


@pytest.mark.parametrize("reason", wire.REASONS)
def test_refusals_come_back_as_they_were_sent(reason: Reason) -> None:
    packet = wire.pack_refusal(5, Refused(reason, "broken\nin\x00two, and\u00e9 " + "long " * 50))
    number, answer = wire.read_answer(packet)
    assert number == 5
    assert isinstance(answer, Unreadable)
    assert answer.reason is reason
    assert answer.evidence.startswith("broken in?two, and?")
    assert len(answer.evidence) == 120


def test_a_picture_is_announced_by_its_length() -> None:
    assert wire.read_answer(wire.pack_picture(1, 5000)) == (1, wire.Picture(5000))


@pytest.mark.parametrize(
    "change",
    [
        {"width": 0},
        {"height": 0},
        {"width": 65_535},
        {"width": 60_000, "height": 60_000},
        {"frames": 0},
        {"frames": 2**32 - 1},
        {"orientation": 0},
        {"orientation": 9},
        {"mode": "XYZ"},
    ],
)
def test_facts_out_of_range_are_senseless(change: dict[str, object]) -> None:
    packet = wire.pack_facts(1, msgspec.structs.replace(FACTS, **change))
    with pytest.raises(wire.Senseless):
        wire.read_answer(packet)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"short",
        wire.pack_facts(1, FACTS) + b"x",
        wire.ANSWER.pack(1, wire.FACTS, 99, 1, 1, b"RGB", 1, 1, 1, 0, 0, b""),
        wire.ANSWER.pack(1, wire.FACTS, 0, 1, 1, b"\xff\xfe", 1, 1, 1, 0, 0, b""),
        wire.ANSWER.pack(1, wire.REFUSED, 99, 0, 0, b"", 0, 0, 0, 0, 0, b""),
        wire.ANSWER.pack(1, wire.REFUSED, 0, 0, 0, b"", 0, 0, 0, 0, 0, b"two\nlines"),
        wire.ANSWER.pack(1, wire.REFUSED, 0, 0, 0, b"", 0, 0, 0, 0, 0, b"\x1b[31mred"),
        wire.ANSWER.pack(1, wire.PICTURE, 0, 0, 0, b"", 0, 0, 0, 0, 0, b""),
        wire.ANSWER.pack(1, wire.PICTURE, 0, 0, 0, b"", 2**31, 0, 0, 0, 0, b""),
        wire.ANSWER.pack(1, 77, 0, 0, 0, b"", 0, 0, 0, 0, 0, b""),
    ],
)
def test_answers_of_no_known_shape_are_senseless(packet: bytes) -> None:
    with pytest.raises(wire.Senseless):
        wire.read_answer(packet)


def test_random_bytes_are_senseless_or_in_range() -> None:
    dice = random.Random(1)
    for _ in range(3000):
        try:
            _, answer = wire.read_answer(dice.randbytes(wire.ANSWER.size))
        except wire.Senseless:
            continue
        assert isinstance(answer, wire.Picture | Unreadable | Facts)


@pytest.mark.parametrize("packet", [b"", b"PXC1", b"PXC2\1\0\0\0", b"PXC1\1\0\0\0\0"])
def test_a_stranger_does_not_pass_for_a_child(packet: bytes) -> None:
    with pytest.raises(wire.Senseless):
        wire.read_hello(packet)
