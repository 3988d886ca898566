"""What makes a class a use case."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def use_case(act: type[T]) -> type[T]:
    """A frozen dataclass whose fields are ports, given by name.

    Nobody compares or prints one, so it has no methods for that: Python would compile them for a hundred
    classes at each start.
    """
    return dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)(act)
