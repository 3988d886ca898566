"""Settings of the platform itself: where it runs, its servers, its workers."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import Network, Secret


class PixcrawlerSettings(Struct, frozen=True, kw_only=True):
    """Where this process runs and how it talks about it."""

    env_prefix: ClassVar[str] = "PIXCRAWLER_"

    environment: Annotated[
        Literal["development", "test", "staging", "production"],
        about(
            "Which rules hold. In staging and production nothing is embedded: services must be named.",
            example="production",
        ),
    ] = "development"
    home: Annotated[
        Path,
        about(
            "Folder for everything that is kept on this machine: embedded servers, stored pictures, caches.",
            example="/var/lib/pixcrawler",
            default="$XDG_DATA_HOME/pixcrawler, else ~/.local/share/pixcrawler",
        ),
    ]
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        about("The least important messages that are still logged.", example="debug"),
    ] = "info"
    log_format: Annotated[
        Literal["auto", "console", "json"],
        about("How log lines look; auto is console on a terminal and json elsewhere.", example="json"),
    ] = "auto"


class ApiSettings(Struct, frozen=True, kw_only=True):
    """The REST API."""

    env_prefix: ClassVar[str] = "API_"

    host: Annotated[
        str, about("Address to listen on; 0.0.0.0 for all of this machine's.", example="0.0.0.0")  # noqa: S104
    ] = "127.0.0.1"
    port: Annotated[int, about("Port to listen on.", example="8080", ge=1, le=65535)] = 8000
    workers: Annotated[int, about("Processes that answer requests.", example="4", ge=1, le=256)] = 1
    allowed_origins: Annotated[
        tuple[str, ...],
        about(
            "Web pages that browsers may let use the API; * for all.",
            example="https://app.example.org,https://admin.example.org",
        ),
    ] = ()
    allowed_hosts: Annotated[
        tuple[str, ...],
        about(
            "Names that clients may call this server by, besides localhost and addresses; * for all.",
            example="api.example.org",
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[Network, ...],
        about(
            "Proxies in front of this server, whose X-Forwarded-For says where a request is from.",
            example="10.0.0.0/8,2001:db8::7",
        ),
    ] = ()
    max_body: Annotated[
        int, about("Bytes that the body of a request may have.", example="10485760", ge=1024, le=2**30)
    ] = 1_048_576
    request_timeout: Annotated[
        float, about("Seconds until the answer to a request must begin.", example="60", ge=0.1, le=3600)
    ] = 30
    streams_per_user: Annotated[
        int,
        about(
            "Streams of jobs' events that one user may hold open at each process.",
            example="20",
            ge=1,
            le=10000,
        ),
    ] = 100
    metrics_token: Annotated[
        Secret | None,
        about(
            "What Prometheus sends as its bearer token to read /metrics. Not set: this machine alone may "
            "read them, and in staging and production nobody.",
            example="d2f1c0a4b7e94f6f8a21c3f0",
        ),
    ] = None


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """Postgres, which holds all that must not be lost."""

    env_prefix: ClassVar[str] = "DATABASE_"

    url: Annotated[
        Secret | None,
        about(
            "Where Postgres is. Not set in development: an embedded server is started.",
            example="postgresql://pixcrawler:password@db.example.org:5432/pixcrawler",
            schemes=("postgresql", "postgres", "postgresql+asyncpg"),
            needed_in_production=True,
        ),
    ] = None
    pooler: Annotated[
        bool,
        about(
            "Whether DATABASE_URL leads to a pooler that hands out sessions by the transaction (pgbouncer, "
            "Supabase's port 6543).",
            example="true",
        ),
    ] = False
    direct_url: Annotated[
        Secret | None,
        about(
            "The same database without the pooler, for migrations and to hear of new tasks; "
            "DATABASE_POOLER needs it.",
            example="postgresql://pixcrawler:password@db.example.org:5432/pixcrawler",
            schemes=("postgresql", "postgres", "postgresql+asyncpg"),
        ),
    ] = None
    pool_size: Annotated[
        int,
        about(
            "Connections that each process keeps open; beside an embedded Postgres a worker opens no more "
            "than three, or one for each core and one.",
            example="20",
            ge=1,
            le=500,
        ),
    ] = 10
    max_overflow: Annotated[
        int,
        about(
            "Connections that each process may open beyond the pool. They are closed after use: slow.",
            example="10",
            ge=0,
            le=500,
        ),
    ] = 0
    pool_pre_ping: Annotated[
        bool, about("Whether a connection is tried before it is used again.", example="false")
    ] = True
    echo: Annotated[bool, about("Whether every statement is logged; slow.", example="true")] = False
    connect_timeout: Annotated[
        float, about("Seconds that opening a connection may take.", example="10", ge=0.1, le=300)
    ] = 5
    statement_timeout: Annotated[
        float, about("Seconds that one statement may take; 0: no limit.", example="60", ge=0, le=3600)
    ] = 30


class RedisSettings(Struct, frozen=True, kw_only=True):
    """Redis or Valkey, which wakes workers. What it forgets costs a second, no data."""

    env_prefix: ClassVar[str] = "REDIS_"

    url: Annotated[
        Secret | None,
        about(
            "Where Redis or Valkey is. Not set in development: an embedded server is started.",
            example="redis://:password@redis.example.org:6379/0",
            schemes=("redis", "rediss", "unix"),
            needed_in_production=True,
        ),
    ] = None
    prefix: Annotated[
        str, about("Start of every key, so that installations can share a server.", example="staging")
    ] = "pixcrawler"


class QueueSettings(Struct, frozen=True, kw_only=True):
    """Tasks: how long a worker holds one, and what happens when it fails."""

    env_prefix: ClassVar[str] = "QUEUE_"

    lease_seconds: Annotated[
        float,
        about(
            "Seconds after which a task whose worker fell silent goes to another one.",
            example="60",
            ge=1,
            le=3600,
        ),
    ] = 30
    attempts: Annotated[
        int, about("How often a task may fail before it is given up.", example="5", ge=1, le=100)
    ] = 3
    retry_seconds: Annotated[
        float,
        about(
            "Seconds before a failed task is tried again; doubled each time.", example="10", ge=0, le=86400
        ),
    ] = 60
    poll_seconds: Annotated[
        float,
        about(
            "Seconds between a worker's own looks for work, should a bell be lost.",
            example="5",
            ge=0.05,
            le=60,
        ),
    ] = 1
    lost_leases: Annotated[
        int,
        about("How often a task may lose its worker before it is given up.", example="20", ge=1, le=1000),
    ] = 10
    retention_hours: Annotated[
        float, about("Hours that finished tasks stay readable.", example="720", ge=1, le=87600)
    ] = 168


class WorkerSettings(Struct, frozen=True, kw_only=True):
    """One worker process."""

    env_prefix: ClassVar[str] = "WORKER_"

    slots: Annotated[
        int, about("Tasks of a kind that a worker runs at once.", example="16", ge=1, le=256)
    ] = 8
    decode_processes: Annotated[
        int,
        about(
            "Child processes that look at pictures; 0: one for each core, eight at most.",
            example="2",
            ge=0,
            le=256,
        ),
    ] = 0
    task_timeout: Annotated[float, about("Seconds that a task may take.", example="1200", ge=1, le=86400)] = (
        600
    )
    stop_seconds: Annotated[
        float,
        about(
            "Seconds that running tasks get to reach a checkpoint after SIGTERM.", example="60", ge=0, le=3600
        ),
    ] = 25
