"""What Schemathesis cannot learn from the OpenAPI document. Read by ``test_schemathesis.py``.

It runs in a process of its own, so what is there to be found comes through the environment.
"""

import json
import os
from collections import Counter
from collections.abc import Callable
from itertools import count, cycle
from typing import Any
from uuid import uuid4

import requests
import schemathesis
from schemathesis import Case, HookContext, Response

SEEN: dict[str, Any] = json.loads(os.environ["SEEN"])
"""Somebody's ``url`` and ``headers``, their ``project`` and the ``file`` of an export; ``things`` to look at,
by the names that paths have for their ids; ``spares`` of what nobody can make; the headers of ``sue``,
who is a superuser."""
THINGS: dict[str, list[str]] = SEEN["things"]
LOOKED_AT = {name: cycle(ids) for name, ids in THINGS.items()}
OTHER_TIMES = cycle([True, False])
REUSED = {"PATCH", "GET", "HEAD"}
BESIDE = ("/split", "/execute")
"""What leaves the thing itself as it is."""
TAKEN: Counter[str] = Counter()
NUMBERS = count(1)

EXPORT = {"dataset_id": THINGS["dataset_id"][0]}
DATASETS: dict[str, dict[str, Any]] = {
    "POST /api/v1/datasets": {
        "project_id": SEEN["project"],
        "selection": {"jobs": THINGS["job_id"]},
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
    "POST /api/v1/validation/analyze": {"image_id": THINGS["image_id"][0]},
    "POST /api/v1/validation/batch": {"image_ids": THINGS["image_id"][:1], "filter": None},
    "POST /api/v1/images/batch": {"image_ids": THINGS["image_id"][:1], "delete": False, "review": "accept"},
}
"""Bodies about images that are there; nobody removes or rejects those that are looked at."""
DATASETS |= LOOKS
"""What of their bodies makes them work, in good requests every other time."""

POLICY = {"after_days": 1, "enabled": False}
SCHEDULE: dict[str, Any] = {"cadence": {"every": 1, "unit": "days"}, "job": None, "enabled": False}
DATASETS["POST /api/v1/schedules"] = {"job": None, "job_id": THINGS["job_id"][0]}

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
    "INVALID_SCHEDULE": "which time zones there are, and times in order",
    "INVALID_PREFERENCES": "which time zones there are",
    "INVALID_PROJECT": "what a project's defaults mean for each other",
    "INVALID_PROFILE": "which characters are printable, and what is an address of the web",
    "NOT_CONFIRMED": "whose e-mail address is repeated",
    "WEAK_PASSWORD": "passwords that are easily guessed",
    "INVALID_EMAIL": "which of the texts with an @ are addresses",
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
    for name, old in case.path_parameters.items():
        kind = name_of(name, operation)
        if kind in LOOKED_AT:
            again = case.method.upper() in REUSED or operation.endswith(BESIDE)
            case.path_parameters[name] = next(LOOKED_AT[kind]) if again else spare(kind, operation, old)
    if "number" in case.path_parameters:
        case.path_parameters["number"] = 1
    if operation.endswith("/diff") and next(OTHER_TIMES):
        case.query = {**case.query, "from": 1, "to": 1}
    if isinstance(case.body, dict):
        case.body = {**case.body, **known(operation, case.body)}


def name_of(parameter: str, operation: str) -> str:
    """Policies of both kinds go by ``policy_id``."""
    return f"archival_{parameter}" if "/archival/" in operation else parameter


def known(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """What of a body has to be there."""
    if operation == "POST /api/v1/projects/batch-delete":
        return {"ids": [spare("project_id", operation, one) for one in body["ids"]]}
    if operation == "POST /api/v1/jobs":
        return {"project_id": project()} | ({"sources": ["openverse"]} if body.get("sources") else {})
    if operation == "POST /api/v1/storage/presigned-url":
        return {"key": SEEN["file"]}
    return dict(DATASETS.get(operation, {})) if next(OTHER_TIMES) else {}


def spare(kind: str, operation: str, otherwise: str) -> str:
    """Something that nobody acted on yet, for the first three times; never what is there to be looked at,
    whose address Schemathesis learns from answers."""
    TAKEN[operation] += 1
    other = str(uuid4()) if otherwise in THINGS.get(kind, ()) else otherwise
    if TAKEN[operation] > 3:
        return other
    try:
        return new(kind) or other
    except requests.HTTPError:  # its project was archived, or its dataset deleted, by a request before
        return other


def new(kind: str) -> str | None:
    """None when there is none left of what cannot be made."""
    if kind == "project_id":
        return project()
    if kind in SEEN["spares"]:
        return SEEN["spares"][kind].pop() if SEEN["spares"][kind] else None
    path, body, by = MAKING[kind]
    return made(path, body(), SEEN[by])


MAKING: dict[str, tuple[str, Callable[[], dict[str, Any]], str]] = {
    "job_id": ("jobs", lambda: {"project_id": project(), "keywords": ["fox"], "max_images": 3}, "headers"),
    "dataset_id": ("datasets", lambda: {"name": "Spare", **DATASETS["POST /api/v1/datasets"]}, "headers"),
    "export_id": ("exports", lambda: {**EXPORT, "format": "csv"}, "headers"),
    "key_id": ("api-keys", lambda: {"name": "Spare", "scopes": ["read"]}, "headers"),
    "schedule_id": ("schedules", lambda: {**SCHEDULE, "job_id": THINGS["job_id"][0]}, "headers"),
    "archival_policy_id": ("policies/archival", lambda: POLICY | {"name": fresh()}, "sue"),
    "policy_id": (
        "policies/cleanup",
        lambda: POLICY | {"name": fresh(), "target": "failed_exports"},
        "sue",
    ),
    "user_id": (
        "users",
        lambda: {"email": f"{uuid4().hex}@example.org", "password": "correct horse"},
        "sue",
    ),
}
"""By the name of a thing's id: where it is posted to, what, and whose headers who does so has."""


def fresh() -> str:
    return f"Number {next(NUMBERS)}, for Schemathesis"


def project() -> str:
    return made("projects", {"name": fresh()}, SEEN["headers"])


def made(kind: str, body: dict[str, Any], headers: dict[str, str]) -> str:
    answer = requests.post(f"{SEEN['url']}/{kind}", json=body, headers=headers, timeout=20)
    answer.raise_for_status()
    told = answer.json()
    return str(told.get("export", told)["id"])
