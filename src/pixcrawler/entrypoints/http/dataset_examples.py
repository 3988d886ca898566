"""The datasets, versions and exports that the OpenAPI document shows."""

from datetime import UTC, datetime
from uuid import UUID

from litestar.openapi.spec import Example
from litestar.params import BodyKwarg

from pixcrawler.application.datasets.split_dataset import Parts
from pixcrawler.application.ports.dataset_reads import (
    Comparison,
    DatasetDetail,
    DatasetStatus,
    ExportAsked,
    ExportDetail,
    ImageTold,
    VersionAsked,
    VersionDetail,
    VersionImage,
    VersionLine,
    Written,
)
from pixcrawler.domain.datasets.archive import Archive
from pixcrawler.domain.datasets.difference import Change, Changed, ClassDifference, Difference
from pixcrawler.domain.datasets.selection import Balance, Keep, Selection, Share
from pixcrawler.domain.datasets.splits import SplitPlan
from pixcrawler.domain.datasets.statistics import Bin, Spread, Statistics
from pixcrawler.domain.datasets.version import BuildStatus
from pixcrawler.domain.shared.ids import (
    CrawlJobId,
    DatasetId,
    DatasetVersionId,
    ExportId,
    ProjectId,
    TaskId,
    UserId,
)
from pixcrawler.domain.shared.tier import Tier
from pixcrawler.entrypoints.http.downloads import Coming

ID = DatasetId(UUID("01a1fe13-0000-7985-bba8-5ff3a8de3680"))
OTHER = DatasetId(UUID("01a1fe13-0001-7985-bba8-5ff3a8de3680"))
PROJECT = ProjectId(UUID("01a1fe10-2222-7985-bba8-5ff3a8de3680"))
JOB = CrawlJobId(UUID("01a1fe11-0000-7985-bba8-5ff3a8de3680"))
OWNER = UserId(UUID("01a1fe10-0000-7985-bba8-5ff3a8de3680"))
VERSION = DatasetVersionId(UUID("01a1fe14-0000-7985-bba8-5ff3a8de3680"))
EXPORT = ExportId(UUID("01a1fe15-0000-7985-bba8-5ff3a8de3680"))
AT = datetime(2026, 11, 21, 8, 40, tzinfo=UTC)
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

