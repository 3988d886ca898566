"""The built-in provider's store in memory, and profiles at first sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from pixcrawler.application.ports.account_store import Attempts, KeptAccount, Tokens
from pixcrawler.application.ports.identity_provider import Account, Person
from pixcrawler.application.ports.people import Somebody
from pixcrawler.domain.identity.errors import EmailTaken
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.plans import Plan

if TYPE_CHECKING:
    from tests.fakes.memory_transaction import MemoryDatabase

change = msgspec.structs.replace


@dataclass
class TokenEntry:
    session: UUID
    refresh: bool
    until: datetime
    used: bool = False


class MemoryAccountStore:
    def __init__(self) -> None:
        self.accounts: dict[UserId, KeptAccount] = {}
        self.sessions: dict[UUID, UserId] = {}
        self.begun: dict[UUID, datetime] = {}
        self.tokens: dict[bytes, TokenEntry] = {}
        self.attempts: dict[bytes, Attempts] = {}

    async def add(self, kept: KeptAccount) -> None:
        if await self.with_email(kept.account.email) is not None:
            raise EmailTaken
        self.accounts[kept.account.id] = kept

    async def with_email(self, email: str) -> KeptAccount | None:
        return next((kept for kept in self.accounts.values() if kept.account.email == email), None)

    async def with_id(self, account_id: UserId) -> KeptAccount | None:
        return self.accounts.get(account_id)

    async def listed(self, *, page: int, size: int) -> Sequence[Account]:
        found = [kept.account for kept in self.accounts.values()]
        found.sort(key=lambda account: (account.created_at, account.id))
        return found[(page - 1) * size : page * size]

    async def attempt(self, who: bytes, *, at: datetime, within: float) -> Attempts:
        earlier = self.attempts.get(who)
        if earlier is None or earlier.since <= at - timedelta(seconds=within):
            earlier = Attempts(count=0, since=at)
        self.attempts[who] = change(earlier, count=earlier.count + 1)
        return self.attempts[who]

    async def forgive(self, who: bytes) -> None:
        self.attempts.pop(who, None)

    async def begin(
        self, session: UUID, account_id: UserId, tokens: Tokens, *, password: str, at: datetime
    ) -> bool:
        kept = self.accounts.get(account_id)
        if kept is None or kept.password != password:
            return False
        self.accounts[account_id] = change(kept, account=change(kept.account, last_login_at=at))
        self.sessions[session] = account_id
        self.begun[session] = at
        self._give(session, tokens)
        return True

    async def person(self, access: bytes, *, at: datetime) -> Person | None:
        token = self.tokens.get(access)
        if token is None or token.refresh or token.until <= at:
            return None
        account = self.accounts[self.sessions[token.session]].account
        return Person(
            id=account.id,
            email=account.email,
            name=account.name,
            expires_at=token.until,
            logged_in_at=self.begun[token.session],
        )

    async def renew(self, refresh: bytes, tokens: Tokens, *, at: datetime) -> Account | None:
        token = self.tokens.get(refresh)
        if token is None or not token.refresh:
            return None
        if token.used or token.until <= at:
            self._end({token.session})
            return None
        token.used = True
        self._give(token.session, tokens)
        return self.accounts[self.sessions[token.session]].account

    async def end(self, access: bytes) -> None:
        token = self.tokens.get(access)
        if token is not None and not token.refresh:
            self._end({token.session})

    async def set_password(
        self, account_id: UserId, password: str, *, sparing: bytes | None
    ) -> Account | None:
        kept = self.accounts.get(account_id)
        if kept is None:
            return None
        self.accounts[account_id] = change(kept, password=password)
        spared = self.tokens.get(sparing or b"")
        theirs = {session for session, owner in self.sessions.items() if owner == account_id}
        self._end(theirs - ({spared.session} if spared else set()))
        return kept.account

    async def rehash(self, account_id: UserId, password: str, *, instead_of: str) -> None:
        kept = self.accounts.get(account_id)
        if kept is not None and kept.password == instead_of:
            self.accounts[account_id] = change(kept, password=password)

    async def delete(self, account_id: UserId) -> None:
        self.accounts.pop(account_id, None)
        self._end({session for session, owner in self.sessions.items() if owner == account_id})

    async def prune(self, *, at: datetime, within: float) -> int:
        before = len(self.tokens) + len(self.sessions) + len(self.attempts)
        self.tokens = {digest: token for digest, token in self.tokens.items() if token.until > at}
        living = {token.session for token in self.tokens.values()}
        self.sessions = {session: owner for session, owner in self.sessions.items() if session in living}
        old = at - timedelta(seconds=within)
        self.attempts = {who: one for who, one in self.attempts.items() if one.since > old}
        return before - len(self.tokens) - len(self.sessions) - len(self.attempts)

    def _give(self, session: UUID, tokens: Tokens) -> None:
        self.tokens[tokens.access] = TokenEntry(session, refresh=False, until=tokens.access_until)
        self.tokens[tokens.refresh] = TokenEntry(session, refresh=True, until=tokens.refresh_until)

    def _end(self, sessions: set[UUID]) -> None:
        self.tokens = {d: token for d, token in self.tokens.items() if token.session not in sessions}
        for session in sessions:
            self.sessions.pop(session, None)


class MemoryPeople:
    """``asked`` counts the questions. Names follow as the provider's change."""

    def __init__(self, database: "MemoryDatabase") -> None:
        self.database = database
        self.asked = 0
        self.given: dict[UserId, str] = {}
        self.forgotten_ids: set[UserId] = set()

    async def seen(self, person: Somebody) -> Role | None:
        self.asked += 1
        tables = self.database.tables
        if person.id in tables.deleted:
            return None
        given = person.name.strip() if person.name and person.email else None
        profile = tables.profiles.get(person.id)
        if profile is None:
            beginning = person.email.partition("@")[0] if person.email else f"user {person.id}"
            profile = Profile(
                id=person.id,
                name=given or beginning,
                email=person.email,
                avatar_url=None,
                onboarded=False,
                role=Role.USER,
                plan=Plan.FREE,
            )
        elif given and given != self.given.get(person.id):
            profile = change(profile, name=given)
        if given:
            self.given[person.id] = given
        tables.profiles[person.id] = change(profile, email=person.email or profile.email)
        return profile.role

    async def unforgotten(self, *, most: int) -> Sequence[UserId]:
        left = [UserId(one) for one in self.database.tables.deleted if one not in self.forgotten_ids]
        return left[:most]

    async def forgotten(self, user_id: UserId) -> None:
        self.forgotten_ids.add(user_id)
