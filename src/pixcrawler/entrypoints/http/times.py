"""Times say in the document that they are times: RFC 3339, which is how msgspec writes them.

It says so itself only of those that must have a time zone; ours all have one.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import inspect


def mark_times(kinds: Iterable[object], schemas: dict[str, Any]) -> None:
    """Give ``format: date-time`` to the fields of these types, and of all that is within them, that hold one.
    ``schemas`` are the document's, by the names of the types."""
    seen: set[type] = set()
    for info in inspect.multi_type_info(kinds):
        for struct in _structs(info, seen):
            properties = schemas.get(struct.cls.__name__, {}).get("properties", {})
            for field in struct.fields:
                if _is_time(field.type) and field.encode_name in properties:
                    _mark(properties[field.encode_name])


def _structs(info: inspect.Type, seen: set[type]) -> Iterator[inspect.StructType]:
    if isinstance(info, inspect.StructType):
        if info.cls in seen:
            return
        seen.add(info.cls)
        yield info
        parts = [field.type for field in info.fields]
    else:
        parts = _parts(info)
    for part in parts:
        yield from _structs(part, seen)


def _parts(info: inspect.Type) -> list[inspect.Type]:
    """What a list, a map, a choice or an annotation is made of."""
    match info:
        case inspect.Metadata():
            return [info.type]
        case inspect.UnionType():
            return list(info.types)
        case inspect.DictType():
            return [info.key_type, info.value_type]
        case inspect.TupleType():
            return list(info.item_types)
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            return [info.item_type]
        case _:
            return []


def _is_time(info: inspect.Type) -> bool:
    match info:
        case inspect.DateTimeType():
            return True
        case inspect.Metadata():
            return _is_time(info.type)
        case inspect.UnionType():
            return any(map(_is_time, info.types)) and not any(
                isinstance(one, inspect.StrType) for one in info.types
            )
        case _:
            return False


def _mark(schema: dict[str, Any]) -> None:
    for part in (schema, *schema.get("anyOf", ())):
        if part.get("type") == "string":
            part.setdefault("format", "date-time")
