"""The Postman collection holds what the OpenAPI document holds."""

import json
from collections.abc import Iterator
from typing import Any

from pixcrawler.entrypoints.http.postman import METHODS, SCHEMA, collection
from tests.api.drawn import DOCUMENT

COLLECTION = collection(DOCUMENT)


def requests() -> Iterator[dict[str, Any]]:
    for folder in COLLECTION["item"]:
        yield from folder["item"]


def asked(method: str, path: str) -> dict[str, Any]:
    wanted = path.replace("{", ":").replace("}", "").strip("/").split("/")
    [found] = [
        one
        for one in requests()
        if (one["request"]["method"], one["request"]["url"]["path"]) == (method, wanted)
    ]
    return found


def script(request: dict[str, Any]) -> str:
    return "\n".join(request["event"][0]["script"]["exec"])


def test_every_operation_is_a_request_once() -> None:
    assert COLLECTION["info"]["schema"] == SCHEMA
    operations = [(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods]
    wanted = [one for one in operations if one[0].lower() in METHODS]
    assert len(wanted) > 50
    for method, path in wanted:
        assert asked(method, path)["name"] == DOCUMENT["paths"][path][method.lower()]["summary"]
    assert len(list(requests())) == len(wanted)


def test_who_is_public_there_sends_no_token_here() -> None:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                request = asked(method.upper(), path)["request"]
                assert ("auth" in request) == (not operation.get("security")), (method, path)


def test_what_is_made_is_found_by_the_next_request() -> None:
    assert "set('job_id', answer.id)" in script(asked("POST", "/api/v1/jobs"))
    assert "set('export_id', answer.export.id)" in script(asked("POST", "/api/v1/exports"))
    body = json.loads(asked("POST", "/api/v1/jobs")["request"]["body"]["raw"])
    assert body["project_id"] == "{{project_id}}"
    [path] = asked("GET", "/api/v1/jobs/{job_id}")["request"]["url"]["variable"]
    assert (path["key"], path["value"]) == ("job_id", "{{job_id}}")


def test_each_variable_that_is_used_is_there_from_the_start() -> None:
    known = {one["key"] for one in COLLECTION["variable"]}
    text = json.dumps(COLLECTION)
    used = {part.split("}}")[0] for part in text.split("{{")[1:]} - {"$guid"}
    assert used <= known
    assert {"base_url", "token", "job_id"} <= used


def test_nothing_is_deleted_before_it_was_looked_at_and_the_login_ends_last() -> None:
    *others, last = requests()
    assert last["request"]["url"]["path"][-1] == "logout"
    methods = [one["request"]["method"] for one in others]
    assert "DELETE" in methods
    assert "DELETE" not in methods[: methods.index("DELETE")]
    assert set(methods[methods.index("DELETE") :]) == {"DELETE"}


def test_a_request_checks_that_it_was_answered_as_documented() -> None:
    documented = ", ".join(sorted(DOCUMENT["paths"]["/api/v1/jobs"]["post"]["responses"]))
    assert f"[{documented}]" in script(asked("POST", "/api/v1/jobs"))
