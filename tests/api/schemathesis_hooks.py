"""What Schemathesis cannot learn from the OpenAPI document. Read by ``test_schemathesis.py``.

It runs in a process of its own, so what is there to be found comes through the environment.
"""

import json
import os
from collections import Counter
from itertools import count, cycle
from typing import Any
from uuid import uuid4

import requests
import schemathesis
from schemathesis import Case, HookContext, Response

SEEN: dict[str, Any] = json.loads(os.environ["SEEN"])
"""``url`` and ``headers`` of somebody who has a ``project``, ``jobs``, ``images``, ``datasets`` of these jobs
with a version that is ready, ``exports`` and the ``file`` of one to look at, ``spare_images`` to remove."""
LOOKED_AT = {name: cycle(SEEN[name]) for name in ("jobs", "images", "datasets", "exports")}
OTHER_TIMES = cycle([True, False])
REUSED = {"PATCH", "GET", "HEAD"}
BESIDE = ("/split",)
"""What leaves the thing itself as it is."""
TAKEN: Counter[str] = Counter()
NUMBERS = count(1)

EXPORT = {"dataset_id": SEEN["datasets"][0]}
DATASETS: dict[str, dict[str, Any]] = {
    "POST /api/v1/datasets": {
        "project_id": SEEN["project"],
        "selection": {"jobs": SEEN["jobs"]},
        "steps": [],
        "datasets": [],
    },
    "POST /api/v1/datasets/{dataset_id}/split": {"ratios": {"one": 0.5, "other": 0.5}, "labels": None},
    "POST /api/v1/exports": {
        **EXPORT,
        "format": "csv",
        "version": None,
        "splits": {},
        "shard_size": None,
        "conversion": None,
    },
}
LOOKS: dict[str, dict[str, Any]] = {
    "POST /api/v1/validation/analyze": {"image_id": SEEN["images"][0]},
    "POST /api/v1/validation/batch": {"image_ids": SEEN["images"][:1], "filter": None},
    "POST /api/v1/images/batch": {"image_ids": SEEN["images"][:1], "delete": False, "review": "accept"},
}
"""Bodies about images that are there; nobody removes or rejects those that are looked at."""
DATASETS |= LOOKS
"""What of their bodies makes them work, in good requests every other time."""

NO_SCHEMA_SAYS = {
    "PAGE_TOO_FAR": "page × size: no schema multiplies two parameters",
    "INVALID_JOB": "what fields mean for each other: min_size and max_size, url_list and sources, targets",
    "INVALID_URL_LIST": "whether each line of a text is a URL",
    "UNKNOWN_SOURCE": "which sources this installation has; plug-ins bring their own",
    "INVALID_SELECTION": "what steps mean: sizes and times in order, ratios that add up to 1",
    "INVALID_SPLIT": "ratios that add up to 1",
    "INVALID_CONVERSION": "that something is to be changed",
    "INVALID_SHARD_SIZE": "which formats have shards",
    "UNKNOWN_FORMAT": "which formats this installation writes",
    "UNUSABLE_API_KEY": "a time to come, said once; how many requests keys may make here",
    "INVALID_POLICY": "which targets a policy of this kind can be narrowed down for",
    "INVALID_VALIDATION": "that image_ids and filter are alternatives",
    "TOO_MANY_IMAGES": "how many images a filter finds",
    "INVALID_IMAGES_CHANGE": "that delete stands alone, and something is said",
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
    for kind, seen in LOOKED_AT.items():
        name = f"{kind[:-1]}_id"
        if name in case.path_parameters:
            old = case.path_parameters[name]
            again = case.method.upper() in REUSED or operation.endswith(BESIDE)
            case.path_parameters[name] = next(seen) if again else spare(kind, operation, old)
    if "number" in case.path_parameters:
        case.path_parameters["number"] = 1
    if operation.endswith("/diff") and next(OTHER_TIMES):
        case.query = {**case.query, "from": 1, "to": 1}
    if isinstance(case.body, dict):
        case.body = {**case.body, **known(operation, case.body)}


def known(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """What of a body has to be there."""
    if operation == "POST /api/v1/projects/batch-delete":
        return {"ids": [spare("projects", operation, one) for one in body["ids"]]}
    if operation == "POST /api/v1/jobs":
        return {"project_id": project()} | ({"sources": ["openverse"]} if body.get("sources") else {})
    if operation == "POST /api/v1/storage/presigned-url":
        return {"key": SEEN["file"]}
    return dict(DATASETS.get(operation, {})) if next(OTHER_TIMES) else {}


def spare(kind: str, operation: str, otherwise: str) -> str:
    """Something that nobody acted on yet, for the first three times; never what is there to be looked at,
    whose address Schemathesis learns from answers."""
    TAKEN[operation] += 1
    other = str(uuid4()) if otherwise in SEEN.get(kind, ()) else otherwise
    if TAKEN[operation] > 3:
        return other
    try:
        return new(kind) or other
    except requests.HTTPError:  # its project was archived, or its dataset deleted, by a request before
        return other


def new(kind: str) -> str | None:
    match kind:
        case "jobs":
            return made(kind, {"project_id": project(), "keywords": ["fox"], "max_images": 3})
        case "projects":
            return project()
        case "datasets":
            return made(kind, {"name": "Spare", **DATASETS["POST /api/v1/datasets"]})
        case "exports":
            return made(kind, {**EXPORT, "format": "csv"})
        case _:
            return SEEN["spare_images"].pop() if SEEN["spare_images"] else None


def project() -> str:
    return made("projects", {"name": f"A project for Schemathesis, {next(NUMBERS)}"})


def made(kind: str, body: dict[str, Any]) -> str:
    answer = requests.post(f"{SEEN['url']}/{kind}", json=body, headers=SEEN["headers"], timeout=20)
    answer.raise_for_status()
    body = answer.json()
    return str(body.get("export", body)["id"])
