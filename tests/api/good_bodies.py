"""One good body, or several, of each operation that takes one: as full as can be. See ``test_limits.py``."""

from typing import Any

from pixcrawler.domain.activity.notification import NoticeKind

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
BODIES: dict[str, list[dict[str, Any]]] = {
    "POST /api/v1/jobs": [
        {
            "project_id": PROJECT,
            "name": "Foxes",
            "keywords": ["fox"],
            "categories": {"wolf": {"keywords": ["wolf"], "max_images": 1, "minimum": 1, "label": "canine"}},
            "queries": {"fox": ["vixen"]},
            **DEFAULTS,
            "minimum": 1,
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
