"""The connection pool, and the translation of its failures."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from pixcrawler.domain.shared.errors import ChangedMeanwhile, StorageFull, Unavailable

FRESH = 1.0
"""Seconds for which a connection that was just used is taken to be alive."""

Engine = AsyncEngine
"""A connection pool. Opened by ``open_engine``, closed by its ``dispose``."""


class DatabaseUnavailable(Unavailable):
    """Postgres cannot be reached, or broke off."""

    code = "DATABASE_UNAVAILABLE"


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


def open_engine(config: PostgresConfig) -> AsyncEngine:
    """A pool for one event loop. Nothing is connected yet."""
    try:
        url = make_url(config.url).set(drivername="postgresql+asyncpg")
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(
            "DATABASE_URL is no URL of the form postgresql://user@host:port/name."
        ) from error
    server_settings = {
        "application_name": "pixcrawler",
        "statement_timeout": str(int(config.statement_timeout * 1000)),
        "idle_in_transaction_session_timeout": "60000",
        "timezone": "UTC",
    }
    engine = create_async_engine(
        url,
        pool_size=config.pool_size,
        max_overflow=config.max_overflow,
        pool_recycle=1800,
        pool_use_lifo=True,  # few connections stay busy: each holds megabytes of caches in Postgres
        json_serializer=lambda value: msgspec.json.encode(value).decode(),
        json_deserializer=msgspec.json.decode,
        connect_args={"timeout": config.connect_timeout, "server_settings": server_settings},
    )
    if config.echo:  # not by SQLAlchemy's own handler, which writes to stdout
        logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    if config.pool_pre_ping:
        _ping_what_has_idled(engine)
    return engine


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


def translated(error: Exception) -> Exception:
    """A domain error for what Postgres or the way to it did; anything else is returned as it is."""
    cause = _cause(error)
    if isinstance(cause, AGAIN):
        return ChangedMeanwhile("Somebody else changed the same rows; try again.")
    if isinstance(cause, asyncpg.DiskFullError):
        return StorageFull("The database's disk is full; make room and try again.")
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if lost or isinstance(error, GONE) or isinstance(cause, GONE):
        return DatabaseUnavailable("The database does not answer; check that it runs, and DATABASE_URL.")
    if isinstance(cause, asyncpg.InvalidAuthorizationSpecificationError):
        return DatabaseUnavailable("The database refuses the user or password in DATABASE_URL.")
    if isinstance(cause, asyncpg.InvalidCatalogNameError):
        return DatabaseUnavailable("The database named in DATABASE_URL does not exist; create it first.")
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
