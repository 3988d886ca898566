"""Properties of the whole program: every use case, every error."""

import ast
import dataclasses
import importlib
import pkgutil
import types
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

import pixcrawler.adapters
import pixcrawler.application
import pixcrawler.domain
from pixcrawler.domain.shared import errors
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.cli import exits
from pixcrawler.entrypoints.http import errors as statuses

SOURCE = Path(__file__).parents[2] / "src/pixcrawler"
LAYERS = (pixcrawler.domain, pixcrawler.application, pixcrawler.adapters)
PROGRAMS = (".migrations.", ".__main__.")
"""Modules that do something when they are imported."""


def modules(package: types.ModuleType) -> Iterator[types.ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not any(program in f"{found.name}." for program in PROGRAMS):
            yield importlib.import_module(found.name)


@cache
def use_cases() -> list[type]:
    """Classes of application/<context>/ that are called."""
    return [
        kind
        for module in modules(pixcrawler.application)
        if not module.__name__.startswith("pixcrawler.application.ports")
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__ and "__call__" in vars(kind)
    ]


def named(annotation: Any) -> Iterator[Any]:
    """The types that an annotation consists of."""
    yield get_origin(annotation) or annotation
    for part in get_args(annotation):
        for one in part if isinstance(part, list) else [part]:
            yield from named(one)


def is_plain(kind: Any, context: str) -> bool:
    """A port, a value of the domain, something of Python's own; or what the context itself remembers."""
    home = getattr(kind, "__module__", "builtins")
    ours = home.startswith(("pixcrawler.application.ports", "pixcrawler.domain"))
    memory = home.startswith(f"{context}.") and "__call__" not in vars(kind)
    return ours or memory or not home.startswith("pixcrawler")


# Property 12: use cases reach data only through repositories and other ports (every use case).
@pytest.mark.parametrize("use_case", use_cases(), ids=lambda kind: kind.__name__)
def test_a_use_case_stands_on_ports_only(use_case: type) -> None:
    assert dataclasses.is_dataclass(use_case)
    context = use_case.__module__.rpartition(".")[0]
    for name, annotation in get_type_hints(use_case).items():
        strangers = [kind for kind in named(annotation) if not is_plain(kind, context)]
        assert strangers == [], f"{name} is no port"


def test_there_are_use_cases_to_look_at() -> None:
    assert len(use_cases()) > 20


def family(kind: type[DomainError]) -> list[type[DomainError]]:
    return [kind, *(one for child in kind.__subclasses__() for one in family(child))]


FAMILIES = [kind for kind in DomainError.__subclasses__() if kind.__module__ == errors.__name__]


@cache
def all_errors() -> list[type[DomainError]]:
    """What rules, acts and technology raise; a doorway's own errors end in that doorway."""
    for package in LAYERS:
        list(modules(package))
    homes = tuple(package.__name__ for package in LAYERS)
    return sorted(
        (kind for kind in family(DomainError)[1:] if kind.__module__.startswith(homes)),
        key=lambda kind: kind.__name__,
    )


# Property 16: every error raised is one of the defined families, and is mapped once (every error).
@pytest.mark.parametrize("error", all_errors(), ids=lambda kind: kind.__name__)
def test_an_error_is_of_one_family_and_has_a_code_of_its_own(error: type[DomainError]) -> None:
    assert len([kind for kind in FAMILIES if issubclass(error, kind)]) == 1
    assert error.code.isupper()
    assert [other for other in all_errors() if other.code == error.code] == [error]


# Property 16: each family has one exit code and one status.
@pytest.mark.parametrize("one", FAMILIES, ids=lambda kind: kind.__name__)
def test_a_family_is_mapped_once_in_each_table(one: type[DomainError]) -> None:
    assert [kind for kind, _ in exits.FAMILIES].count(one) == 1
    assert one in statuses.FAMILIES


def raised(tree: ast.AST) -> Iterator[str]:
    """The names of what is raised anew."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            match node.exc.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name


PLAIN_PYTHON = {
    ("licenses.py", "ValueError"),
    ("filters.py", "ValueError"),
    ("splits.py", "_invalid"),
    ("splits.py", "KeyError"),
    ("settle.py", "KeyError"),
}
"""Wrong words that their doorway turns into its own error, a maker of InvalidSplit, what a Mapping owes."""


# Property 16: rules and acts raise nothing else.
@pytest.mark.parametrize("layer", ["domain", "application"])
def test_rules_and_acts_raise_only_errors_of_the_families(layer: str) -> None:
    known = {kind.__name__ for kind in all_errors()}
    strange = {
        (path.name, name)
        for path in (SOURCE / layer).rglob("*.py")
        for name in raised(ast.parse(path.read_text(encoding="utf-8")))
        if name not in known
    }
    assert strange <= PLAIN_PYTHON
