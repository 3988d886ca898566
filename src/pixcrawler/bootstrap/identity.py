"""The container of identity, and the writer of keys' last uses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from pixcrawler.application.identity.authenticate import Authenticate
from pixcrawler.application.identity.change_password import ChangePassword
from pixcrawler.application.identity.change_profile import ChangeProfile
from pixcrawler.application.identity.change_user import ChangeUser
from pixcrawler.application.identity.create_user import CreateUser
from pixcrawler.application.identity.delete_oneself import DeleteOneself
from pixcrawler.application.identity.delete_user import DeleteUser
from pixcrawler.application.identity.ensure_superuser import EnsureSuperuser
from pixcrawler.application.identity.export_own_data import ExportOwnData
from pixcrawler.application.identity.know_by_key import KnowByKey
from pixcrawler.application.identity.know_by_token import KnowByToken, RecentPeople
from pixcrawler.application.identity.local_actor import FindLocalUser
from pixcrawler.application.identity.make_superuser import MakeSuperuser
from pixcrawler.application.identity.make_superuser_account import MakeSuperuserAccount
from pixcrawler.application.identity.recent_keys import KeyUses, RecentKeys
from pixcrawler.application.identity.record_key_uses import RecordKeyUses
from pixcrawler.application.identity.reset_password import ResetPassword
from pixcrawler.application.identity.sign_up_person import SignUpPerson
from pixcrawler.application.identity.tend_accounts import TendAccounts
from pixcrawler.application.ports.account_store import AccountStore
from pixcrawler.application.ports.clock import Clock, NewId, RandomBytes, Ticks
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.key_ring import KeyRing
from pixcrawler.application.ports.own_data import OwnData
from pixcrawler.application.ports.people import People
from pixcrawler.application.ports.profiles import ProfileReads
from pixcrawler.application.ports.transaction import Transaction
from pixcrawler.bootstrap.app import Identity
from pixcrawler.bootstrap.containers import containers, providers
from pixcrawler.domain.identity.key_text import KeyKind
from pixcrawler.domain.shared.errors import DomainError

EVERY = 10.0
"""Seconds between two writings of keys' last uses."""

log = structlog.get_logger(__name__)


class IdentityContainer(containers.DeclarativeContainer):
    """What identity needs, and its use cases over that."""

    transaction: providers.Dependency[Transaction] = providers.Dependency()
    clock: providers.Dependency[Clock] = providers.Dependency()
    new_id: providers.Dependency[NewId] = providers.Dependency()
    keys: providers.Dependency[KeyRing] = providers.Dependency()
    kind: providers.Dependency[KeyKind] = providers.Dependency()
    random: providers.Dependency[RandomBytes] = providers.Dependency()
    ticks: providers.Dependency[Ticks] = providers.Dependency()
    provider: providers.Dependency[IdentityProvider] = providers.Dependency()
    people: providers.Dependency[People] = providers.Dependency()
    profiles: providers.Dependency[ProfileReads] = providers.Dependency()
    own_data: providers.Dependency[OwnData] = providers.Dependency()
    accounts: providers.Dependency[AccountStore] = providers.Dependency()

    recent_people = providers.Singleton(RecentPeople, ticks)
    recent = providers.Singleton(RecentKeys, ticks)
    uses = providers.Singleton(KeyUses)

    find_local_user = providers.Singleton(FindLocalUser, transaction=transaction, clock=clock, new_id=new_id)
    ensure_superuser = providers.Singleton(
        EnsureSuperuser, transaction=transaction, clock=clock, new_id=new_id, random=random, kind=kind
    )
    make_superuser = providers.Singleton(
        MakeSuperuser, transaction=transaction, clock=clock, new_id=new_id, random=random, kind=kind
    )
    by_key = providers.Singleton(KnowByKey, keys=keys, clock=clock, kind=kind, recent=recent, uses=uses)
    by_token = providers.Singleton(KnowByToken, provider=provider, people=people, recent=recent_people)
    authenticate = providers.Singleton(Authenticate, by_key=by_key, by_token=by_token)
    record_key_uses = providers.Singleton(RecordKeyUses, keys=keys, uses=uses)

    make_superuser_account = providers.Singleton(
        MakeSuperuserAccount, provider=provider, people=people, transaction=transaction
    )
    reset_password = providers.Singleton(ResetPassword, provider=provider)
    sign_up_person = providers.Singleton(
        SignUpPerson, provider=provider, people=people, transaction=transaction
    )
    change_password = providers.Singleton(
        ChangePassword, provider=provider, transaction=transaction, clock=clock
    )
    change_profile = providers.Singleton(ChangeProfile, transaction=transaction)
    export_own_data = providers.Singleton(ExportOwnData, data=own_data, transaction=transaction)
    delete_oneself = providers.Singleton(
        DeleteOneself, transaction=transaction, provider=provider, people=people, clock=clock
    )
    create_user = providers.Singleton(CreateUser, provider=provider, people=people, transaction=transaction)
    change_user = providers.Singleton(ChangeUser, transaction=transaction)
    delete_user = providers.Singleton(DeleteUser, transaction=transaction, provider=provider, people=people)
    tend_accounts = providers.Singleton(
        TendAccounts, provider=provider, people=people, store=accounts, clock=clock
    )

    context = providers.Singleton(
        Identity,
        find_local_user=find_local_user,
        ensure_superuser=ensure_superuser,
        make_superuser=make_superuser,
        make_superuser_account=make_superuser_account,
        reset_password=reset_password,
        authenticate=authenticate,
        record_key_uses=record_key_uses,
        provider=provider,
        profiles=profiles,
        change_password=change_password,
        change_profile=change_profile,
        change_user=change_user,
        create_user=create_user,
        delete_oneself=delete_oneself,
        delete_user=delete_user,
        export_own_data=export_own_data,
        sign_up_person=sign_up_person,
        tend_accounts=tend_accounts,
    )


@asynccontextmanager
async def recording(record: RecordKeyUses, *, every: float = EVERY) -> AsyncIterator[None]:
    """Written down every so many seconds, and at the end. Failures are only logged: nobody waits for it."""
    ending = asyncio.Event()

    async def go_on() -> None:
        while not ending.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(every):
                    await ending.wait()
            try:
                await record()
            except Exception as error:  # it goes on with the next ones
                bug = None if isinstance(error, DomainError) else error
                log.warning("key_uses_not_recorded", reason=str(error), exc_info=bug)

    writer = asyncio.create_task(go_on())
    try:
        yield
    finally:
        ending.set()
        await writer