SELECTION = Selection(jobs=(JOB,), steps=(Keep(licenses=("commercial",)), Balance(cap=100)))
FOXES = DatasetDetail(ID, OWNER, PROJECT, "Foxes", "For the trail cameras.", SELECTION, (JOB,), 2, 3, AT)
READY = VersionLine(
    VERSION,
    ID,
    2,
    BuildStatus.READY,
    None,
    None,
    DIGEST,
    200,
    48_213_071,
    "Since version 1: 12 added, 1 removed, 2 relabelled, 185 unchanged.",
    AT,
)
PENDING = VersionLine(
    DatasetVersionId(UUID("01a1fe14-0001-7985-bba8-5ff3a8de3680")),
    ID,
    3,
    BuildStatus.PENDING,
    None,
    None,
    None,
    0,
    0,
    "",
    AT,
)
CANCELLED = VersionLine(
    PENDING.id, ID, 3, BuildStatus.FAILED, "BUILD_CANCELLED", "It was cancelled.", None, 0, 0, "", AT
)
STATUS = DatasetStatus(dataset_id=ID, newest=PENDING, ready=READY)
CHANGES = Difference(
    since=1,
    added=12,
    removed=1,
    relabelled=2,
    unchanged=185,
    classes={
        "arctic fox": ClassDifference(added=12, came=2),
        "red fox": ClassDifference(removed=1, went=2),
    },
)
WHOLE = VersionDetail(
    READY.id,
    ID,
    2,
    READY.status,
    None,
    None,
    DIGEST,
    200,
    READY.bytes,
    READY.changelog,
    AT,
    SELECTION,
    CHANGES,
)
STATS = Statistics(
    images=200,
    bytes=READY.bytes,
    classes={"arctic fox": 100, "red fox": 100},
    splits={},
    width=Spread(640, 1_024, 4_000),
    height=Spread(480, 768, 3_000),
    file_size=Spread(20_113, 201_334, 2_411_090),
    shorter_side=(Bin("256–511", 40), Bin("512–1023", 120), Bin("1024–2047", 40)),
    aspect=(
        Bin("tall", 0),
        Bin("portrait", 20),
        Bin("square", 30),
        Bin("landscape", 150),
        Bin("wide", 0),
    ),
    formats={"jpg": 190, "png": 10},
    licenses={"CC-BY-4.0": 150, "CC0-1.0": 50},
    sources={"openverse": 120, "wikimedia": 80},
    label_sources={"query": 200},
    rejected={"duplicate_near": 31, "http_404": 4},
    quality={},
    issues={},
    warnings=(),
)
IMAGE = VersionImage(
    id=DIGEST[:16],
    sha256=DIGEST,
    label="red fox",
    told=ImageTold(
        labels=("red fox",),
        label_source="query",
        label_confidence=None,
        width=1_024,
        height=768,
        format="jpg",
        bytes=201_334,
        source="openverse",
        source_id="77",
        image_url="https://pictures.example/fox.jpg",
        page_url="https://pictures.example/fox",
        title="A fox",
        query="red fox",
        license="CC-BY-4.0",
        license_url="https://creativecommons.org/licenses/by/4.0/",
        license_raw="by 4.0",
        author="Ada",
        author_url=None,
        attribution='"A fox" by Ada is licensed under CC BY 4.0.',
        retrieved_at="2026-11-21T08:31:07Z",
        phash="8f373714acfcf4d0",
        dhash="3a6a6ad4d4b4b44c",
        dedup_group=None,
        tags=("fox",),
        quality=None,
    ),
)
COMPARISON = Comparison(
    since=1,
    to=2,
    summary=CHANGES,
    items=[Changed(change=Change.RELABELLED, sha256=DIGEST, before="red fox", after="arctic fox")],
    changed=15,
    page=1,
    size=20,
    pages=1,
)
PARTS = Parts(
    tuple(
        DatasetDetail(
            key,
            OWNER,
            PROJECT,
            name,
            "A part of “Foxes”.",
            SELECTION.then(Share(name=name, ratios={"training foxes": 0.8, "held back": 0.2})),
            (JOB,),
            0,
            1,
            AT,
        )
        for key, name in ((ID, "training foxes"), (OTHER, "held back"))
    )
)
WRITTEN = ExportDetail(
    EXPORT,
    VERSION,
    OWNER,
    ID,
    2,
    "imagefolder",
    Written(SplitPlan({"train": 0.8, "val": 0.1, "test": 0.1}), Archive.ZIP, None, None),
    BuildStatus.READY,
    None,
    None,
    200,
    48_302_117,
    {
        "train": {"arctic fox": 80, "red fox": 80},
        "val": {"arctic fox": 10, "red fox": 10},
        "test": {"arctic fox": 10, "red fox": 10},
    },
    DIGEST,
    Tier.HOT,
    AT,
    None,
)
REQUESTED = ExportDetail(
    EXPORT,
    VERSION,
    OWNER,
    ID,
    2,
    "imagefolder",
    WRITTEN.plan,
    BuildStatus.PENDING,
    None,
    None,
    0,
    0,
    {},
    None,
    Tier.HOT,
    AT,
    None,
)

TASK = TaskId(UUID("01a1fe11-1111-7985-bba8-5ff3a8de3680"))
BUILDING = VersionAsked(version=PENDING, task_ids=(TASK,))
ASKED = ExportAsked(export=REQUESTED, task_ids=(TASK,))
COMING = Coming(EXPORT, (TASK,))

WANTED = BodyKwarg(
    examples=[
        Example(
            value={
                "project_id": str(PROJECT),
                "name": FOXES.name,
                "selection": {"jobs": [str(JOB)], "steps": [{"do": "keep", "licenses": ["commercial"]}]},
                "steps": [{"do": "balance", "cap": 100}],
            }
        ),
        Example(
            value={
                "project_id": str(PROJECT),
                "name": "Foxes and wolves",
                "datasets": [str(ID), str(OTHER)],
                "steps": [{"do": "unique", "level": "medium"}],
            }
        ),
    ]
)
CHANGED = BodyKwarg(examples=[Example(value={"name": "Foxes of the north", "version": 3})])
BUILD = BodyKwarg(
    examples=[Example(value={"changelog": "With the pictures of November."}), Example(value={})]
)
DIVIDED = BodyKwarg(
    examples=[
        Example(value={"ratios": {"training foxes": 0.8, "held back": 0.2}, "seed": 7}),
        Example(value={"labels": {"Red foxes": ["red fox"], "Others": ["arctic fox", "fennec"]}}),
    ]
)
EXPORTED = BodyKwarg(
    examples=[
        Example(value={"dataset_id": str(ID), "format": "imagefolder"}),
        Example(
            value={
                "dataset_id": str(ID),
                "version": 2,
                "format": "webdataset",
                "archive": "tar",
                "splits": {"train": 0.9, "val": 0.1, "test": 0},
                "conversion": {"format": "webp", "quality": 80, "max_side": 1024, "strip_metadata": True},
            }
        ),
    ]
)
