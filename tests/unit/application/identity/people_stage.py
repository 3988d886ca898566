"""People's acts on fakes: the built-in provider with quick hashes, on a store in memory."""

import random
from collections.abc import Awaitable, Callable
from typing import Any

from pixcrawler.adapters.auth.built_in import BuiltInProvider
from pixcrawler.adapters.auth.passwords import Passwords
from pixcrawler.application.identity.change_password import ChangePassword
from pixcrawler.application.identity.change_profile import ChangeProfile
from pixcrawler.application.identity.change_user import ChangeUser
from pixcrawler.application.identity.create_user import CreateUser
from pixcrawler.application.identity.delete_oneself import DeleteOneself
from pixcrawler.application.identity.delete_user import DeleteUser
from pixcrawler.application.identity.ensure_local_account import EnsureLocalAccount
from pixcrawler.application.identity.know_by_token import KnowByToken, RecentPeople
from pixcrawler.application.identity.make_superuser_account import MakeSuperuserAccount
from pixcrawler.application.identity.reset_password import ResetPassword
from pixcrawler.application.identity.sign_up_person import SignUpPerson
from pixcrawler.application.identity.tend_accounts import TendAccounts
from pixcrawler.application.ports.identity_provider import Session
from pixcrawler.domain.identity.errors import AuthUnavailable
from pixcrawler.domain.identity.profile import Profile
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.domain.shared.ids import UserId
from tests.fakes.clock import StandingClock
from tests.fakes.ids import CountingIds
from tests.fakes.memory_accounts import MemoryAccountStore, MemoryPeople
from tests.fakes.memory_transaction import MemoryTransaction

PASSWORD = "correct horse battery"


class Away(BuiltInProvider):
    """A provider that does not answer whoever would delete an account, while ``away``."""

    away = False

    async def delete_account(self, account_id: UserId) -> None:
        if self.away:
            raise AuthUnavailable("It is away.")
        await super().delete_account(account_id)


class PeopleStage:
    def __init__(self) -> None:
        self.transaction = MemoryTransaction()
        self.tables = self.transaction.database
        self.store = MemoryAccountStore()
        self.people = MemoryPeople(self.tables)
        self.clock = StandingClock()
        self.ticked = 0.0
        self.new_id: Any = CountingIds()
        self.random = random.Random(5).randbytes
        self.provider = self.provider_with(passes=1)
        sees: dict[str, Any] = {"provider": self.provider, "people": self.people}
        writes: dict[str, Any] = {"transaction": self.transaction}
        timed: dict[str, Any] = {**writes, "clock": self.clock}
        self.sign_up = SignUpPerson(**sees, **writes)
        self.change_password = ChangePassword(provider=self.provider, **timed)
        self.change_profile = ChangeProfile(**writes)
        self.change_user = ChangeUser(**writes)
        self.create_user = CreateUser(**sees, **writes)
        self.delete_user = DeleteUser(**sees, **writes)
        self.delete_oneself = DeleteOneself(**sees, **timed)
        self.ensure = EnsureLocalAccount(**sees, **writes, random=self.random)
        self.make_superuser = MakeSuperuserAccount(**sees, **writes)
        self.reset_password = ResetPassword(provider=self.provider)
        self.tend = TendAccounts(**sees, store=self.store, clock=self.clock)
        self.know = self.process()

    def provider_with(self, *, passes: int) -> Away:
        """As after an update that makes new hashes in another way."""
        return Away(
            self.store,
            environment="test",
            clock=self.clock,
            new_id=self.new_id,
            random=self.random,
            passwords=Passwords(passes=passes, memory_kib=8),
        )

    def process(self) -> Callable[[str], Awaitable[Actor]]:
        """Another process on the same database."""
        recent = RecentPeople(lambda: self.ticked)
        return KnowByToken(provider=self.provider, people=self.people, recent=recent).actor

    def pass_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)
        self.ticked += seconds

    async def somebody(self, email: str = "eve@example.org", name: str | None = "Eve") -> Session:
        made = await self.sign_up(email, PASSWORD, name=name)
        assert made.session is not None
        return made.session

    async def superuser(self, email: str = "root@example.org") -> Actor:
        await self.make_superuser(email, password=PASSWORD)
        return await self.know((await self.provider.log_in(email, PASSWORD)).access_token)

    def profile(self, user_id: UserId) -> Profile:
        return self.tables.tables.profiles[user_id]

    def acts(self, user_id: UserId) -> list[str]:
        return [one.act.value for one in self.tables.tables.activity.values() if one.subject_id == user_id]
