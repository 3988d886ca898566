"""JSON of servers that cut their titles by the wrong measure."""

import pytest

from pixcrawler.adapters.fetching.json_text import read_json


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (rb'{"title": "fox \ud83e"}', "fox \ufffd"),
        (rb'{"title": "fox \ud83e\ud83e\udd8a"}', "fox \ufffd🦊"),
        (rb'{"title": "\udd8a fox \ud83e\udd8a"}', "\ufffd fox 🦊"),
        (rb'{"title": "fox \\ud83e"}', "fox \\ud83e"),
        (rb'{"title": "\\\ud83e \n"}', "\\\ufffd \n"),
        (b'{"title": "fox \xff"}', "fox \ufffd"),
        (b'\xef\xbb\xbf{"title": "fox"}', "fox"),
    ],
)
def test_half_a_character_costs_that_character_and_not_the_whole_answer(body: bytes, title: str) -> None:
    assert read_json(body) == {"title": title}


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": ', b"\xff", b"[" * 100_000, rb'"\ud83e', b"NaN"])
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises(ValueError, match="not JSON"):
        read_json(body)
