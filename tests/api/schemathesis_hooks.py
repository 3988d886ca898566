"""What Schemathesis cannot learn from the OpenAPI document. Read by ``test_schemathesis.py``.

It runs in a process of its own, so what is there to be found comes through the environment.
"""

import json
import os
from collections import Counter
from itertools import count, cycle
from typing import Any

import requests
import schemathesis
from schemathesis import Case, HookContext, Response

SEEN: dict[str, Any] = json.loads(os.environ["SEEN"])
"""``url`` and ``headers`` of somebody who has ``jobs`` and ``images`` to look at, and ``spare_images`` to
remove."""
JOBS, IMAGES = cycle(SEEN["jobs"]), cycle(SEEN["images"])
REUSED = {"PATCH", "GET", "HEAD"}
TAKEN: Counter[str] = Counter()
NUMBERS = count(1)

NO_SCHEMA_SAYS = {
    "PAGE_TOO_FAR": "page × size: no schema multiplies two parameters",
    "INVALID_JOB": "what fields mean for each other: min_size and max_size, url_list and sources, targets",
    "INVALID_URL_LIST": "whether each line of a text is a URL",
    "UNKNOWN_SOURCE": "which sources this installation has; plug-ins bring their own",
    "IDEMPOTENCY_MISMATCH": "that the same key came before, with another body",
}
"""Rules of meaning: their 422 has a code of its own, and is no sign that the document is wrong. What the
document does say is refused with the code INVALID, and that stays a failure."""


@schemathesis.hook
def filter_failure(context: HookContext, failure: Exception, case: Case[Any], response: Response) -> bool:
    """False: the check ``positive_data_acceptance`` asked for more than a schema can promise."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 422:
        return True
    return response.json()["details"][0]["error_code"] not in NO_SCHEMA_SAYS


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Good requests are about something that is there. Those that follow a link have it already."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive:
        return
    if key := case.headers.get("Idempotency-Key"):  # sent before, it answers with what may be gone by now
        case.headers["Idempotency-Key"] = f"{key[:200]}-{next(NUMBERS)}"
    if meta.phase.name == "stateful":
        return
    operation = case.operation.label
    for name, kind, seen in (("job_id", "jobs", JOBS), ("image_id", "images", IMAGES)):
        if name in case.path_parameters:
            old = case.path_parameters[name]
            again = case.method.upper() in REUSED
            case.path_parameters[name] = next(seen) if again else spare(kind, operation, old)
    if isinstance(case.body, dict):
        case.body = {**case.body, **known(operation, case.body)}


def known(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """What of a body has to be there."""
    if operation == "POST /api/v1/projects/batch-delete":
        return {"ids": [spare("projects", operation, one) for one in body["ids"]]}
    if operation == "POST /api/v1/jobs":
        return {"project_id": project()} | ({"sources": ["openverse"]} if body.get("sources") else {})
    return {}


def spare(kind: str, operation: str, otherwise: str) -> str:
    """Something that nobody acted on yet, for the first three times."""
    TAKEN[operation] += 1
    if TAKEN[operation] > 3:
        return otherwise
    match kind:
        case "jobs":
            return made(kind, {"project_id": project(), "keywords": ["fox"], "max_images": 3})
        case "projects":
            return project()
        case _:
            return SEEN["spare_images"].pop() if SEEN["spare_images"] else otherwise


def project() -> str:
    return made("projects", {"name": f"A project for Schemathesis, {next(NUMBERS)}"})


def made(kind: str, body: dict[str, Any]) -> str:
    answer = requests.post(f"{SEEN['url']}/{kind}", json=body, headers=SEEN["headers"], timeout=20)
    answer.raise_for_status()
    return str(answer.json()["id"])
