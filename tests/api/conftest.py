"""The API without a server: requests go straight into the application, on a database of the test's own."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
import httpx
import pytest
from litestar import Litestar, Router
from litestar.types import ControllerRouterHandler

from pixcrawler.adapters.postgres.engine import plain_dsn
from pixcrawler.application.ports.identity_provider import Session
from pixcrawler.bootstrap.app import App
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.entrypoints.http.app import create_app
from pixcrawler.entrypoints.http.security import known
from pixcrawler.settings import Settings, load_settings
from tests.databases import Databases

ADDRESS = "http://127.0.0.1"


PROFILE = """
    WITH made AS (INSERT INTO profiles (id, name, given_name, email, role) VALUES ($1, $2, $2, $3, $4)),
        credits AS (INSERT INTO credit_accounts (id) VALUES ($1))
    INSERT INTO notification_preferences (id) VALUES ($1)
"""


@dataclass(frozen=True)
class Somebody:
    """A person who is logged in: ``client`` sends the session's access token."""

    id: UserId
    email: str
    password: str
    session: Session
    client: httpx.AsyncClient


@dataclass(frozen=True)
class Api:
    """``client`` sends a superuser's key; ``stranger`` sends none."""

    litestar: Litestar
    app: App
    key: str
    database_url: str
    client: httpx.AsyncClient
    stranger: httpx.AsyncClient

    def with_key(self, key: str) -> httpx.AsyncClient:
        return open_client(self.litestar, key)

    async def person(self, role: Role = Role.USER, **account: str) -> "Somebody":
        """Somebody new who is logged in; ``account`` may set ``email``, ``password`` and ``name``."""
        given = {"email": f"{uuid.uuid4().hex}@example.org", "password": "correct horse", "name": "Eve"}
        given |= account
        signed_up = await self.app.identity.provider.sign_up(**given)
        assert signed_up.session is not None
        made = signed_up.account
        connection = await asyncpg.connect(plain_dsn(self.database_url))
        try:
            await connection.execute(PROFILE, made.id, made.name, made.email, role.value)
        finally:
            await connection.close()
        session = signed_up.session
        client = open_client(self.litestar, session.access_token)
        return Somebody(made.id, made.email, given["password"], session, client)


OpenApi = Callable[..., Awaitable[Api]]


def open_client(litestar: Litestar, key: str | None = None) -> httpx.AsyncClient:
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    transport = httpx.ASGITransport(cast("Any", litestar))
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)


@asynccontextmanager
async def serving(litestar: Litestar) -> AsyncIterator[None]:
    """As a server does: opened and closed by one and the same task."""
    ready, done = asyncio.Event(), asyncio.Event()

    async def serve() -> None:
        async with litestar.lifespan():
            ready.set()
            await done.wait()

    task = asyncio.create_task(serve())
    await asyncio.wait({task, asyncio.create_task(ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield
    finally:
        done.set()
        await task


@asynccontextmanager
async def opening(make: Callable[..., Settings]) -> AsyncIterator[OpenApi]:
    """What it opens is closed with it."""
    async with AsyncExitStack() as stack:

        async def open_it(*handlers: ControllerRouterHandler, **variables: str) -> Api:
            settings = make(**variables)
            litestar = create_app(settings)
            if handlers:
                litestar.register(Router("/test", route_handlers=handlers, guards=[known]))
            await stack.enter_async_context(serving(litestar))
            app: App = litestar.state.app
            assert settings.database.url
            key = (await app.identity.make_superuser("ann")).key
            client = await stack.enter_async_context(open_client(litestar, key))
            stranger = await stack.enter_async_context(open_client(litestar))
            return Api(litestar, app, key, settings.database.url.reveal(), client, stranger)

        yield open_it


@pytest.fixture
async def open_api(make_settings: Callable[..., Settings]) -> AsyncIterator[OpenApi]:
    """``await open_api(*handlers, API_MAX_BODY="2048")``: with settings, and handlers below ``/test``."""
    async with opening(make_settings) as open_it:
        yield open_it


@pytest.fixture(scope="module")
async def open_for_all(
    databases: Databases, template: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OpenApi]:
    """As ``open_api``, on one database for all tests of a module: for those that leave nothing behind."""
    async with databases.copy_of(template) as database_url:
        variables = {
            "PIXCRAWLER_ENVIRONMENT": "test",
            "PIXCRAWLER_HOME": str(tmp_path_factory.mktemp("home")),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "REDIS_PREFIX": f"test-{uuid.uuid4().hex}",
            "STORAGE_LINK_SECRET": "the same in every process of a test",
            "LIMITER_ENABLED": "false",  # tests ask more often than anybody
        }
        async with opening(lambda **more: load_settings({**variables, **more})) as open_it:
            yield open_it


@pytest.fixture
async def api(open_api: OpenApi) -> Api:
    return await open_api()


def problem(answer: httpx.Response) -> tuple[int, str, str | None]:
    """(status, code, field) of an error, after a look at its envelope."""
    body: dict[str, Any] = answer.json()
    assert body.keys() == {"message", "details", "request_id"}
    assert body["request_id"] == answer.headers["x-request-id"]
    first = body["details"][0]
    assert first.keys() == {"detail", "error_code", "field"}
    assert body["message"] == first["detail"]
    return answer.status_code, first["error_code"], first["field"]
