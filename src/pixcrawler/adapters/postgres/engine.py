"""The connection pool, and the translation of its failures."""

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from pixcrawler.adapters.postgres.pooled import pooled_connection
from pixcrawler.domain.shared.errors import ChangedMeanwhile, DomainError, StorageFull, Unavailable

FRESH = 1.0
"""Seconds for which a connection that was just used is taken to be alive."""

IDLE = 60.0
"""Seconds that a transaction may do nothing: it holds locks, and none of ours waits for anything outside."""
POOLER = "pixcrawler_pooler"

Engine = AsyncEngine
"""A connection pool. Opened by ``open_engine``, closed by its ``dispose``."""


class Alone(Protocol):
    """See ``alone``."""

    def connect(self) -> AbstractAsyncContextManager[AsyncConnection]: ...


class DatabaseUnavailable(Unavailable):
    """Postgres cannot be reached, or broke off."""

    code = "DATABASE_UNAVAILABLE"


class DatabaseTooSlow(Unavailable):
    """Postgres ended a statement that took too long, or was told to."""

    code = "DATABASE_TOO_SLOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresConfig:
    """Times in seconds. ``url`` is ``postgresql://user:password@host:port/database``."""

    url: str
    pool_size: int = 10
    max_overflow: int = 0
    pool_pre_ping: bool = True
    echo: bool = False
    connect_timeout: float = 5.0
    statement_timeout: float = 30.0
    pooler: bool = False


def open_engine(config: PostgresConfig) -> AsyncEngine:
    """A pool for one event loop. Nothing is connected yet."""
    try:
        url = make_url(config.url).set(drivername="postgresql+asyncpg")
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(
            "DATABASE_URL is no URL of the form postgresql://user@host:port/name."
        ) from error
    engine = create_async_engine(
        url,
        pool_size=config.pool_size,
        max_overflow=config.max_overflow,
        pool_recycle=1800,
        pool_use_lifo=True,  # few connections stay busy: each holds megabytes of caches in Postgres
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args={"timeout": config.connect_timeout, **_session(config)},
        execution_options={POOLER: config.pooler},
        hide_parameters=True,  # hashes of passwords and keys are among them, and errors go into the log
    )
    if config.echo:  # not by SQLAlchemy's own handler, which writes to stdout
        logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    if config.pool_pre_ping:
        _ping_what_has_idled(engine)
    return engine


def _session(config: PostgresConfig) -> dict[str, Any]:
    """What every statement of a pool stands under: limits, UTC, a name for the operator."""
    if config.pooler:
        return pooled_connection(statement_timeout=config.statement_timeout, idle_timeout=IDLE)
    settings = {
        "application_name": "pixcrawler",
        "statement_timeout": str(int(config.statement_timeout * 1000)),
        "idle_in_transaction_session_timeout": str(int(IDLE * 1000)),
        "timezone": "UTC",
    }
    return {"server_settings": settings}


def alone(engine: AsyncEngine) -> Alone:
    """Connections on which each statement is a transaction by itself, which saves two round trips. Through a
    pooler it is one in name, too: limits of time are its."""
    if engine.get_execution_options().get(POOLER):
        return _InTransactions(engine)
    return unbegun(engine)


def unbegun(engine: AsyncEngine) -> AsyncEngine:
    """The same pool for sessions whose statements are transactions by themselves: not through a pooler."""
    if engine.get_execution_options().get(POOLER):
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


class _InTransactions:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    def connect(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._engine.begin()


def _ping_what_has_idled(engine: AsyncEngine) -> None:
    """As SQLAlchemy's own pre-ping, but not for connections in steady use: they show by themselves when
    they break, and a ping doubles the round trips of a small transaction."""

    @event.listens_for(engine.sync_engine, "checkin")
    def note(_: object, record: Any) -> None:  # noqa: ANN401
        record.info["used"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def ping(connection: Any, record: Any, _: object) -> None:  # noqa: ANN401
        used = record.info.get("used")
        if used is None or time.monotonic() - used < FRESH:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:
            raise InvalidatePoolError("The server closed the connection while it idled.") from error


def plain_dsn(url: str) -> str:
    """The same database for a bare asyncpg connection (LISTEN, advisory locks)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def where(url: str) -> str:
    """``host:port/database``, without credentials, for messages."""
    try:
        parts = make_url(url)
    except SQLAlchemyError:
        return "the given DATABASE_URL"
    return f"{parts.host or 'localhost'}:{parts.port or 5432}/{parts.database or ''}"


GONE = (
    OSError,
    TimeoutError,
    PoolTimeout,
    InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # closed to connections by its operator
)
AGAIN = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.UniqueViolationError,
    asyncpg.ForeignKeyViolationError,
)


def _cause(error: BaseException) -> BaseException:
    """asyncpg's own error behind SQLAlchemy's wrappers."""
    original: Any = getattr(error, "orig", None) or error
    cause: BaseException = getattr(original, "__cause__", None) or original
    return cause


SAID: tuple[tuple[type[Exception] | tuple[type[Exception], ...], type[DomainError], str], ...] = (
    (AGAIN, ChangedMeanwhile, "Somebody else changed the same rows; try again."),
    (asyncpg.DiskFullError, StorageFull, "The database's disk is full; make room and try again."),
    (
        asyncpg.QueryCanceledError,
        DatabaseTooSlow,
        "The database took too long; ask for less, or try again later.",
    ),
    (
        asyncpg.ProtocolViolationError,
        DatabaseUnavailable,
        "DATABASE_URL leads to a pooler, as it seems: set DATABASE_POOLER=true.",
    ),
    (GONE, DatabaseUnavailable, "The database does not answer; check that it runs, and DATABASE_URL."),
    (
        asyncpg.InvalidAuthorizationSpecificationError,
        DatabaseUnavailable,
        "The database refuses the user or password in DATABASE_URL.",
    ),
    (
        asyncpg.InvalidCatalogNameError,
        DatabaseUnavailable,
        "The database named in DATABASE_URL does not exist; create it first.",
    ),
)
"""What Postgres or the way to it did, and what is said of it; the first that fits."""


def translated(error: Exception) -> Exception:
    """A domain error for what Postgres or the way to it did; anything else is returned as it is."""
    cause = _cause(error)
    lost = isinstance(error, GONE) or (isinstance(error, DBAPIError) and error.connection_invalidated)
    for kinds, kind, sentence in SAID:
        if isinstance(cause, kinds) or (lost and kinds is GONE):
            return kind(sentence)
    return error


@contextmanager
def translating() -> Iterator[None]:
    """Raise domain errors instead of the driver's."""
    try:
        yield
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        better = translated(error)
        if better is error:
            raise
        raise better from error
