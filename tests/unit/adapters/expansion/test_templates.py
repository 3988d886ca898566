"""Templates: the same words every time, and sensible ones."""

import pytest

from pixcrawler.adapters.expansion.templates import Templates, plural


async def texts_of(text: str) -> list[str]:
    return [one.text for one in (await Templates().expand(text, exclude=(), most=5)).queries]


async def test_the_first_ones_are_of_different_kinds_and_never_change() -> None:
    found = (await Templates().expand("red fox", exclude=(), most=5)).queries
    assert [one.why for one in found[:4]] == ["plural", "viewpoint", "setting", "style"]
    assert [one.text for one in found[:4]] == [
        "red foxes",
        "red fox close up",
        "red fox outdoors",
        "red fox photo",
    ]
    assert found == (await Templates().expand("red fox", exclude=(), most=5)).queries


async def test_nothing_is_said_twice() -> None:
    assert not [text for text in await texts_of("fox portrait") if text.count("portrait") > 1]


async def test_a_phrase_keeps_its_quotes() -> None:
    assert all('"red fox"' in text for text in await texts_of('"red fox"'))


async def test_words_that_are_not_written_like_english_are_left_alone() -> None:
    found = await Templates().expand("猫", exclude=(), most=5)
    assert found.queries == ()
    assert found.notice is not None


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("cat", "cats"), ("red fox", "red foxes"), ("church", "churches"), ("pony", "ponies"),
        ("key", "keys"), ("bus", "buses"), ("glass", "glasses"), ("wolf", "wolves"),
        ("police man", "police men"),
        ("cats", None), ("sheep", None), ("children", None), ("Eiffel Tower", None), ("mp3", None),
        ('"red fox"', None),
    ],
)  # fmt: skip
def test_plurals(one: str, many: str | None) -> None:
    assert plural(one) == many
