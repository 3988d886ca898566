"""One setting as the sections declare it: its name, what it may be, what it is for."""

import os
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec import Meta

from pixcrawler.settings.values import Network, PrivateNetwork, Secret


def about(
    purpose: str,
    *,
    example: str,
    ge: float | None = None,
    le: float | None = None,
    schemes: tuple[str, ...] = (),
    needed_in_production: bool = False,
    default: str | None = None,
) -> Meta:
    """What a person must know of a setting; written beside its type in the section.

    ``schemes`` makes it a URL with one of these schemes. ``default`` is for people, where the loader
    works the default out from other settings.
    """
    extra = {"schemes": schemes, "needed_in_production": needed_in_production, "default": default}
    return Meta(description=purpose, examples=[example], ge=ge, le=le, extra=extra)


class Setting(msgspec.Struct, frozen=True):
    """A field of a section. ``kind`` is its type without None and Annotated."""

    name: str
    field: str
    kind: Any
    annotation: Any
    meta: Meta
    default: Any

    @property
    def secret(self) -> bool:
        return self.kind is Secret

    @property
    def schemes(self) -> tuple[str, ...]:
        found: tuple[str, ...] = (self.meta.extra or {})["schemes"]
        return found

    @property
    def needed_in_production(self) -> bool:
        return bool((self.meta.extra or {})["needed_in_production"])

    @property
    def purpose(self) -> str:
        return self.meta.description or ""

    @property
    def example(self) -> str:
        return str((self.meta.examples or [""])[0])

    @property
    def separator(self) -> str | None:
        """Between the parts of a list; None for single values."""
        if get_origin(self.kind) is not tuple:
            return None
        return os.pathsep if get_args(self.kind)[0] is Path else ","

    @property
    def valid_values(self) -> str:
        """The end of the sentence "it must be ..."."""
        if self.schemes:
            return "a URL that starts with " + " or ".join(f"{scheme}://" for scheme in self.schemes)
        if get_origin(self.kind) is Literal:
            return "one of " + ", ".join(get_args(self.kind))
        if self.kind in (int, float):
            number = "a whole number" if self.kind is int else "a number"
            return f"{number} from {self.meta.ge:g} to {self.meta.le:.12g}"
        words = {
            bool: "true or false",
            str: "a text",
            Secret: "a text",
            Path: "the path of a folder",
            tuple[Path, ...]: f"paths of folders, separated by {os.pathsep!r}",
            tuple[str, ...]: "texts, separated by commas",
            tuple[Network, ...]: "networks or addresses, separated by commas",
            tuple[
                PrivateNetwork, ...
            ]: "networks or addresses, each with :port if wanted, separated by commas",
        }
        return words[self.kind]

    @property
    def default_text(self) -> str:
        told = (self.meta.extra or {})["default"]
        return told or as_text(self.default) or "not set"


def as_text(value: object) -> str:
    """A value as it would stand in the environment; empty when not set."""
    match value:
        case None | ():
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            separator = os.pathsep if isinstance(value[0], Path) else ","
            return separator.join(str(part) for part in value)
        case _:
            return str(value)


def settings_of(section: type[msgspec.Struct]) -> Iterator[Setting]:
    """The settings that a section declares, in its order."""
    hints = typing.get_type_hints(section, include_extras=True)
    for field in msgspec.structs.fields(section):
        annotation, meta = get_args(hints[field.name])
        kind = annotation
        if isinstance(annotation, types.UnionType):
            (kind,) = (part for part in get_args(annotation) if part is not types.NoneType)
        prefix: str = section.env_prefix  # type: ignore[attr-defined]
        name = prefix + field.name.upper()
        default = None if field.default is msgspec.NODEFAULT else field.default
        yield Setting(name, field.name, kind, Annotated[kind, meta], meta, default)


def groups_of(group: type[msgspec.Struct]) -> Iterator[tuple[str, type[msgspec.Struct]]]:
    """The fields of a group that are sections or groups themselves."""
    for field, kind in typing.get_type_hints(group).items():
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            yield field, kind


def sections_of(group: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """The sections of a group and of the groups in it, in order; plug-ins have theirs when they are set."""
    for _, kind in groups_of(group):
        if hasattr(kind, "env_prefix"):
            yield kind
        else:
            yield from sections_of(kind)
