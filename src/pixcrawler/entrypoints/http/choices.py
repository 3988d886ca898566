"""Which values a field may have, told to who sent another: msgspec says only that theirs is none of them."""

import functools
import re
from collections.abc import Iterable, Iterator

from msgspec import inspect

NO_CHOICE = "Invalid enum value"
MOST = 20
"""More are for the document to list."""
_AT = " - at `$"
_STEP = re.compile(r"\.([^.\[\]]+)|\[[^\]]*\]")


def with_choices(problem: str, kind: object) -> str:
    """``problem``, which msgspec found with a value for ``kind``, with the choices there were; the same
    where it was about no choice."""
    if not problem.startswith(NO_CHOICE):
        return problem
    sentence, _, place = problem.partition(_AT)
    found = list(_expanded([_type(kind)]))
    for step in _STEP.finditer(place.removesuffix("`")):
        found = [inner for one in found for inner in _expanded(_below(one, step[1]))]
    values = sorted(set(_values(found)))
    if not 0 < len(values) <= MOST:
        return problem
    return problem.replace(sentence, f"{sentence}, choose {_listed(values)}", 1)


@functools.lru_cache(maxsize=256)
def _type(kind: object) -> inspect.Type:
    return inspect.type_info(kind)


def _expanded(types: Iterable[inspect.Type]) -> Iterator[inspect.Type]:
    for one in types:
        match one:
            case inspect.UnionType():
                yield from _expanded(one.types)
            case inspect.Metadata():
                yield from _expanded([one.type])
            case _:
                yield one


def _below(one: inspect.Type, name: str | None) -> list[inspect.Type]:
    match one:
        case inspect.StructType() if name is not None:
            return [field.type for field in one.fields if field.encode_name == name]
        case inspect.DictType():
            return [one.value_type]
        case inspect.CollectionType() if name is None:
            return [one.item_type]
    return []


def _values(types: Iterable[inspect.Type]) -> Iterator[str]:
    for one in types:
        match one:
            case inspect.EnumType():
                yield from (str(member.value) for member in one.cls)
            case inspect.LiteralType():
                yield from map(str, one.values)


def _listed(values: list[str]) -> str:
    *others, last = values
    return f"{', '.join(others)} or {last}" if others else last
