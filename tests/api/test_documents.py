"""The OpenAPI document is true, and the pages that show it need nobody else."""

import hashlib
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import ResponseSpec
from litestar.routes import HTTPRoute

from pixcrawler.entrypoints.http.pages import handlers
from tests.api.conftest import Api, OpenApi
from tests.api.drawn import DOCUMENT, LITESTAR, OPERATIONS

PAGES = Path(handlers.__file__).parent


def described(litestar: Litestar) -> list[HTTPRouteHandler]:
    return [
        handler
        for route in litestar.routes
        if isinstance(route, HTTPRoute) and route.path_format in DOCUMENT["paths"]
        for handler in route.route_handlers
        if "OPTIONS" not in handler.http_methods
    ]


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all()


async def test_the_document_that_is_served_is_the_one_that_is_printed(api: Api) -> None:
    answer = await api.stranger.get("/schema/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == msgspec.json.decode(msgspec.json.encode(DOCUMENT))
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_reference_leads_somewhere_and_every_form_is_used() -> None:
    text = msgspec.json.encode(DOCUMENT).decode()
    used = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert used == DOCUMENT["components"]["schemas"].keys()


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_operation_says_what_it_does_and_who_may_call_it(operation: dict[str, Any]) -> None:
    assert operation["tags"]
    assert operation["summary"]
    who = operation["description"].splitlines()[0]
    assert re.match(r"(Public|Users|Superusers|(Its|Their|The \w+'s) owner|The owner)\b", who), who
    assert who.startswith("Public") != bool(operation["security"])


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_every_error_of_an_operation_is_the_one_envelope(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        assert "X-Request-ID" in response["headers"]
        if int(status) >= 400 and "health" not in operation["operationId"]:
            form = response["content"]["application/json"]["schema"]
            assert form == {"$ref": "#/components/schemas/ErrorBody"}


def test_forms_have_names_that_generators_of_clients_can_give_to_classes() -> None:
    """Two of one name are told apart by their modules; openapi-python-client then leaves both out, and every
    operation that takes one."""
    names = DOCUMENT["components"]["schemas"].keys()
    assert all(re.fullmatch(r"[A-Z][A-Za-z]+(_[A-Z][A-Za-z]+_)?", name) for name in names), sorted(names)


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", name) for name in names)


def test_every_example_is_what_it_says_it_is() -> None:
    seen = 0
    for handler in described(LITESTAR):
        field = handler.parsed_data_field
        bodies = getattr(field.kwarg_definition, "examples", None) or [] if field else []
        for example in bodies:
            assert field is not None
            msgspec.convert(example.value, field.annotation)
            seen += 1
        for spec in (handler.responses or {}).values():
            seen += check_examples(spec)
    assert seen > 20


def check_examples(spec: ResponseSpec) -> int:
    """Nothing missing, nothing of the wrong type, and nothing that the type does not have."""
    examples = spec.examples or []
    for example in examples:
        made: Any = msgspec.convert(example.value, spec.data_container)
        assert msgspec.to_builtins(made) == example.value
    return len(examples)


def test_every_json_that_is_asked_for_or_given_has_an_example() -> None:
    bare = []
    for name, operation in OPERATIONS.items():
        parts = {**operation["responses"], "body": operation.get("requestBody", {})}
        for part, said in parts.items():
            content = said.get("content", {}).get("application/json")
            if content is not None and not content.get("examples"):
                bare.append(f"{name} {part}")
    assert bare == []


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc"])
async def test_a_page_names_no_other_host(api: Api, path: str) -> None:
    page = await api.stranger.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "//" not in re.sub(r"<!.*?>", "", page.text)
    for link in re.findall(r'(?:src|href|spec-url)="([^"]+)"', page.text):
        if link != "data:,":
            assert (await api.stranger.get(link)).status_code in {200, 503}, link


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc"])
async def test_a_browser_gets_nothing_from_elsewhere_and_runs_nothing_inline(api: Api, path: str) -> None:
    policy = (await api.stranger.get(path)).headers["content-security-policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == parts["base-uri"] == parts["frame-ancestors"] == "'none'"
    assert parts.get("script-src") == (None if path == "/" else "'self'")
    allowed = {word for words in parts.values() for word in words.split()}
    assert allowed <= {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}
    assert "'unsafe-inline'" not in parts.get("script-src", "")


async def test_the_start_page_runs_no_script(api: Api) -> None:
    page = (await api.stranger.get("/")).text
    assert "<script" not in page
    assert all(place in page for place in ("/docs", "/redoc", "/schema/openapi.json", "/health"))


def test_files_of_others_are_the_ones_that_were_taken() -> None:
    table = (PAGES / "vendor/README.md").read_text()
    named = dict(re.findall(r"^\| (\S+\.(?:js|css)) .* ([0-9a-f]{64}) \|$", table, re.MULTILINE))
    there = {path.name for path in (PAGES / "vendor").iterdir() if path.suffix in {".js", ".css"}}
    assert named.keys() == there
    for name, digest in named.items():
        assert hashlib.sha256((PAGES / "vendor" / name).read_bytes()).hexdigest() == digest
