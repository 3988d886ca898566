"""Making, changing and parting with accounts."""

import uuid

import msgspec
import pytest

from pixcrawler.adapters.auth.built_in import BuiltInProvider, BuiltInRefused
from pixcrawler.adapters.auth.passwords import Passwords
from pixcrawler.application.identity.create_user import NewUser
from pixcrawler.application.identity.ensure_local_account import EMAIL
from pixcrawler.application.ports.identity_provider import Person
from pixcrawler.application.ports.lease import Lease
from pixcrawler.domain.identity.errors import (
    AccountNotFound,
    InvalidProfile,
    InvalidToken,
    LoginTooOld,
    NotConfirmed,
    NotOneself,
    WrongCredentials,
    WrongPassword,
)
from pixcrawler.domain.identity.profile import ProfileChange
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.errors import SuperusersOnly
from pixcrawler.domain.shared.ids import TaskId, UserId
from pixcrawler.domain.shared.plans import Plan
from tests.unit.application.identity.people_stage import PASSWORD, PeopleStage

LEASE = Lease(TaskId(uuid.uuid4()), 1)


@pytest.fixture
def stage() -> PeopleStage:
    return PeopleStage()


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_built_in_provider_refuses_production(stage: PeopleStage, environment: str) -> None:
    with pytest.raises(BuiltInRefused, match="SUPABASE_URL"):
        BuiltInProvider(
            stage.store,
            environment=environment,
            clock=stage.clock,
            new_id=uuid.uuid4,
            random=bytes,
            passwords=Passwords(),
        )


async def test_who_signs_up_is_written_down(stage: PeopleStage) -> None:
    session = await stage.somebody()
    assert stage.profile(session.account.id).name == "Eve"
    assert stage.acts(session.account.id) == ["account.created"]


async def test_nothing_of_a_secret_is_kept_or_shown(stage: PeopleStage) -> None:
    session = await stage.somebody()
    kept = repr((stage.store.accounts, stage.store.tokens, stage.store.sessions, session))
    for secret in (PASSWORD, session.access_token, session.refresh_token):
        assert secret not in kept
        assert secret.encode() not in stage.store.tokens
    wanted = NewUser(email="a@example.org", password=PASSWORD)
    assert PASSWORD not in repr(wanted)


async def test_names_follow_the_provider_and_stay_what_their_owner_made_of_them(stage: PeopleStage) -> None:
    session = await stage.somebody()
    actor = await stage.know(session.access_token)
    await stage.change_profile(ProfileChange(name="Eve Adams"), by=actor)
    stage.pass_by(5)
    await stage.know(session.access_token)
    assert stage.profile(actor.id).name == "Eve Adams"


async def test_a_profile_that_is_not_changed_is_not_written_down(stage: PeopleStage) -> None:
    session = await stage.somebody()
    actor = await stage.know(session.access_token)
    await stage.change_profile(ProfileChange(name="Eve"), by=actor)
    assert stage.acts(actor.id) == ["account.created"]


async def test_nobody_raises_themselves_by_way_of_their_profile(stage: PeopleStage) -> None:
    actor = await stage.know((await stage.somebody()).access_token)
    await stage.change_profile(ProfileChange(role=Role.SUPERUSER, plan=Plan.ENTERPRISE), by=actor)
    assert (stage.profile(actor.id).role, stage.profile(actor.id).plan) == (Role.USER, Plan.FREE)
    with pytest.raises(SuperusersOnly):
        await stage.change_user(actor.id, ProfileChange(role=Role.SUPERUSER), by=actor)
    with pytest.raises(SuperusersOnly):
        await stage.create_user(NewUser(email="b@example.org", password=PASSWORD), by=actor)
    with pytest.raises(SuperusersOnly):
        await stage.delete_user(actor.id, by=actor)


async def test_a_superuser_changes_others_and_never_their_own_role(stage: PeopleStage) -> None:
    root = await stage.superuser()
    with pytest.raises(NotOneself):
        await stage.change_user(root.id, ProfileChange(role=Role.USER), by=root)
    with pytest.raises(NotOneself):
        await stage.delete_user(root.id, by=root)
    made = await stage.create_user(NewUser(email="b@example.org", password=PASSWORD, plan=Plan.PRO), by=root)
    profile = stage.profile(made.id)
    assert (profile.role, profile.plan, profile.name) == (Role.USER, Plan.PRO, "b")
    assert stage.acts(made.id) == ["account.created"]


async def test_a_deletion_is_finished_when_the_provider_answers_again(stage: PeopleStage) -> None:
    root, session = await stage.superuser(), await stage.somebody()
    stage.provider.away = True
    await stage.delete_user(session.account.id, by=root)
    assert session.account.id in stage.store.accounts
    stage.pass_by(5)
    with pytest.raises(InvalidToken):
        await stage.know(session.access_token)
    await stage.tend({}, lease=LEASE)
    assert session.account.id in stage.store.accounts
    stage.provider.away = False
    await stage.tend({}, lease=LEASE)
    await stage.tend({}, lease=LEASE)
    assert session.account.id not in stage.store.accounts
    assert await stage.people.unforgotten(most=9) == []


async def test_what_has_expired_is_forgotten(stage: PeopleStage) -> None:
    await stage.somebody()
    with pytest.raises(WrongCredentials):
        await stage.provider.log_in("nobody@example.org", PASSWORD)
    stage.pass_by(31 * 86_400)
    await stage.tend({}, lease=LEASE)
    assert stage.store.tokens == stage.store.sessions == stage.store.attempts == {}


