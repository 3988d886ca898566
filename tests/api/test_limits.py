"""Every limit that the OpenAPI document tells, tried at the limit and one beyond it.

What is sent is made from the document, so that a new field is tried without anybody thinking of it.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from pixcrawler.domain.activity.notification import NoticeKind
from pixcrawler.domain.shared.actor import Role
from tests.api import drawn
from tests.api.conftest import Api, OpenApi, Somebody, problem
from tests.api.wall_rows import ROWS

DOCUMENT: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(drawn.DOCUMENT))
PROJECT = "01a1fe10-2222-7985-bba8-5ff3a8de3680"
POLICY = {
    "name": "Old ones",
    "after_days": 7,
    "enabled": True,
    "every_hours": 6,
    "project_id": PROJECT,
    "dataset_id": PROJECT,
    "format": "coco",
}
NEWCOMER = {"email": "ann@example.org", "password": "correct horse"}
CADENCE = {"every": 1, "unit": "days", "at": "06:30", "time_zone": "Europe/Berlin"}
DEFAULTS = {
    "sources": ["openverse"],
    "max_images": 2,
    "min_size": {"width": 1, "height": 1},
    "max_size": {"width": 9, "height": 9},
    "file_types": ["jpg"],
    "license": ["known"],
    "exclude": ["dog"],
    "safe_search": "strict",
    "image_type": "photo",
    "color": "red",
    "language": "de",
    "dedup": "low",
    "dedup_scope": "owner",
    "validation": "strict",
    "validation_mode": "report",
    "conflicts": "multi",
    "seed": 1,
}
JSON = "application/json"
OTHERS = {"string": 7, "integer": "1", "number": "1", "array": {}, "object": [], "boolean": "true", "null": 7}
"""A value of another type, by type."""
TINY: dict[str, Any] = {"integer": 1, "array": [], "object": {}, "boolean": True, "null": None}
BODIES: dict[str, list[dict[str, Any]]] = {
    "POST /api/v1/jobs": [
        {
            "project_id": PROJECT,
            "name": "Foxes",
            "keywords": ["fox"],
            "categories": {"wolf": {"keywords": ["wolf"], "max_images": 1, "minimum": 1, "label": "canine"}},
            "queries": {"fox": ["vixen"]},
            "sources": ["openverse"],
            "max_images": 2,
            "min_size": {"width": 1, "height": 1},
            "max_size": {"width": 9, "height": 9},
            "file_types": ["jpg"],
            "license": ["known"],
            "exclude": ["dog"],
            "safe_search": "strict",
            "image_type": "photo",
            "color": "red",
            "language": "de",
            "dedup": "low",
            "dedup_scope": "owner",
            "validation": "strict",
            "validation_mode": "report",
            "seed": 1,
            "minimum": 1,
            "conflicts": "multi",
        },
        {"project_id": PROJECT, "url_list": {"format": "txt", "content": "https://a.example/1.jpg"}},
        {
            "project_id": PROJECT,
            "inputs": {"web": ["https://a.example/"], "feed": ["https://a.example/feed"]},
        },
    ],
    "POST /api/v1/datasets": [
        {
            "project_id": PROJECT,
            "name": "Foxes",
            "description": "Red ones",
            "selection": {"jobs": [PROJECT], "steps": [{"do": "limit", "images": 9}]},
            "datasets": [PROJECT],
            "steps": [{"do": "balance", "cap": 1}],
        }
    ],
    "PATCH /api/v1/datasets/{dataset_id}": [
        {"name": "Foxes", "description": "Red ones", "selection": {"jobs": [PROJECT]}, "version": 1}
    ],
    "POST /api/v1/datasets/{dataset_id}/build": [{"changelog": "More foxes"}],
    "POST /api/v1/datasets/{dataset_id}/split": [
        {"ratios": {"a": 0.5, "b": 0.5}, "seed": 1, "labels": {"a": ["fox"], "b": ["wolf"]}}
    ],
    "POST /api/v1/exports": [
        {
            "dataset_id": PROJECT,
            "format": "webdataset",
            "version": 1,
            "archive": "tar",
            "splits": {"train": 0.8, "val": 0.1, "test": 0.1, "seed": 1},
            "conversion": {"format": "webp", "quality": 80, "max_side": 64, "strip_metadata": True},
            "shard_size": 1_048_576,
        }
    ],
    "POST /api/v1/images/batch": [
        {"image_ids": [PROJECT], "review": "reject", "labels": ["fox"]},
        {"image_ids": [PROJECT], "delete": True},
    ],
    "POST /api/v1/validation/analyze": [{"image_id": PROJECT, "level": "strict", "mode": "quarantine"}],
    "POST /api/v1/validation/batch": [
        {"image_ids": [PROJECT], "level": "strict", "mode": "quarantine"},
        {
            "filter": {
                "job_id": PROJECT,
                "status": "accepted",
                "reason": "blurry",
                "label": "fox",
                "keyword": "fox",
                "source": "openverse",
                "license": "cc0",
                "valid": True,
                "duplicate": False,
                "format": "jpg",
                "min_width": 1,
                "max_width": 2,
                "min_height": 1,
                "max_height": 2,
            }
        },
    ],
    "POST /api/v1/validation/jobs/{job_id}": [{"level": "strict", "mode": "quarantine"}],
    "PUT /api/v1/validation/level": [{"level": "strict", "mode": "report"}],
    "PATCH /api/v1/images/{image_id}": [{"review": "accept", "labels": ["fox"]}],
    "POST /api/v1/schedules": [
        {
            "job": {"project_id": PROJECT, "keywords": ["fox"]},
            "cadence": CADENCE,
            "name": "Foxes",
            "enabled": True,
            "starts_at": "2030-01-01T00:00:00Z",
            "ends_at": "2031-01-01T00:00:00Z",
            "max_runs": 2,
        },
        {"job_id": PROJECT, "cadence": CADENCE},
    ],
    "PATCH /api/v1/schedules/{schedule_id}": [
        {
            "name": "Foxes",
            "enabled": True,
            "cadence": CADENCE,
            "max_images": 2,
            "starts_at": "2030-01-01T00:00:00Z",
            "ends_at": "2031-01-01T00:00:00Z",
            "max_runs": 2,
            "version": 1,
        }
    ],
    "PATCH /api/v1/notifications/preferences": [
        {
            "in_app": {kind.value: True for kind in NoticeKind},
            "email": True,
            "push": True,
            "sms": True,
            "slack": True,
            "webhook": True,
            "quiet_hours": {"start": "22:00", "end": "07:00", "time_zone": "Europe/Berlin"},
            "digest": "daily",
        }
    ],
    "PATCH /api/v1/jobs/{job_id}": [{"name": "Foxes", "max_images": 2, "version": 1}],
    "POST /api/v1/api-keys": [
        {"name": "laptop", "scopes": ["read"], "expires_at": "2100-01-01T00:00:00Z", "hourly_limit": 7},
        {"name": "laptop", "scopes": ["*"], "expires_in_days": 9},
    ],
    "POST /api/v1/api-keys/{key_id}/rotate": [{"overlap_hours": 1}],
    "POST /api/v1/projects": [{"name": "Foxes", "description": "Red ones", "defaults": DEFAULTS}],
    "PATCH /api/v1/projects/{project_id}": [
        {
            "name": "Foxes",
            "description": "Red ones",
            "defaults": DEFAULTS,
            "status": "active",
            "version": 1,
        }
    ],
    "POST /api/v1/projects/batch-delete": [{"ids": [PROJECT]}],
    "POST /api/v1/keywords/expand": [
        {"keywords": ["fox"], "method": "templates", "exclude": ["dog"], "most": 2}
    ],
    "POST /api/v1/storage/presigned-url": [{"key": "a/1", "seconds": 60}],
    "POST /api/v1/storage/cleanup": [
        {"targets": ["unused_exports"], "after_days": 3, "keep_newest": 2, "dry_run": True}
    ],
    "POST /api/v1/policies/archival": [{**POLICY, "age": "made"}],
    "PATCH /api/v1/policies/archival/{policy_id}": [{**POLICY, "age": "made", "version": 1}],
    "POST /api/v1/policies/cleanup": [{**POLICY, "target": "superseded_exports", "keep_newest": 2}],
    "PATCH /api/v1/policies/cleanup/{policy_id}": [
        {**POLICY, "target": "superseded_exports", "keep_newest": 2, "version": 1}
    ],
    "POST /api/v1/sources/preview": [
        {
            "source": "wikimedia",
            "keyword": "fox",
            "safe_search": "off",
            "image_type": "clipart",
            "color": "teal",
            "language": "pt-BR",
            "license": ["known"],
            "file_types": ["png"],
            "min_size": [1, 1],
            "exclude": ["dog"],
        },
        {"source": "web", "inputs": ["https://a.example/"]},
    ],
    "POST /api/v1/auth/signup": [{**NEWCOMER, "name": "Ann"}],
    "POST /api/v1/auth/login": [NEWCOMER],
    "POST /api/v1/auth/refresh": [{"refresh_token": "pxs_refresh_"}],
    "POST /api/v1/auth/password-reset": [{"email": "ann@example.org"}],
    "POST /api/v1/auth/password": [{"current_password": "wrong", "new_password": "correct horse"}],
    "PATCH /api/v1/auth/profile": [
        {"name": "Ann", "avatar_url": "https://a.example/ann.png", "onboarded": True}
    ],
    "DELETE /api/v1/users/me": [{"confirm": "nobody@example.org", "password": "wrong"}],
    "POST /api/v1/users": [{**NEWCOMER, "name": "Ann", "role": "user", "plan": "free"}],
    "PATCH /api/v1/users/{user_id}": [{"name": "Ann", "role": "user", "plan": "free"}],
}
"""One good body for each operation that takes one, with every field in it."""


@dataclass(frozen=True)
class Case:
    """``value`` at ``path`` of a good body; ``field`` is its name, ``good`` whether it is within limits."""

    operation: str
    body: dict[str, Any]
    path: tuple[str | int, ...]
    value: Any
    good: bool
    why: str

    @property
    def field(self) -> str:
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)[1:]

    @property
    def sent(self) -> Any:
        whole = copy.deepcopy(self.body)
        *above, last = self.path
        holder: Any = whole
        for step in above:
            holder = holder[step]
        holder[last] = self.value
        return whole

    def __str__(self) -> str:
        return f"{self.operation} {self.field} {self.why}"


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Where a ``$ref`` leads, and of several forms the one that is not null and says most."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return resolved({**DOCUMENT["components"]["schemas"][name], "required": []})
    if "anyOf" in schema:
        kinds = [resolved(one) for one in schema["anyOf"] if one != {"type": "null"}]
        return max(kinds, key=lambda kind: kind.get("type") == "object")
    return schema


def text(length: int, schema: dict[str, Any]) -> str:
    if schema.get("pattern", "").startswith("^[Hh][Tt][Tt][Pp]"):
        return ("http://a" if length < 20 else "http://a.example/").ljust(length, "a")[:length]
    return ("a" if "pattern" in schema else "x") * length


def tries(schema: dict[str, Any], good: Any, *, broken: str = "\0") -> Iterator[tuple[Any, bool, str]]:
    """Values, whether they are within the limits, and what they try. ``broken`` is tried where a pattern is
    against it."""
    kind = schema.get("type") or ("string" if "enum" in schema else "object")
    yield OTHERS[kind], False, "of another type"
    if "enum" in schema:
        yield "nothing of the kind", False, "of no such value"
        yield from ((value, True, str(value)) for value in schema["enum"])
    for limit, step in (("maximum", 1), ("minimum", -1)):
        if limit in schema:
            yield schema[limit], True, limit
            yield schema[limit] + step, False, f"{limit} {step:+}"
    for limit, step in (("maxLength", 1), ("minLength", -1)):
        if limit in schema:
            yield text(schema[limit], schema), True, limit
            yield text(schema[limit] + step, schema), False, f"{limit} {step:+}"
    if "pattern" in schema and not re.search(schema["pattern"], broken):
        yield broken, False, "against its pattern"
    for limit, step in (("maxItems", 1), ("minItems", -1)):
        if limit in schema and isinstance(good, list):
            yield (good * schema[limit])[: schema[limit]], True, limit
            yield (good * (schema[limit] + 1))[: schema[limit] + step], False, f"{limit} {step:+}"
    if schema.get("format") == "uuid":
        yield "7", False, "that is no UUID"


def cases(
    operation: str, body: Any, schema: dict[str, Any], value: Any, path: tuple[str | int, ...] = ()
) -> Iterator[Case]:
    if isinstance(value, dict) and (told := schema.get("discriminator")) is not None:
        schema = {"$ref": told["mapping"][value[told["propertyName"]]]}
    schema = resolved(schema)
    if path:
        for tried, good, why in tries(schema, value):
            if not (good and why == "minLength" and "pattern" in schema and tried == ""):
                yield Case(operation, body, path, tried, good, why)
    if isinstance(value, dict):
        if schema.get("additionalProperties") is False:
            yield Case(operation, body, (*path, "nope"), 1, good=False, why="that is unknown")
        for name, inside in value.items():
            below = schema.get("properties", {}).get(name) or schema["additionalProperties"]
            yield from cases(operation, body, below, inside, (*path, name))
    elif isinstance(value, list) and value:
        below = schema["prefixItems"][0] if "prefixItems" in schema else schema["items"]
        yield from cases(operation, body, below, value[0], (*path, 0))


def forms() -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation["requestBody"]["content"][JSON]["schema"]
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
        if "requestBody" in operation
    }


CASES = [
    case
    for operation, schema in forms().items()
    for body in BODIES[operation]
    for case in cases(operation, body, {"$ref": schema["$ref"]}, body)
]
PARAMETERS = [
    (method.upper(), path, parameter, value, good, why)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "head"  # whose refusals have no body
    for parameter in operation.get("parameters", [])
    if parameter["in"] in {"query", "header"}
    for value, good, why in tries(resolved(parameter["schema"]), None, broken="\xe9")
    if why != "of another type"  # all are texts
]


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi) -> Api:
    return await open_for_all(
        SOURCE_OPENVERSE_ENABLED="false", SOURCE_WIKIMEDIA_ENABLED="false", SOURCE_WEB_ENABLED="false"
    )


@pytest.fixture(scope="module")
async def root(api: Api) -> Somebody:
    return await api.person(Role.SUPERUSER)


def test_every_field_of_every_body_is_tried() -> None:
    assert BODIES.keys() == forms().keys()
    for operation, schema in forms().items():
        there = set(resolved(schema)["properties"])
        assert set().union(*(body.keys() for body in BODIES[operation])) == there
    assert len(CASES) > 150


@pytest.mark.parametrize("operation", BODIES)
async def test_a_field_within_its_limits_is_taken_and_beyond_them_it_is_named(
    api: Api, root: Somebody, operation: str
) -> None:
    method, path = operation.split()
    client = root.client if ROWS[operation].people else api.client
    path = re.sub(r"\{\w+_id\}", PROJECT, path)
    for case in (one for one in CASES if one.operation == operation):
        answer = await client.request(method, path, json=case.sent)
        told = problem(answer) if answer.is_error else (answer.status_code, None, None)
        if case.good:
            assert told[:2] != (422, "INVALID"), f"{case}: {told}"
        else:
            assert told == (422, "INVALID", case.field), f"{case}: {told}"
        assert answer.status_code < 500


async def test_a_parameter_within_its_limits_is_taken_and_beyond_them_it_is_named(
    api: Api, root: Somebody
) -> None:
    assert len(PARAMETERS) > 60
    for method, path, parameter, value, good, why in PARAMETERS:
        others = DOCUMENT["paths"][path][method.lower()]["parameters"]
        query = {one["name"]: 1 for one in others if one["in"] == "query" and one["required"]}
        query |= {parameter["name"]: value} if parameter["in"] == "query" else {}
        in_header = parameter["in"] == "header"
        headers = {parameter["name"]: str(value).encode("latin-1")} if in_header else {}
        where = re.sub(r"\{\w+_id\}", PROJECT, path)
        body = BODIES.get(f"{method} {path}", [None])[0]
        client = root.client if ROWS[f"{method} {path}"].people else api.client
        answer = await client.request(method, where, params=query, headers=headers, json=body)
        told = problem(answer) if answer.is_error else (answer.status_code, None, None)
        name = f"{method} {path} {parameter['name']} {why}"
        if good:
            assert told != (422, "INVALID", parameter["name"]), f"{name}: {told}"
        else:
            assert told == (422, "INVALID", parameter["name"]), f"{name}: {told}"
