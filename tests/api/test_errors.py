"""Whatever goes wrong comes in one envelope, with the right status, and tells only what is for the client."""

from typing import Annotated
from uuid import UUID

import msgspec
import pytest
import structlog
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from pixcrawler.domain.crawling.errors import SourceUnreachable
from pixcrawler.domain.shared.errors import (
    Conflict,
    Disabled,
    DomainError,
    Forbidden,
    Invalid,
    LimitReached,
    NotFound,
    PaymentRequired,
    StorageFull,
    Unauthenticated,
    Unavailable,
)
from pixcrawler.entrypoints.http.answers import answered
from tests.api.conftest import Api, OpenApi, problem


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sizes: Annotated[tuple[int, ...], Meta(max_length=3)] = ()


class Body(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=10)]
    number: Annotated[int, Meta(ge=1, le=9)] = 1
    inner: Inner = Inner()
    any: msgspec.Raw = msgspec.Raw(b"null")


@post("/body", status_code=200)
async def take_body(data: JSONBody[Body]) -> Response[dict[str, str]]:
    return answered({"name": data.name})


@get("/query")
async def take_query(
    wanted: Annotated[int, QueryParameter(ge=1)],
    text: Annotated[str | None, QueryParameter(max_length=3)] = None,
) -> Response[str]:
    return answered(f"{wanted} {text}")


@get("/thing/{thing_id:uuid}")
async def get_thing(thing_id: FromPath[UUID]) -> Response[str]:
    return answered(str(thing_id))


class Patient(Conflict):
    code = "COME_BACK"
    retry_after = 1


FORESEEN: list[tuple[DomainError, int, dict[str, str]]] = [
    (Unauthenticated("Who?"), 401, {"www-authenticate": "Bearer"}),
    (PaymentRequired("Buy credits."), 402, {}),
    (Forbidden("Not this."), 403, {}),
    (NotFound("Nothing."), 404, {}),
    (Conflict("Running."), 409, {}),
    (Patient("In a second."), 409, {"retry-after": "1"}),
    (Disabled("Off."), 409, {}),
    (Invalid("Wrong.", field="size"), 422, {}),
    (LimitReached("Enough."), 429, {"retry-after": "10"}),
    (SourceUnreachable("openverse", "Openverse does not answer."), 503, {"retry-after": "5"}),
]
OF_THE_MACHINE: list[DomainError] = [Unavailable("No /srv/secret."), StorageFull("/srv/secret is full.")]
ERRORS = [*(error for error, _, _ in FORESEEN), *OF_THE_MACHINE, KeyError("hush")]


@get("/fail/{number:int}")
async def fail(number: FromPath[int]) -> Response[str]:
    raise ERRORS[number]


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(take_body, take_query, get_thing, fail)


@pytest.mark.parametrize(("error", "status", "headers"), FORESEEN, ids=lambda part: type(part).__name__)
async def test_a_foreseen_failure_has_its_status_and_its_own_sentence(
    api: Api, error: DomainError, status: int, headers: dict[str, str]
) -> None:
    answer = await api.client.get(f"/test/fail/{ERRORS.index(error)}")
    assert problem(answer) == (status, error.code, error.field)
    assert answer.json()["message"] == str(error)
    assert headers.items() <= answer.headers.items()


@pytest.mark.parametrize("error", OF_THE_MACHINE)
async def test_a_failure_of_the_machine_does_not_tell_strangers_where_things_are(
    api: Api, error: DomainError
) -> None:
    answer = await api.client.get(f"/test/fail/{ERRORS.index(error)}")
    assert problem(answer) == (503, error.code, None)
    assert "/srv" not in answer.text


async def test_a_bug_is_told_to_the_log_only(api: Api) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as told:
        answer = await api.client.get(f"/test/fail/{len(ERRORS) - 1}", headers={"x-request-id": "find-me"})
    assert problem(answer) == (500, "INTERNAL", None)
    assert "hush" not in answer.text
    (line,) = [one for one in told if one["event"] == "request_failed"]
    assert line["request_id"] == "find-me"
    assert line["exc_info"] is ERRORS[-1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{", (400, "MALFORMED_JSON", None)),
        (b'{"name": "\xff"}', (400, "MALFORMED_JSON", None)),
        (b'{"name": "a", "number": NaN}', (400, "MALFORMED_JSON", None)),
        (b'{"name": "a", "any": ' + b"[" * 32 + b"]" * 32 + b"}", (400, "TOO_DEEP", None)),
        (b"[" * 100_000, (400, "TOO_DEEP", None)),
        (b"", (422, "INVALID", None)),
        (b"[]", (422, "INVALID", None)),
        (b"{}", (422, "INVALID", "name")),
        (b'{"name": ""}', (422, "INVALID", "name")),
        (b'{"name": "a", "number": "1"}', (422, "INVALID", "number")),
        (b'{"name": "a", "number": 10}', (422, "INVALID", "number")),
        (b'{"name": "a", "nmae": "b"}', (422, "INVALID", "nmae")),
        (b'{"name": "a", "inner": {"sise": 1}}', (422, "INVALID", "inner.sise")),
        (b'{"name": "a", "inner": {"sizes": [1, "2"]}}', (422, "INVALID", "inner.sizes[1]")),
        (b'{"name": "a\\u0000"}', (422, "INVALID", "name")),
    ],
)
async def test_a_wrong_body_is_refused_and_the_field_is_named(
    api: Api, body: bytes, expected: tuple[int, str, str | None]
) -> None:
    headers = {"content-type": "application/json"}
    assert problem(await api.client.post("/test/body", content=body, headers=headers)) == expected