async def test_who_leaves_proves_who_asks(stage: PeopleStage) -> None:
    session = await stage.somebody()
    actor = await stage.know(session.access_token)
    with pytest.raises(NotConfirmed):
        await stage.delete_oneself(
            session.access_token, confirm="other@example.org", password=PASSWORD, by=actor
        )
    with pytest.raises(WrongPassword):
        await stage.delete_oneself(
            session.access_token, confirm="Eve@example.org", password="wrong", by=actor
        )
    stage.pass_by(11 * 60)
    with pytest.raises(LoginTooOld):
        await stage.delete_oneself(session.access_token, confirm="eve@example.org", password=None, by=actor)
    await stage.delete_oneself(session.access_token, confirm="eve@example.org", password=PASSWORD, by=actor)
    assert actor.id not in stage.tables.tables.profiles
    assert actor.id not in stage.store.accounts
    assert stage.acts(actor.id)[-1] == "account.deleted"


async def test_soon_after_a_login_no_password_is_needed_to_leave(stage: PeopleStage) -> None:
    session = await stage.somebody()
    actor = await stage.know(session.access_token)
    await stage.delete_oneself(session.access_token, confirm="eve@example.org", password=None, by=actor)
    assert actor.id not in stage.tables.tables.profiles


async def test_who_has_no_address_repeats_their_name_to_leave(stage: PeopleStage) -> None:
    """As those of Supabase's people who log in by telephone."""
    session = await stage.somebody()
    actor = await stage.know(session.access_token)
    kept, profile = stage.store.accounts[actor.id], stage.profile(actor.id)
    nameless = msgspec.structs.replace(kept.account, email="")
    stage.store.accounts[actor.id] = msgspec.structs.replace(kept, account=nameless)
    profile.email, profile.name = None, f"user {actor.id}"
    for wrong in ("", "eve@example.org", "user"):
        with pytest.raises(NotConfirmed):
            await stage.delete_oneself(session.access_token, confirm=wrong, password=None, by=actor)
    with pytest.raises(WrongPassword):
        await stage.delete_oneself(session.access_token, confirm=profile.name, password=PASSWORD, by=actor)
    await stage.delete_oneself(session.access_token, confirm=profile.name, password=None, by=actor)
    assert actor.id not in stage.tables.tables.profiles


async def test_a_login_elsewhere_is_no_proof_for_an_old_session(stage: PeopleStage) -> None:
    old = await stage.somebody()
    stage.pass_by(11 * 60)
    await stage.provider.log_in("eve@example.org", PASSWORD)
    going_on = await stage.provider.refresh(old.refresh_token)
    actor = await stage.know(going_on.access_token)
    with pytest.raises(LoginTooOld):
        await stage.delete_oneself(going_on.access_token, confirm="eve@example.org", password=None, by=actor)


async def test_of_two_superusers_who_demote_each_other_one_stays(stage: PeopleStage) -> None:
    one, other = await stage.superuser(), await stage.superuser("other@example.org")
    await stage.change_user(other.id, ProfileChange(role=Role.USER), by=one)
    late = "late@example.org"
    for undoing in (
        stage.change_user(one.id, ProfileChange(role=Role.USER), by=other),
        stage.create_user(NewUser(email=late, password=PASSWORD, role=Role.SUPERUSER), by=other),
        stage.delete_user(one.id, by=other),
    ):
        with pytest.raises(SuperusersOnly):
            await undoing
    assert stage.profile(one.id).role is Role.SUPERUSER
    assert late not in [kept.account.email for kept in stage.store.accounts.values()]


async def test_who_has_no_address_takes_nobodys_name(stage: PeopleStage) -> None:
    """Names of those are unique, and the command line knows its own by them."""
    phone = Person(id=UserId(uuid.uuid4()), email=None, name="local", expires_at=stage.clock.now())
    assert await stage.people.seen(phone) is Role.USER
    name = stage.profile(phone.id).name
    with pytest.raises(InvalidProfile) as refused:
        await stage.change_profile(ProfileChange(name="local"), by=stage.profile(phone.id).actor)
    assert (refused.value.field, stage.profile(phone.id).name) == ("name", name)
    await stage.change_profile(ProfileChange(name=name, onboarded=True), by=stage.profile(phone.id).actor)
    assert stage.profile(phone.id).onboarded


async def test_the_first_start_makes_an_account_and_later_ones_none(stage: PeopleStage) -> None:
    password = await stage.ensure()
    assert password is not None
    actor = await stage.know((await stage.provider.log_in(EMAIL, password)).access_token)
    assert (actor.role, stage.profile(actor.id).plan) == (Role.SUPERUSER, Plan.ENTERPRISE)
    assert await stage.ensure() is None


async def test_a_first_account_whose_password_nobody_was_told_gets_another(stage: PeopleStage) -> None:
    await stage.provider.create_account(EMAIL, PASSWORD, name="Admin")
    password = await stage.ensure()
    assert password not in (None, PASSWORD)
    assert (await stage.know((await stage.provider.log_in(EMAIL, str(password))).access_token)).may_see_all
    assert await stage.ensure() is None


async def test_where_others_have_accounts_the_first_start_makes_none(stage: PeopleStage) -> None:
    await stage.somebody()
    assert await stage.ensure() is None
    assert [kept.account.email for kept in stage.store.accounts.values()] == ["eve@example.org"]


async def test_an_operator_resets_a_password_and_promotes_an_account(stage: PeopleStage) -> None:
    session = await stage.somebody()
    await stage.make_superuser(" EVE@example.org", password=None)
    assert stage.profile(session.account.id).role is Role.SUPERUSER
    await stage.reset_password("eve@example.org", "another horse")
    with pytest.raises(InvalidToken):
        await stage.provider.verify(session.access_token)
    assert (await stage.provider.log_in("eve@example.org", "another horse")).account.id == session.account.id
    with pytest.raises(AccountNotFound):
        await stage.reset_password("nobody@example.org", PASSWORD)
