from typing import Any

import pytest

from pixcrawler.adapters.sources.addresses import pixels, web_address


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        (640, 640), ("640", 640), (1_000_000, 1_000_000), (1_000_001, None), (0, None), (-5, None),
        ("-5", None), ("", None), ("640px", 640), (" 640 PX", 640), (640.0, 640), ("²3", None), (64.5, None),
        (True, None), (None, None),
        ([640], None), (10**400, None),
    ],
)  # fmt: skip
def test_a_size_is_taken_where_a_picture_can_have_it(said: Any, taken: int | None) -> None:
    assert pixels(said) == taken


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("https://a.example/1.jpg", "https://a.example/1.jpg"),
        (" http://a.example/a fox.jpg\n", "http://a.example/a%20fox.jpg"),
        ("HTTPS://a.example/1.jpg", "HTTPS://a.example/1.jpg"),
        ("//a.example/1.jpg", None), ("data:image/png;base64,AA", None), ("file:///etc/passwd", None),
        ("", None), (None, None), ("https://", None), ("http:///1.jpg", None), ("https:// b", None),
    ],
)  # fmt: skip
def test_an_address_is_taken_where_it_is_one_of_the_web(said: str | None, taken: str | None) -> None:
    assert web_address(said) == taken
