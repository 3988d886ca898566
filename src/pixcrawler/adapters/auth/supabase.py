"""Supabase Auth: its users are ours, its tokens are checked here, everything else is asked of it.

Its client and the cryptography load with the first question, in a thread: most processes never ask.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pixcrawler.adapters.auth import supabase_errors as means
from pixcrawler.adapters.auth.naming import name_in
from pixcrawler.adapters.auth.supabase_project import SupabaseProject
from pixcrawler.application.ports.clock import Clock, Ticks
from pixcrawler.application.ports.identity_provider import Account, Person, Session, SignUp
from pixcrawler.domain.identity.errors import (
    AccountNotFound,
    InvalidEmail,
    InvalidToken,
    WeakPassword,
    WrongCredentials,
)
from pixcrawler.domain.shared.ids import UserId

if TYPE_CHECKING:
    from supabase_auth import AsyncGoTrueClient, AuthResponse, User

    from pixcrawler.adapters.auth.access_tokens import AccessTokens
    from pixcrawler.adapters.auth.published_keys import PublishedKeys
    from pixcrawler.adapters.auth.supabase_calls import Operator, SupabaseCalls

LONGEST_PASSWORD = 72
"""Bytes: what bcrypt, which keeps the passwords there, looks at."""


@asynccontextmanager
async def supabase_provider(
    project: SupabaseProject, *, tls: ssl.SSLContext, clock: Clock, ticks: Ticks
) -> AsyncIterator["SupabaseProvider"]:
    """Its connections are closed on exit."""
    provider = SupabaseProvider(project, tls=tls, clock=clock, ticks=ticks)
    try:
        yield provider
    finally:
        await provider.aclose()


@dataclass(frozen=True, slots=True)
class _Tools:
    calls: "SupabaseCalls"
    keys: "PublishedKeys"
    tokens: "AccessTokens"


class SupabaseProvider:
    """See the port. PixCrawler makes no token: what people get is what the project gave them."""

    def __init__(self, project: SupabaseProject, *, tls: ssl.SSLContext, clock: Clock, ticks: Ticks) -> None:
        self._project = project
        self._tls = tls
        self._clock = clock
        self._ticks = ticks
        self._opened: _Tools | None = None
        self._opening = asyncio.Lock()

    async def aclose(self) -> None:
        if self._opened is not None:
            await self._opened.keys.aclose()
            await self._opened.calls.aclose()

    async def verify(self, token: str) -> Person:
        return await (await self._tools()).tokens.verify(token)

    async def sign_up(
        self, email: str, password: str, *, name: str | None, address: str | None = None
    ) -> SignUp:
        """With confirmation on, an address that is taken gives an account that is nobody's."""
        _check(email, password)

        async def question(auth: "AsyncGoTrueClient") -> SignUp:
            answer = await auth.sign_up(
                {"email": email, "password": password, "options": {"data": _described(name)}}
            )
            session = None if answer.session is None else self._session(answer)
            return SignUp(account=_account(answer.user), session=session)

        calls = (await self._tools()).calls
        return await calls.ask(question, means.SIGN_UP, act="sign_up", address=address)

    async def log_in(self, email: str, password: str, *, address: str | None = None) -> Session:
        if len(password.encode()) > LONGEST_PASSWORD:
            raise WrongCredentials

        async def question(auth: "AsyncGoTrueClient") -> Session:
            return self._session(await auth.sign_in_with_password({"email": email, "password": password}))

        calls = (await self._tools()).calls
        return await calls.ask(question, means.LOG_IN, act="log_in", address=address)

    async def refresh(self, refresh_token: str, *, address: str | None = None) -> Session:
        async def question(auth: "AsyncGoTrueClient") -> Session:
            return self._session(await auth.refresh_session(refresh_token))

        calls = (await self._tools()).calls
        return await calls.ask(question, means.REFRESH, act="refresh", address=address)

    async def log_out(self, access_token: str) -> None:
        async def question(auth: "AsyncGoTrueClient") -> None:
            await auth.admin.sign_out(access_token, "local")

        await self.verify(access_token)
        calls = (await self._tools()).calls
        with suppress(InvalidToken):  # its session has ended already
            await calls.ask(question, means.SESSION, act="log_out", repeatable=True)

    async def request_reset(self, email: str, *, address: str | None = None) -> None:
        async def question(auth: "AsyncGoTrueClient") -> None:
            await auth.reset_password_for_email(email)

        calls = (await self._tools()).calls
        with suppress(means.NotMailed):
            await calls.ask(question, means.RESET, act="request_reset", address=address)

    async def change_password(self, access_token: str, new: str) -> Account:
        """Also ends the account's other sessions."""

        async def question(auth: "AsyncGoTrueClient") -> Account:
            await auth.set_session(access_token, "")
            return _account((await auth.update_user({"password": new})).user)

        await self.verify(access_token)
        _check_length(new)
        calls = (await self._tools()).calls
        return await calls.ask(question, means.SESSION, act="change_password")

    async def accounts(self, *, page: int, size: int) -> Sequence[Account]:
        async def question(operator: "Operator") -> Sequence[Account]:
            return [_account(user) for user in await operator.list_oldest_first(page=page, size=size)]

        calls = (await self._tools()).calls
        return await calls.order(question, means.ACCOUNT, act="accounts", repeatable=True)

    async def account(self, account_id: UserId) -> Account:
        async def question(operator: "Operator") -> Account:
            return _account((await operator.get_user_by_id(str(account_id))).user)

        calls = (await self._tools()).calls
        return await calls.order(question, means.ACCOUNT, act="account", repeatable=True)

    async def create_account(self, email: str, password: str, *, name: str | None) -> Account:
        _check(email, password)

        async def question(operator: "Operator") -> Account:
            made = await operator.create_user(
                {
                    "email": email,
                    "password": password,
                    "email_confirm": True,
                    "user_metadata": _described(name),
                }
            )
            return _account(made.user)

        calls = (await self._tools()).calls
        return await calls.order(question, means.SIGN_UP, act="create_account")

    async def set_password(self, account_id: UserId, new: str) -> None:
        async def question(operator: "Operator") -> None:
            await operator.update_user_by_id(str(account_id), {"password": new})

        _check_length(new)
        calls = (await self._tools()).calls
        await calls.order(question, means.ACCOUNT, act="set_password", repeatable=True)

    async def delete_account(self, account_id: UserId) -> None:
        async def question(operator: "Operator") -> None:
            await operator.delete_user(str(account_id))

        calls = (await self._tools()).calls
        with suppress(AccountNotFound):
            await calls.order(question, means.ACCOUNT, act="delete_account", repeatable=True)

    async def _tools(self) -> _Tools:
        if self._opened is not None:
            return self._opened
        async with self._opening:
            if self._opened is None:
                self._opened = await asyncio.to_thread(self._open)
            return self._opened

    def _open(self) -> _Tools:
        from pixcrawler.adapters.auth.access_tokens import AccessTokens
        from pixcrawler.adapters.auth.published_keys import PublishedKeys
        from pixcrawler.adapters.auth.supabase_calls import SupabaseCalls
        from pixcrawler.adapters.auth.token_rules import TokenRules

        project = self._project
        issuer = project.issuer or project.auth_url
        rules = TokenRules(audience=project.audience, issuer=issuer, secret=project.jwt_secret)
        calls = SupabaseCalls(project, self._tls)
        keys = PublishedKeys(calls.key_set, self._ticks)
        return _Tools(calls, keys, AccessTokens(rules, keys, clock=self._clock, ticks=self._ticks))

    def _session(self, answer: "AuthResponse") -> Session:
        """Raises ValueError when there is none."""
        session = answer.session
        if session is None:
            raise ValueError("no session")
        ends = self._clock.now() + timedelta(seconds=session.expires_in)
        return Session(
            access_token=session.access_token,
            refresh_token=session.refresh_token,
            expires_at=ends
            if session.expires_at is None
            else datetime.fromtimestamp(session.expires_at, UTC),
            account=_account(session.user),
        )


def _account(user: "User | None") -> Account:
    """Raises ValueError when it is none of ours."""
    if user is None:
        raise ValueError("no user")
    return Account(
        id=UserId(UUID(user.id)),
        email=user.email or "",
        email_confirmed=user.email_confirmed_at is not None,
        name=name_in(user.user_metadata),
        created_at=user.created_at,
        last_login_at=user.last_sign_in_at,
    )


def _described(name: str | None) -> dict[str, str]:
    return {} if name is None else {"name": name}


def _check(email: str, password: str) -> None:
    if not email:
        raise InvalidEmail
    _check_length(password)


def _check_length(password: str) -> None:
    if not 0 < len(password.encode()) <= LONGEST_PASSWORD:
        raise WeakPassword(f"A password has 1 to {LONGEST_PASSWORD} bytes here.")
