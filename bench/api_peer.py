"""The same routes on FastAPI, Pydantic, SQLAlchemy's ORM and uvicorn: what ours is measured against.

Runs in an environment of its own (api_peer.txt). Written for speed where its users would: one validation of
the answer, from attributes; JSON by Pydantic's core; only the columns that are shown; a key is believed for
three seconds, as ours is; what is one look needs no BEGIN and no ROLLBACK. What only ours has is left out:
request ids, security headers, time limits, idempotency, the job's log. The statement of the image page is
ours, handed over in PEER_IMAGES_SQL.
"""

# mypy: ignore-errors
# Its libraries are in its own environment.
import base64
import hashlib
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import pydantic_core
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Boolean, Integer, column, func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import load_only

from bench.api_peer_schemas import CreateJob, ImagePage, JobDetail, JobPage, JobSummary
from bench.api_peer_tables import ApiKeyRow, CrawlJobRow, ListedImageRow, ProjectRow

FARTHEST = 10_000

engine = create_async_engine(
    os.environ["PEER_DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
    pool_size=int(os.environ["PEER_POOL_SIZE"]),
    max_overflow=0,
    pool_use_lifo=True,
    json_serializer=lambda value: pydantic_core.to_json(value).decode(),
    json_deserializer=pydantic_core.from_json,
    connect_args={"server_settings": {"timezone": "UTC"}},
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
looks = async_sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)

TOTALS = (column("total", Integer), column("exact", Boolean))
IMAGES = select(*TOTALS, ListedImageRow).from_statement(
    text(os.environ["PEER_IMAGES_SQL"]).columns(*TOTALS, *ListedImageRow.__table__.columns)
)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
bearer = HTTPBearer()
believed: dict[bytes, tuple[float, UUID]] = {}


async def transaction() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def look() -> AsyncIterator[AsyncSession]:
    async with looks() as session:
        yield session


Transaction = Annotated[AsyncSession, Depends(transaction)]
Look = Annotated[AsyncSession, Depends(look)]


async def caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)]) -> UUID:
    """Whose key it is."""
    digest = hashlib.sha256(credentials.credentials.encode()).digest()
    until, owner = believed.get(digest, (0.0, None))
    if owner is not None and time.monotonic() < until:
        return owner
    async with looks() as session:
        key = await session.scalar(select(ApiKeyRow).where(ApiKeyRow.digest == digest))
    if key is None or key.revoked_at is not None:
        raise HTTPException(401, "This key opens nothing.")
    believed[digest] = time.monotonic() + 3, key.owner_id
    return key.owner_id


Caller = Annotated[UUID, Depends(caller)]
PageNumber = Annotated[int, Query(ge=1, le=FARTHEST)]
PageSize = Annotated[int, Query(ge=1, le=100)]


def _page(items: list[Any], total: int, page: int, size: int, *, exact: bool) -> dict[str, Any]:
    return {
        "items": items,
        "total": total,
        "page": page,
        "size": size,
        "pages": -(-total // size),
        "total_exact": exact,
    }


SHOWN = [getattr(CrawlJobRow, name) for name in JobSummary.model_fields]


@app.get("/api/v1/jobs", response_model=JobPage)
async def list_jobs(me: Caller, session: Look, page: PageNumber = 1, size: PageSize = 20) -> dict[str, Any]:
    mine = CrawlJobRow.owner_id == me
    few = select(literal_column("1")).select_from(CrawlJobRow).where(mine).limit(FARTHEST + 1).subquery()
    counted = select(func.count()).select_from(few).scalar_subquery()
    found = select(CrawlJobRow, counted).options(load_only(*SHOWN)).where(mine)
    ordered = found.order_by(CrawlJobRow.id.desc()).limit(size).offset((page - 1) * size)
    rows = (await session.execute(ordered)).all()
    total = rows[0][1] if rows else 0
    return _page([row[0] for row in rows], min(total, FARTHEST), page, size, exact=total <= FARTHEST)


@app.get("/api/v1/jobs/{job_id}", response_model=JobDetail)
async def get_job(job_id: UUID, me: Caller, session: Look) -> CrawlJobRow:
    shown = select(CrawlJobRow).options(load_only(*SHOWN, CrawlJobRow.spec))
    job = await session.scalar(shown.where(CrawlJobRow.id == job_id, CrawlJobRow.owner_id == me))
    if job is None:
        raise HTTPException(404, f"There is no crawl job {job_id}.")
    return job


@app.get("/api/v1/jobs/{job_id}/images", response_model=ImagePage)
async def list_images(
    job_id: UUID, me: Caller, session: Look, page: PageNumber = 1, size: PageSize = 20
) -> dict[str, Any]:
    values = {"me": me, "sees_all": False, "job": job_id, "after": UUID(int=0)}
    window = {"offset": (page - 1) * size, "size": size + 1}
    rows = (await session.execute(IMAGES, values | window)).all()
    if not rows:
        raise HTTPException(404, f"There is no crawl job {job_id}.")
    total, exact, first = rows[0]
    items = [row[2] for row in rows[:size]] if first is not None else []
    cursor = base64.urlsafe_b64encode(items[-1].id.bytes).decode().rstrip("=") if len(rows) > size else None
    return _page(items, total, page, size, exact=exact) | {"next_cursor": cursor}


@app.post("/api/v1/jobs", response_model=JobDetail, status_code=201)
async def create_job(data: CreateJob, me: Caller, session: Transaction) -> CrawlJobRow:
    project = await session.get(ProjectRow, data.project_id)
    if project is None or project.owner_id != me:
        raise HTTPException(404, f"There is no project {data.project_id}.")
    if project.status == "archived":
        raise HTTPException(409, "The project is archived.")
    job = CrawlJobRow(
        id=_new_id(),
        owner_id=me,
        project_id=project.id,
        name=data.name,
        lane="shared",
        max_images=data.max_images,
        spec=_spec(data),
        status="pending",
        reasons={},
        lost=[0] * len(data.keywords),
        settling=False,
        version=1,
        **dict.fromkeys(("run", "found", "good", "accepted", "run_good"), 0),
    )
    session.add(job)
    await session.commit()
    return job


def _new_id() -> UUID:
    """In the order of time, as ours are."""
    return UUID(int=time.time_ns() // 1_000_000 << 80 | secrets.randbits(80))


def _spec(data: CreateJob) -> dict[str, Any]:
    return {
        "keywords": [{"text": word, "label": word, "queries": [], "exclude": []} for word in data.keywords],
        "sources": data.sources,
        "inputs": {},
        "filters": {
            "safe_search": data.safe_search,
            "license": [],
            "file_types": [],
            "min_size": None,
            "language": None,
            "exclude": [],
            "image_type": None,
            "color": None,
        },
        "rules": {"min_size": None, "max_size": None, "file_types": []},
        "dedup": data.dedup,
        "dedup_scope": "job",
        "validation": "standard",
        "validation_mode": "reject",
        "thresholds": None,
        "seed": data.seed,
        "targets": {},
        "minimums": {},
        "conflicts": "keep",
    }
