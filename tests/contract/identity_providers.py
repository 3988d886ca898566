"""The places where the contract of auth providers is played."""

import secrets
import ssl
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from pixcrawler.adapters.auth.built_in import BuiltInProvider
from pixcrawler.adapters.auth.passwords import Passwords
from pixcrawler.adapters.auth.supabase import supabase_provider
from pixcrawler.adapters.auth.supabase_project import SupabaseProject
from pixcrawler.adapters.postgres.accounts import PostgresAccountStore
from pixcrawler.adapters.postgres.engine import PostgresConfig, open_engine
from pixcrawler.adapters.system.clock import SystemClock, Uuid7
from pixcrawler.application.ports.account_store import AccountStore
from pixcrawler.application.ports.identity_provider import IdentityProvider, Session
from tests.fakes.clock import StandingClock
from tests.servers.gotrue import GoTrue
from tests.servers.gotrue_keys import SECRET, SharedSecret
from tests.servers.gotrue_project import ANON_KEY, SERVICE_KEY

PASSWORD = "correct horse battery staple"
OTHER = "a wholly different staple"


class Desk(Protocol):
    """A provider, and what a test must do beside it."""

    provider: IdentityProvider

    async def expired(self, email: str, password: str) -> str:
        """The access token of a login that is over."""
        ...

    async def mailed(self, email: str) -> str | None:
        """An access token by the newest reset mail to this address; None where no mail is sent."""
        ...


@dataclass
class SupabaseDesk:
    server: GoTrue
    provider: IdentityProvider

    async def expired(self, email: str, password: str) -> str:
        self.server.lifetime = -3600
        try:
            return (await self.provider.log_in(email, password)).access_token
        finally:
            self.server.lifetime = 3600

    async def mailed(self, email: str) -> str | None:
        people = self.server.people
        mail = next(mail for mail in reversed(people.mails) if mail.to == email)
        session = people.begin(people.redeemed(mail.token, "recovery"), "otp")
        return self.server.access_token(session)


@dataclass
class BuiltInDesk:
    clock: StandingClock
    provider: IdentityProvider

    async def expired(self, email: str, password: str) -> str:
        token = (await self.provider.log_in(email, password)).access_token
        self.clock.pass_by(timedelta(days=1).total_seconds())
        return token

    async def mailed(self, email: str) -> str | None:  # noqa: ARG002
        return None


def project_of(server: GoTrue, *, patience: float = 10.0) -> SupabaseProject:
    return SupabaseProject(
        url=server.url,
        anon_key=ANON_KEY,
        service_role_key=SERVICE_KEY,
        jwt_secret=SECRET if isinstance(server.keys.current, SharedSecret) else None,
        timeout=patience,
    )


@asynccontextmanager
async def supabase_desk(algorithm: str = "ES256", *, patience: float = 10.0) -> AsyncIterator[SupabaseDesk]:
    async with GoTrue(algorithm) as server:
        server.people.reuse_interval = 0.0
        project = project_of(server, patience=patience)
        tls = ssl.create_default_context()
        async with supabase_provider(project, tls=tls, clock=SystemClock(), ticks=time.monotonic) as provider:
            yield SupabaseDesk(server, provider)


@asynccontextmanager
async def built_in_desk(database_url: str) -> AsyncIterator[BuiltInDesk]:
    engine = open_engine(PostgresConfig(url=database_url, pool_size=4))
    yield built_in(PostgresAccountStore(engine))
    await engine.dispose()


def built_in(store: AccountStore) -> BuiltInDesk:
    """On a store of its own, so that the store in memory keeps the same contract."""
    clock = StandingClock()
    provider = BuiltInProvider(
        store,
        environment="test",
        clock=clock,
        new_id=Uuid7(),
        random=secrets.token_bytes,
        passwords=Passwords(passes=1, memory_kib=64),
    )
    return BuiltInDesk(clock, provider)


def provider_of(auth_desk: Desk) -> IdentityProvider:
    """A fixture, as the two below."""
    return auth_desk.provider


def somebodys_email() -> str:
    return f"ann-{uuid.uuid4().hex}@example.org"


async def first_session(provider: IdentityProvider, email: str) -> Session:
    made = await provider.sign_up(email, PASSWORD, name="Ann")
    assert made.session is not None
    return made.session
