"""A value for every column that no default and no neighbouring column would give."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pixcrawler.domain.activity.notification import NoticeKind
from pixcrawler.domain.crawling.cadence import Cadence, Unit
from pixcrawler.domain.crawling.chunk import ChunkStatus
from pixcrawler.domain.crawling.filters import Color, ImageType, SafeSearch, SearchFilters
from pixcrawler.domain.crawling.job import JobStatus
from pixcrawler.domain.crawling.query import QueryStatus
from pixcrawler.domain.crawling.spec import DedupLevel, DedupScope, JobSpec, Keyword, SizeRules
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.conversion import Conversion, PictureFormat
from pixcrawler.domain.datasets.difference import ClassDifference, Difference
from pixcrawler.domain.datasets.selection import Balance, Keep, Limit, Relabel, Selection, Share, Unique
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.statistics import Columns
from pixcrawler.domain.datasets.version import BuildStatus, ExportPlan
from pixcrawler.domain.identity.key_text import KeyKind
from pixcrawler.domain.imaging.validation import RunMode, RunStatus
from pixcrawler.domain.projects.project import ProjectStatus
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import CrawlJobId
from pixcrawler.domain.shared.plans import Plan
from pixcrawler.domain.shared.tier import Move, Tier
from pixcrawler.domain.shared.validation import Thresholds, Validation, ValidationMode
from pixcrawler.domain.storage.execution import ExecutionStatus, PolicyKind
from pixcrawler.domain.storage.policy import Age, Target

ODD = "x'; DROP TABLE chunks; -- “猫” 🐈\u200d⬛ %s {} \\ "
LONG_AGO = datetime(1999, 12, 31, 23, 59, 59, 123_456, tzinfo=UTC)
BIG = 2_000_000_000
SELECTION = Selection(
    jobs=(CrawlJobId(UUID(int=1)), CrawlJobId(UUID(int=2**128 - 1))),
    parts=(Selection(jobs=(CrawlJobId(UUID(int=2)),), steps=(Relabel(labels={ODD: "", "": ODD}),)),),
    steps=(
        Keep(
            labels=("",),
            min_size=(1, 2),
            max_size=(3, 4),
            licenses=("known",),
            max_issues=0,
            max_scores={"blur": 0.1},
            validation=Validation.STRICT,
            reviewed=False,
            retrieved_after=LONG_AGO,
        ),
        Unique(level="medium"),
        Balance(seed=-(2**40)),
        Limit(images=BIG),
        Share(name=ODD, ratios={ODD: 0.1, "x": 0.9}),
    ),
)

_POLICY: dict[str, Any] = {
    "name": ODD,
    "enabled": True,
    "every_hours": BIG,
    "after_days": BIG - 1,
    "format": ODD,
    "next_at": LONG_AGO + timedelta(days=40_000),
    "version": BIG,
    "created_at": LONG_AGO,
    "updated_at": LONG_AGO + timedelta(microseconds=7),
}
UNUSUAL: dict[str, dict[str, Any]] = {
    "profiles": {
        "name": ODD,
        "email": ODD,
        "avatar_url": ODD,
        "onboarded": True,
        "role": Role.SUPERUSER,
        "plan": Plan.PRO,
    },
    "api_keys": {
        "name": ODD,
        "kind": KeyKind.LIVE,
        "digest": bytes(range(32)),
        "last4": "%s'🐈",
        "scopes": ("*", "read", ODD),
        "created_at": LONG_AGO,
        "expires_at": LONG_AGO + timedelta(microseconds=1),
        "revoked_at": LONG_AGO + timedelta(days=1),
        "hourly_limit": BIG,
        "last_used_at": LONG_AGO + timedelta(days=2),
        "last_address": ODD,
        "replaced_by": UUID(int=7),
    },
    "projects": {
        "name": ODD,
        "description": ODD * 2,
        "defaults": {"license": ["known"], ODD: [None, 0.5, {"": ODD}]},
        "status": ProjectStatus.ARCHIVED,
        "version": BIG,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO + timedelta(microseconds=7),
    },
    "crawl_jobs": {
        "name": ODD,
        "lane": "local:" + ODD,
        "max_images": BIG,
        "spec": JobSpec(
            keywords=(Keyword(ODD, "label"), Keyword("", "")),
            sources=("url_list", "folder"),
            inputs={"url_list": "a/b", "folder": ODD},
            filters=SearchFilters(
                safe_search=SafeSearch.STRICT,
                license=("commercial", "known"),
                file_types=("png",),
                min_size=(1, 2),
                language="zh",
                exclude=(ODD,),
                image_type=ImageType.LINE_ART,
                color=Color.TEAL,
            ),
            rules=SizeRules(min_size=(3, 4), max_size=(5, 6), file_types=("jpg", "gif")),
            dedup=DedupLevel.HIGH,
            dedup_scope=DedupScope.OWNER,
            validation=Validation.STRICT,
            validation_mode=ValidationMode.REPORT,
            thresholds=Thresholds(blur=0.125, placeholder=1.0),
            seed=-(2**40),
            targets={"label": BIG},
        ),
        "status": JobStatus.FAILED,
        "run": BIG,
        "version": BIG,
        "found": BIG,
        "good": BIG - 1,
        "accepted": BIG - 2,
        "reasons": {"http_404": 3, "timeout": BIG},
        "lost": [-3, 0, BIG],
        "settling": True,
        "failure_code": "STORAGE_FULL",
        "failure": ODD,
        "created_at": LONG_AGO,
        "started_at": LONG_AGO + timedelta(microseconds=1),
        "ended_at": LONG_AGO + timedelta(days=40_000),
        "run_started_at": LONG_AGO + timedelta(microseconds=3),
        "run_good": BIG - 3,
    },
    "schedules": {
        "name": ODD,
        "max_images": BIG,
        "spec": JobSpec(keywords=(Keyword(ODD, "label"),), sources=("url_list",), inputs={"url_list": ODD}),
        "cadence": Cadence(every=366, unit=Unit.DAYS, at="23:59", time_zone="Europe/Berlin"),
        "enabled": True,
        "next_at": LONG_AGO + timedelta(days=40_000),
        "ends_at": LONG_AGO + timedelta(days=40_001),
        "max_runs": BIG,
        "runs": BIG - 1,
        "last_due_at": LONG_AGO + timedelta(microseconds=1),
        "last_job_id": UUID(int=7),
        "failures": BIG - 2,
        "last_failure_code": "SOURCE_DISABLED",
        "last_failure": ODD,
        "version": BIG,
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO + timedelta(microseconds=7),
    },
    "notifications": {
        "kind": NoticeKind.SCHEDULE_DISABLED,
        "subject_id": UUID(int=9),
        "title": ODD,
        "text": ODD * 2,
        "read_at": LONG_AGO + timedelta(microseconds=1),
        "created_at": LONG_AGO,
    },
    "queries": {
        "position": 77,
        "keyword": 66,
        "source": "wikimedia",
        "text": ODD,
        "cursor": "page=" + ODD,
        "pages": 5,
        "barren": 7,
        "found": 44,
        "searching": True,
        "status": QueryStatus.FAILED,
        "error": ODD,
    },
    "chunks": {
        "run": 9,
        "keyword": 8,
        "position": 7,
        "span": 6,
        "size": 5,
        "done": 4,
        "good": 3,
        "status": ChunkStatus.CANCELLED,
    },
    "datasets": {
        "name": ODD,
        "description": ODD,
        "selection": SELECTION,
        "jobs": (CrawlJobId(UUID(int=0)), CrawlJobId(UUID(int=2**128 - 1))),
        "versions": 12,
        "version": BIG,
        "created_at": LONG_AGO,
    },
    "versions": {
        "number": 31,
        "status": BuildStatus.READY,
        "failure_code": "EXPORT_MISMATCH",
        "failure": ODD,
        "digest": "d" * 64,
        "manifest_key": "a/manifest",
        "images": 17,
        "bytes": 2**60,
        "selection": SELECTION,
        "changelog": ODD,
        "changes": Difference(
            since=3, added=1, removed=2, relabelled=3, unchanged=4, classes={ODD: ClassDifference(came=1)}
        ),
        "stats": msgspec.structs.replace(Columns([ODD]).statistics({"timeout": 3}), bytes=2**60),
        "created_at": LONG_AGO,
    },
    "archival_policies": _POLICY | {"age": Age.MADE},
    "cleanup_policies": _POLICY | {"target": Target.UNREFERENCED_OBJECTS, "keep_newest": BIG},
    "executions": {
        "kind": PolicyKind.ARCHIVAL,
        "name": ODD,
        "dry_run": True,
        "by": UUID(int=5),
        "status": ExecutionStatus.FAILED,
        "items": BIG,
        "bytes": 2**60,
        "more": True,
        "failure_code": "STORAGE_FULL",
        "failure": ODD,
        "created_at": LONG_AGO,
        "ended_at": LONG_AGO + timedelta(microseconds=3),
    },
    "exports": {
        "format": "imagefolder",
        "plan": ExportPlan(
            splits=SplitPlan({"train": 0.7, "test": 0.3}, seed=-5),
            folder="/tmp/" + ODD,
            archive=Archive.TAR_ZST,
            conversion=Conversion(
                format=PictureFormat.AVIF, quality=100, max_side=16_383, strip_metadata=True
            ),
            shard_size=BIG,
        ),
        "status": BuildStatus.FAILED,
        "failure_code": "EXPORT_MISMATCH",
        "failure": ODD,
        "images": 17,
        "bytes": 2**60,
        "counts": {"train": {ODD: 4}, "test": {}},
        "key": "a/exports/b/" + ODD,
        "digest": ODD,
        "tier": Tier.WARM,
        "created_at": LONG_AGO,
        "downloaded_at": LONG_AGO + timedelta(microseconds=9),
        "moving": Move.REHYDRATING,
        "move_failure": ODD,
        "warm_bytes": 2**60,
    },
    "validations": {
        "level": Validation.BASIC,
        "mode": RunMode.QUARANTINE,
        "thresholds": Thresholds(
            blur=0.1, dark=0.2, bright=0.3, low_information=0, odd_aspect=1, placeholder=0.5
        ),
        "status": RunStatus.FAILED,
        "cut": True,
        "after": "e" * 64,
        "chunks": 11,
        "chunks_done": 12,
        "images": BIG,
        "valid": 1,
        "invalid": 2,
        "damaged": 3,
        "gone": 4,
        "failed": 5,
        "quarantined": 6,
        "failure_code": ODD,
        "failure": ODD,
        "created_at": LONG_AGO,
        "ended_at": LONG_AGO + timedelta(microseconds=3),
    },
    "validation_chunks": {"images": (UUID(int=9), UUID(int=3), UUID(int=2**128 - 1)), "done": 2},
}
