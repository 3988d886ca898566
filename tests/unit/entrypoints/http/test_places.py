"""Keys that the user chose, in the names of wrong fields."""

import msgspec
import pytest

from pixcrawler.entrypoints.http.places import named


class Body(msgspec.Struct):
    m: dict[str, list[dict[str, int]]]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"a": 1}, "$.m.a"),
        ({"a": [{"x": 1}], "b": [{"p": 1}, {"q": 2, "r": "no", "s": "no"}], "c": 7}, "$.m.b[1].r"),
        ({"a": [], "b": [], "c": [{}, 7]}, "$.m.c[1]"),
        ({"a.b[0]": [{"x y": "no"}]}, "$.m.a.b[0][0].x y"),
        ({"[...]": [{"` - at `$.m": "no"}]}, "$.m.[...][0].` - at `$.m"),
        ({"": ["no"]}, "$.m.[0]"),
        ({str(n): [] for n in range(999)} | {"last": ["no"]}, "$.m.last[0]"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_the_first_wrong_key_is_named_as_it_was_written(body: dict[str, object], place: str) -> None:
    decoder = msgspec.json.Decoder(Body)
    sent = msgspec.json.encode({"m": body})
    with pytest.raises(msgspec.ValidationError) as caught:
        decoder.decode(sent)
    assert named(decoder, sent, str(caught.value)).endswith(f" - at `{place}`")
