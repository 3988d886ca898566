"""Everybody who may come to the API, and every operation with what it needs. See ``test_walls.py``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Who(StrEnum):
    NOBODY = "anonymous"
    REVOKED = "with a revoked key"
    OTHER = "another user"
    READER = "the owner with a key to read"
    WRITER = "the owner with a key to write"
    OWNER = "the owner"
    SUPERUSER = "a superuser"
    PERSON = "the owner, logged in"
    OTHER_PERSON = "another user, logged in"
    ADMIN = "a superuser, logged in"


LOGGED_IN = (Who.PERSON, Who.OTHER_PERSON, Who.ADMIN)
OTHERS = (Who.OTHER, Who.OTHER_PERSON)
SUPERUSERS = (Who.SUPERUSER, Who.ADMIN)


@dataclass(frozen=True)
class Row:
    """``needs`` is a scope, None for public. ``good`` is the status for who may. ``thing`` names what the
    operation is about and others must not find. ``superusers``: nobody else may. ``people``: no API key
    may. ``own``: only who owns it, also of superusers."""

    needs: str | None
    good: int
    thing: str | None = None
    body: dict[str, Any] | None = None
    superusers: bool = False
    query: str = ""
    shared: bool = False
    people: bool = False
    own: bool = False

    @property
    def fresh(self) -> bool:
        """Whether it takes a thing that nothing happened to yet."""
        return self.needs == WRITE and self.thing is not None and not self.shared

    @property
    def status(self) -> str:
        """Of the job, when nothing happens to it."""
        if not self.fresh or self.thing in BESIDE_JOBS:
            return "completed"
        return "cancelled" if self.thing == "stopped" else "pending"


READ, WRITE = "read", "write"
BESIDE_JOBS = ("image", "dataset", "export", "key", "schedule", "notification")
POLICY = {"name": "{new}", "after_days": 1}
BODIES = {"archival": POLICY, "cleanup": {**POLICY, "target": "failed_exports"}}


def policy_rows(kind: str) -> dict[str, Row]:
    path = f"/api/v1/policies/{kind}"
    return {
        f"GET {path}": Row(READ, 200, superusers=True, people=True),
        f"POST {path}": Row(WRITE, 201, body=BODIES[kind], superusers=True, people=True),
        f"GET {path}/{{policy_id}}": Row(READ, 200, superusers=True, people=True),
        f"PATCH {path}/{{policy_id}}": Row(WRITE, 200, body={"after_days": 2}, superusers=True, people=True),
        f"DELETE {path}/{{policy_id}}": Row(WRITE, 204, superusers=True, people=True),
        f"POST {path}/{{policy_id}}/execute": Row(
            WRITE, 202 if kind == "cleanup" else 409, superusers=True, people=True
        ),
    }


NEWCOMER = {"email": "{new}@example.org", "password": "correct horse"}
ACCOUNTS = {
    "POST /api/v1/auth/signup": Row(None, 201, body=NEWCOMER),
    "POST /api/v1/auth/login": Row(None, 401, body=NEWCOMER),
    "POST /api/v1/auth/refresh": Row(None, 401, body={"refresh_token": "{new}"}),
    "POST /api/v1/auth/password-reset": Row(None, 409, body={"email": "{new}@example.org"}),
    "POST /api/v1/auth/logout": Row(WRITE, 204, people=True),
    "POST /api/v1/auth/verify-token": Row(READ, 200, people=True),
    "POST /api/v1/auth/password": Row(
        WRITE, 403, body={"current_password": "wrong", "new_password": "a longer one"}, people=True
    ),
    "GET /api/v1/auth/me": Row(READ, 200, people=True),
    "GET /api/v1/auth/profile": Row(READ, 200, people=True),
    "PATCH /api/v1/auth/profile": Row(WRITE, 200, body={"name": "{new}"}, people=True),
    "GET /api/v1/users/me/export": Row(READ, 200, people=True),
    "DELETE /api/v1/users/me": Row(WRITE, 422, body={"confirm": "not me"}, people=True),
    "GET /api/v1/users": Row(READ, 200, superusers=True, people=True),
    "POST /api/v1/users": Row(WRITE, 201, body=NEWCOMER, superusers=True, people=True),
    "GET /api/v1/users/{user_id}": Row(READ, 200, superusers=True, people=True),
    "PATCH /api/v1/users/{user_id}": Row(WRITE, 200, body={"plan": "pro"}, superusers=True, people=True),
    "DELETE /api/v1/users/{user_id}": Row(WRITE, 204, superusers=True, people=True),
}
REPEATED = {"job_id": "{job}", "cadence": {"every": 1, "unit": "days"}}
SCHEDULES = {
    "GET /api/v1/schedules": Row(READ, 200),
    "POST /api/v1/schedules": Row(WRITE, 201, "job", body=REPEATED, shared=True),
    "GET /api/v1/schedules/{schedule_id}": Row(READ, 200, "schedule"),
    "PATCH /api/v1/schedules/{schedule_id}": Row(WRITE, 200, "schedule", body={"enabled": False}),
    "DELETE /api/v1/schedules/{schedule_id}": Row(WRITE, 204, "schedule"),
}
NIGHT = {"start": "{clock}", "end": "23:59"}
NOTIFICATIONS = {
    "GET /api/v1/notifications": Row(READ, 200),
    "PATCH /api/v1/notifications/{notification_id}/read": Row(WRITE, 200, "notification"),
    "PATCH /api/v1/notifications/read-all": Row(WRITE, 200),
    "DELETE /api/v1/notifications/{notification_id}": Row(WRITE, 204, "notification"),
    "GET /api/v1/notifications/preferences": Row(READ, 200),
    "PATCH /api/v1/notifications/preferences": Row(WRITE, 200, body={"quiet_hours": NIGHT}),
}
ROWS = {
    "GET /health": Row(None, 200),
    "GET /api/v1/health": Row(None, 200),
    "GET /health/detailed": Row(None, 503),  # no worker runs here
    "GET /api/v1/health/detailed": Row(None, 503),
    "GET /metrics": Row(None, 200),  # from this machine, in development
    "GET /api/v1/files/{filename}": Row(None, 403),  # only a signature opens it: see test_files.py
    "HEAD /api/v1/files/{filename}": Row(None, 403),
    "GET /api/v1/projects": Row(READ, 200),
    "POST /api/v1/projects": Row(WRITE, 201, body={"name": "{new}"}),
    "GET /api/v1/projects/{project_id}": Row(READ, 200, "project"),
    "PATCH /api/v1/projects/{project_id}": Row(WRITE, 200, "project", body={"description": "Mine"}),
    "DELETE /api/v1/projects/{project_id}": Row(WRITE, 204, "project"),
    "POST /api/v1/projects/batch-delete": Row(WRITE, 200, "project", body={"ids": ["{project}"]}),
    **SCHEDULES,
    **NOTIFICATIONS,
    "GET /api/v1/dashboard/stats": Row(READ, 200),
    "GET /api/v1/jobs": Row(READ, 200),
    "POST /api/v1/jobs": Row(
        WRITE, 201, "project", body={"project_id": "{project}", "keywords": ["fox"], "name": "{new}"}
    ),
    "GET /api/v1/jobs/{job_id}": Row(READ, 200, "job"),
    "PATCH /api/v1/jobs/{job_id}": Row(WRITE, 200, "job", body={"name": "Mine"}),
    "DELETE /api/v1/jobs/{job_id}": Row(WRITE, 204, "job"),
    "POST /api/v1/jobs/{job_id}/start": Row(WRITE, 202, "job"),
    "POST /api/v1/jobs/{job_id}/stop": Row(WRITE, 202, "job"),
    "POST /api/v1/jobs/{job_id}/cancel": Row(WRITE, 202, "job"),
    "POST /api/v1/jobs/{job_id}/retry": Row(WRITE, 202, "stopped"),
    "GET /api/v1/jobs/{job_id}/progress": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/tasks": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/logs": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/events": Row(READ, 200, "job"),
    "GET /api/v1/jobs/{job_id}/images": Row(READ, 200, "job"),
    "GET /api/v1/images/{image_id}": Row(READ, 200, "image"),
    "PATCH /api/v1/images/{image_id}": Row(WRITE, 200, "image", {"labels": ["red fox"]}),
    "DELETE /api/v1/images/{image_id}": Row(WRITE, 204, "image"),
    "POST /api/v1/images/batch": Row(WRITE, 200, body={"image_ids": ["{image}"], "labels": ["red fox"]}),
    "POST /api/v1/validation/analyze": Row(WRITE, 202, "image", {"image_id": "{image}"}, shared=True),
    "POST /api/v1/validation/batch": Row(WRITE, 202, "image", {"image_ids": ["{image}"]}, shared=True),
    "POST /api/v1/validation/jobs/{job_id}": Row(WRITE, 202, "job", {}, shared=True),
    "GET /api/v1/validation/{validation_id}": Row(READ, 200, "validation"),
    "GET /api/v1/validation/results/{image_id}": Row(READ, 200, "image"),
    "GET /api/v1/validation/stats/{dataset_id}": Row(READ, 200, "dataset"),
    "GET /api/v1/validation/level": Row(READ, 200),
    "PUT /api/v1/validation/level": Row(WRITE, 200, body={"level": "{level}"}),
    "GET /api/v1/images/{image_id}/download": Row(READ, 200, "image"),
    "HEAD /api/v1/images/{image_id}/download": Row(READ, 200, "image"),
    "GET /api/v1/images/{image_id}/thumbnail": Row(READ, 200, "image"),
    "GET /api/v1/datasets": Row(READ, 200),
    "POST /api/v1/datasets": Row(
        WRITE,
        201,
        "project",
        body={"project_id": "{project}", "name": "{new}", "selection": {"jobs": ["{job}"]}},
    ),
    "GET /api/v1/datasets/{dataset_id}": Row(READ, 200, "dataset"),
    "PATCH /api/v1/datasets/{dataset_id}": Row(WRITE, 200, "dataset", body={"name": "Mine"}),
    "DELETE /api/v1/datasets/{dataset_id}": Row(WRITE, 204, "dataset"),
    "POST /api/v1/datasets/{dataset_id}/build": Row(WRITE, 202, "dataset", body={}),
    "POST /api/v1/datasets/{dataset_id}/split": Row(
        WRITE, 200, "dataset", body={"ratios": {"a": 0.5, "b": 0.5}}
    ),
    "GET /api/v1/datasets/{dataset_id}/status": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/versions": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/versions/{number}": Row(READ, 200, "dataset"),
    "POST /api/v1/datasets/{dataset_id}/versions/{number}/cancel": Row(WRITE, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/stats": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/images": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/manifest": Row(READ, 200, "dataset"),
    "GET /api/v1/datasets/{dataset_id}/diff": Row(READ, 200, "dataset", query="?from=1&to=1"),
    "GET /api/v1/datasets/{dataset_id}/download": Row(READ, 200, "dataset"),
    "HEAD /api/v1/datasets/{dataset_id}/download": Row(READ, 200, "dataset"),
    "GET /api/v1/exports": Row(READ, 200),
    "POST /api/v1/exports": Row(
        WRITE, 202, "dataset", body={"dataset_id": "{dataset}", "format": "csv"}, shared=True
    ),
    "GET /api/v1/exports/formats": Row(READ, 200),
    "GET /api/v1/exports/{export_id}": Row(READ, 200, "export"),
    "DELETE /api/v1/exports/{export_id}": Row(WRITE, 204, "export"),
    "GET /api/v1/exports/{export_id}/download": Row(READ, 200, "export"),
    "HEAD /api/v1/exports/{export_id}/download": Row(READ, 200, "export"),
    "GET /api/v1/sources": Row(READ, 200),
    "GET /api/v1/sources/{source_id}": Row(READ, 200),
    "POST /api/v1/keywords/expand": Row(WRITE, 200, body={"keywords": ["fox"]}),
    "POST /api/v1/sources/preview": Row(READ, 200, body={"source": "openverse", "keyword": "fox"}),
    "GET /api/v1/storage/usage": Row(READ, 200),
    "GET /api/v1/storage/files": Row(READ, 200),
    "POST /api/v1/storage/presigned-url": Row(READ, 200, "file", body={"key": "{file}"}),
    "POST /api/v1/storage/cleanup": Row(WRITE, 200, body={}),
    "GET /api/v1/activity": Row(READ, 200),
    "GET /api/v1/api-keys": Row(READ, 200, people=True),
    "POST /api/v1/api-keys": Row(WRITE, 201, body={"name": "{new}", "scopes": ["read"]}, people=True),
    "GET /api/v1/api-keys/{key_id}": Row(READ, 200, "key", people=True),
    "DELETE /api/v1/api-keys/{key_id}": Row(WRITE, 204, "key", people=True),
    "POST /api/v1/api-keys/{key_id}/rotate": Row(WRITE, 201, "key", body={}, people=True, own=True),
    "GET /api/v1/api-keys/{key_id}/usage": Row(READ, 200, "key", people=True),
    "GET /api/v1/policies/executions": Row(READ, 200, superusers=True, people=True),
    "GET /api/v1/policies/executions/{execution_id}": Row(READ, 200, superusers=True, people=True),
    "GET /api/v1/policies/executions/{execution_id}/items": Row(READ, 200, superusers=True, people=True),
    **ACCOUNTS,
    **policy_rows("archival"),
    **policy_rows("cleanup"),
}