async def test_brackets_in_texts_and_31_levels_are_not_too_deep(api: Api) -> None:
    body = b'{"name": "[[[[{{", "any": ' + b"[" * 31 + b'"[\\"["' + b"]" * 31 + b"}"
    assert (await api.client.post("/test/body", content=body)).json() == {"name": "[[[[{{"}


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-encoding": "gzip"},
    ],
    ids=str,
)
async def test_a_body_that_is_no_plain_json_is_415(api: Api, headers: dict[str, str]) -> None:
    answer = await api.client.post("/test/body", content=b'{"name": "a"}', headers=headers)
    assert problem(answer) == (415, "UNSUPPORTED_MEDIA_TYPE", None)


async def test_a_body_beyond_the_limit_is_413_and_one_at_the_limit_is_not(open_api: OpenApi) -> None:
    api = await open_api(take_body, API_MAX_BODY="1024")
    body = b'{"name": "a"}'
    assert (await api.client.post("/test/body", content=body.ljust(1024))).status_code == 200
    assert problem(await api.client.post("/test/body", content=body.ljust(1025))) == (
        413,
        "BODY_TOO_LARGE",
        None,
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/test/query", (422, "INVALID", "wanted")),
        ("/test/query?wanted=0", (422, "INVALID", "wanted")),
        ("/test/query?wanted=x", (422, "INVALID", "wanted")),
        ("/test/query?wanted=1&text=long", (422, "INVALID", "text")),
        ("/test/query?wanted=1&text=%00", (400, "MALFORMED_REQUEST", None)),
        ("/test/thing/%00", (400, "MALFORMED_REQUEST", None)),
        ("/test/thing/7", (404, "ROUTE_NOT_FOUND", None)),
        ("/nowhere", (404, "ROUTE_NOT_FOUND", None)),
        ("/schema/nothing", (404, "ROUTE_NOT_FOUND", None)),
        ("/docs/assets/nothing.js", (404, "ROUTE_NOT_FOUND", None)),
    ],
)
async def test_a_wrong_address_is_refused(api: Api, path: str, expected: tuple[int, str, str | None]) -> None:
    assert problem(await api.client.get(path)) == expected


async def test_a_method_that_a_path_does_not_take_is_405_and_says_which_it_takes(api: Api) -> None:
    answer = await api.client.delete("/health")
    assert problem(answer) == (405, "METHOD_NOT_ALLOWED", None)
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("query", ["status=null", "status=NULL", "status=nul%6c", "project_id=null"])
async def test_a_filter_that_says_null_is_a_mistake_and_no_list_of_everything(api: Api, query: str) -> None:
    answer = await api.client.get(f"/api/v1/jobs?{query}")
    assert problem(answer) == (422, "INVALID", query.partition("=")[0])


async def test_a_number_without_a_fraction_is_an_integer_however_it_is_written(api: Api) -> None:
    for written, status in (("2.0", 200), ("1e0", 200), ("2.5", 422), ("1e1", 422), ("1e300", 422)):
        body = b'{"name": "a", "number": %b}' % written.encode()
        answer = await api.client.post("/test/body", content=body)
        assert answer.status_code == status, written
        if status == 422:
            assert problem(answer) == (422, "INVALID", "number")


async def test_options_names_every_method_of_a_path(api: Api) -> None:
    answer = await api.client.options("/api/v1/jobs")
    assert answer.headers["allow"] == "GET, OPTIONS, POST"


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        (
            *("PUT", "/validation/level", {"level": "max"}),
            "level is not valid: invalid enum value 'max', choose basic, standard or strict.",
        ),
        (
            *("GET", "/projects?status=gone", None),
            "status is not valid: invalid enum value 'gone', choose active or archived.",
        ),
        (
            *("POST", "/schedules", {"cadence": {"every": 1, "unit": "days", "at": "25:00"}}),
            "cadence.at is not valid: it is not of the form ^([01][0-9]|2[0-3]):[0-5][0-9]$.",
        ),
        (
            *("POST", "/projects", {"name": " "}),
            "name is not valid: it is blank, or has a character that is not allowed here.",
        ),
    ],
)
async def test_who_chose_wrongly_is_told_what_would_be_right(
    api: Api, method: str, path: str, body: dict[str, object] | None, sentence: str
) -> None:
    answer = await api.client.request(method, f"/api/v1{path}", json=body)
    assert problem(answer)[0] == 422
    assert answer.json()["message"] == sentence
