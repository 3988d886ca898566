"""Where in a body something is wrong, with the names that the user wrote.

msgspec says ``categories[...]`` for whatever stands under a key that the user chose.
"""

import bisect
import re
from typing import Any

import msgspec

UNNAMED = "[...]"
_AT = " - at `"
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def named(decoder: msgspec.json.Decoder[Any], body: bytes, problem: str) -> str:
    """``problem``, which msgspec found in ``body``, with the key in place of each ``[...]``."""
    whole = here = msgspec.json.decode(body)
    sentence, _, place = problem.rpartition(_AT)
    parts = place.split(UNNAMED)
    told = parts[0]
    for number, part in enumerate(parts[1:], 1):
        here = _below(here, parts[number - 1].removeprefix("$"))
        if not isinstance(here, dict) or not here:
            return problem
        key = _first_wrong(decoder, whole, here, at=UNNAMED.join(parts[:number]))
        here = here[key]
        told += f".{key}{part}"
    return f"{sentence}{_AT}{told}"


def _first_wrong(
    decoder: msgspec.json.Decoder[Any], whole: object, holder: dict[str, Any], *, at: str
) -> str:
    """The key of ``holder`` that the decoder stumbles over. It reads them in order, so without the first
    wrong one and all that follow there is nothing wrong: a few tries find it."""
    items = list(holder.items())

    def stumbles(number: int) -> int:
        holder.clear()
        holder.update(items[:number])
        try:
            decoder.decode(msgspec.json.encode(whole))
        except msgspec.ValidationError as error:
            # That too few are left is told of the holder itself, and is no fault of the body.
            return str(error).rpartition(_AT)[2].startswith(at + UNNAMED)
        return 0

    found = bisect.bisect_left(range(1, len(items)), 1, key=stumbles)
    holder.clear()
    holder.update(items)
    return items[found][0]


def _below(value: object, place: str) -> object:
    for name, number in _STEP.findall(place):
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and number and int(number) < len(value):
            value = value[int(number)]
        else:
            return None
    return value
