"""A Supabase project and its people, over real HTTP: many at once, new keys, addresses to be confirmed."""

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from supabase_auth import AsyncGoTrueClient

from pixcrawler.adapters.auth.published_keys import PAUSE
from pixcrawler.domain.identity.errors import (
    AuthUnavailable,
    EmailNotConfirmed,
    InvalidToken,
    WrongCredentials,
)
from tests.contract.identity_providers import SupabaseDesk, supabase_desk
from tests.servers.api import Fault
from tests.servers.gotrue_project import ANON_KEY

PASSWORD = "correct horse battery staple"
KEYS = "GET /.well-known/jwks.json"


@pytest.fixture
async def desk() -> AsyncIterator[SupabaseDesk]:
    async with supabase_desk() as found:
        yield found


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def address() -> str:
    return f"{uuid.uuid4().hex}@example.org"


async def test_people_at_once_never_get_each_others_session(desk: SupabaseDesk) -> None:
    people, provider = desk.server.people, desk.provider
    emails = [f"{n}-{address()}" for n in range(20)]
    for email in emails:
        people.add(email, f"{PASSWORD} {email}"[:72], None).confirmed_at = "2026-01-01T00:00:00Z"

    async def day(email: str) -> None:
        session = await provider.log_in(email, f"{PASSWORD} {email}"[:72])
        assert session.account.email == email
        assert (await provider.verify(session.access_token)).email == email
        session = await provider.refresh(session.refresh_token)
        assert session.account.email == email
        changed = await provider.change_password(session.access_token, f"new {email}"[:72])
        assert changed.email == email
        await provider.log_out(session.access_token)

    await asyncio.gather(*(day(email) for email in emails))
    assert not people.sessions
    assert all(people.fits(user, f"new {user.email}"[:72]) for user in people.users.values())


async def test_no_request_carries_what_another_was_given(desk: SupabaseDesk) -> None:
    """The vendor's client would send a session that it remembers."""
    await desk.provider.sign_up(address(), PASSWORD, name=None)
    with pytest.raises(InvalidToken):
        await desk.provider.refresh("")
    assert not await desk.provider.accounts(page=2, size=50)


async def test_a_cookie_that_one_person_is_given_is_sent_for_nobody(desk: SupabaseDesk) -> None:
    for _ in range(2):
        made = await desk.provider.sign_up(address(), PASSWORD, name=None)
        assert made.session is not None
        await desk.provider.refresh(made.session.refresh_token)
    assert desk.server.cookies == []


async def test_connections_and_files_are_given_back() -> None:
    before = open_files()
    async with supabase_desk() as desk:
        email = address()
        await desk.provider.sign_up(email, PASSWORD, name=None)
        await asyncio.gather(*(desk.provider.log_in(email, PASSWORD) for _ in range(30)))
        busy = open_files()
        for _ in range(30):
            await desk.provider.log_in(email, PASSWORD)
        assert open_files() <= busy
    assert open_files() <= before


async def test_a_token_that_the_vendors_own_client_got_is_good(desk: SupabaseDesk) -> None:
    client = AsyncGoTrueClient(url=desk.server.issuer, headers={"apikey": ANON_KEY}, auto_refresh_token=False)
    async with client:
        email = address()
        made = await client.sign_up({"email": email, "password": PASSWORD})
        assert made.session is not None
        assert (await desk.provider.verify(made.session.access_token)).email == email
        assert (await client.get_claims(made.session.access_token)) is not None


async def test_after_a_rotation_new_and_old_tokens_are_good_until_the_old_key_is_withdrawn(
    desk: SupabaseDesk,
) -> None:
    email = address()
    old = await desk.provider.sign_up(email, PASSWORD, name=None)
    assert old.session is not None
    desk.server.keys.rotate("RS256")
    new = await desk.provider.log_in(email, PASSWORD)
    for token in (new.access_token, old.session.access_token):
        assert (await desk.provider.verify(token)).email == email
    assert desk.server.asked[KEYS] == 1  # fetched after the rotation, so once for both


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500, "down"),
        Fault(302, "", {"location": "/elsewhere"}),
        Fault(200, "<html>"),
        Fault(200, '{"keys": [' + " " * 70_000 + "]}"),
        Fault(200, '{"keys": "none"}'),
    ],
)
async def test_keys_that_cannot_be_had_make_tokens_uncheckable_not_wrong(
    desk: SupabaseDesk, fault: Fault
) -> None:
    made = await desk.provider.sign_up(address(), PASSWORD, name=None)
    assert made.session is not None
    desk.server.faults.append(fault)
    for _ in range(5):
        with pytest.raises(AuthUnavailable):
            await desk.provider.verify(made.session.access_token)
    assert desk.server.asked[KEYS] == 1


async def test_strangers_with_made_up_keys_cost_one_question(desk: SupabaseDesk) -> None:
    made = await desk.provider.sign_up(address(), PASSWORD, name=None)
    assert made.session is not None
    await desk.provider.verify(made.session.access_token)
    desk.server.keys.current = type(desk.server.keys.current)("ES256")  # published nowhere
    session = next(iter(desk.server.people.sessions.values()))
    for _ in range(50):
        with pytest.raises(InvalidToken):
            await desk.provider.verify(desk.server.keys.current.sign({"sub": session.user.id}))
    assert desk.server.asked[KEYS] <= 2
    assert PAUSE >= 30


async def test_an_address_is_confirmed_before_its_owner_comes_in(desk: SupabaseDesk) -> None:
    desk.server.autoconfirm = False
    email = address()
    made = await desk.provider.sign_up(email, PASSWORD, name="Ann")
    assert made.session is None
    assert not made.account.email_confirmed
    with pytest.raises(EmailNotConfirmed):
        await desk.provider.log_in(email, PASSWORD)
    with pytest.raises(WrongCredentials):
        await desk.provider.log_in(email, "something else")
    desk.server.people.redeemed(desk.server.people.mails[-1].token, "signup")
    assert (await desk.provider.log_in(email, PASSWORD)).account.id == made.account.id


async def test_with_confirmation_on_nobody_learns_which_addresses_are_taken(desk: SupabaseDesk) -> None:
    email = address()
    known = await desk.provider.create_account(email, PASSWORD, name=None)
    desk.server.autoconfirm = False
    answers = [await desk.provider.sign_up(who, PASSWORD, name=None) for who in (email, address())]
    assert [(answer.session, answer.account.email_confirmed) for answer in answers] == [(None, False)] * 2
    assert answers[0].account.id != known.id


@pytest.mark.long
async def test_a_process_that_asks_nobody_loads_no_client() -> None:
    """A worker, for one: what is heavy comes with the first question."""
    loaded = (
        "import sys, pixcrawler.bootstrap.open_app, pixcrawler.adapters.auth.supabase\n"
        "print([name for name in ('supabase_auth', 'jwt') if name in sys.modules])"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", loaded, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"
