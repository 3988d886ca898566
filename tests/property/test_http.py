"""What holds for every failure and every handler of the API, also for those that come later."""

import ast
import inspect
import textwrap
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from pixcrawler.domain.shared import errors as families
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.entrypoints.http import answers
from pixcrawler.entrypoints.http.errors import FAMILIES
from pixcrawler.entrypoints.http.request import depth_exceeds
from tests.api.drawn import LITESTAR

HELPERS = {
    name
    for name, made in vars(answers).items()
    if inspect.isfunction(made) and made.__module__ == answers.__name__
}
PAGES = {"start", "docs", "redoc", "asset"}
BYTES = {
    "download_dataset",
    "download_export",
    "download_file",
    "download_image",
    "download_manifest",
    "export_my_data",
    "get_thumbnail",
    "job_events",
    "metrics_text",
}
"""Pages for people, pictures and streams are no JSON, and have headers of their own."""


def concrete(family: type[DomainError]) -> Iterator[type[DomainError]]:
    yield family
    for kind in family.__subclasses__():
        yield from concrete(kind)


# Property 16: every domain error family is mapped exactly once
def test_every_family_of_errors_has_exactly_one_status() -> None:
    there = {kind for kind in DomainError.__subclasses__() if kind.__module__ == families.__name__}
    assert set(FAMILIES) == there
    for kind in concrete(DomainError):
        if kind is not DomainError and not kind.__module__.startswith("tests."):
            assert len([family for family in FAMILIES if issubclass(kind, family)]) == 1, kind


def handlers() -> list[HTTPRouteHandler]:
    found = {
        id(handler.fn): handler
        for route in LITESTAR.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.fn.__module__.startswith("pixcrawler.") and handler.fn.__name__ not in PAGES | BYTES
    }
    return sorted(found.values(), key=lambda handler: handler.fn.__qualname__)


# Property 17: every handler's success goes through the shared answers
@pytest.mark.parametrize("handler", handlers(), ids=lambda handler: handler.fn.__name__)
def test_every_handler_ends_in_one_of_the_shared_answers(handler: HTTPRouteHandler) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(handler.fn)))
    ends = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    assert ends
    for end in ends:
        assert names_in(end) & (HELPERS | {"ALIVE"}), ast.unparse(end) if end else "nothing"


def names_in(node: ast.AST | None) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node else set()


def depth(value: object) -> int:
    match value:
        case list():
            return 1 + max(map(depth, value), default=0)
        case dict():
            return 1 + max(map(depth, value.values()), default=0)
        case _:
            return 0


texts = st.text(alphabet='[]{}"\\,:a\n', max_size=6)
values = st.recursive(
    texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=30,
)


@given(values, st.integers(0, 8))
@example(["]", '"', ["\\"]], 1)
def test_the_depth_of_json_is_what_its_value_says(value: object, most: int) -> None:
    assert depth_exceeds(msgspec.json.encode(value), most) == (depth(value) > most)
