"""People by their passwords and tokens: Supabase with the three kinds of keys it signs with, and built in."""

import asyncio
import uuid

import pytest

from pixcrawler.application.ports.identity_provider import IdentityProvider, Session
from pixcrawler.domain.identity.errors import (
    EmailTaken,
    InvalidEmail,
    InvalidToken,
    ResetUnavailable,
    WeakPassword,
    WrongCredentials,
)
from tests.contract.identity_providers import (
    OTHER,
    PASSWORD,
    Desk,
    first_session,
    provider_of,
    somebodys_email,
)

provider = pytest.fixture(provider_of)
email = pytest.fixture(somebodys_email)
session = pytest.fixture(first_session)


async def test_who_signs_up_is_logged_in_and_known(provider: IdentityProvider, email: str) -> None:
    made = await provider.sign_up(email, PASSWORD, name="Ann")
    assert made.session is not None
    assert made.session.account.id == made.account.id
    assert (made.account.email, made.account.name, made.account.email_confirmed) == (email, "Ann", True)
    person = await provider.verify(made.session.access_token)
    assert (person.id, person.email, person.recovering) == (made.account.id, email, False)
    assert abs((person.expires_at - made.session.expires_at).total_seconds()) <= 2


async def test_going_on_with_a_session_is_no_new_login(provider: IdentityProvider, session: Session) -> None:
    began = (await provider.verify(session.access_token)).logged_in_at
    again = await provider.refresh(session.refresh_token)
    assert began is not None
    assert (await provider.verify(again.access_token)).logged_in_at == began


async def test_who_signs_up_logs_in_however_the_address_is_written(
    provider: IdentityProvider, session: Session, email: str
) -> None:
    again = await provider.log_in(f"{email[0].upper()}{email[1:]}", PASSWORD)
    assert again.account.id == session.account.id
    assert again.access_token != session.access_token
    assert (await provider.verify(again.access_token)).id == session.account.id


async def test_a_name_is_not_needed(provider: IdentityProvider, email: str) -> None:
    assert (await provider.sign_up(email, PASSWORD, name=None)).account.name is None


async def test_an_address_is_one_persons(provider: IdentityProvider, session: Session, email: str) -> None:
    assert session.account.email == email
    with pytest.raises(EmailTaken):
        await provider.sign_up(email.upper(), OTHER, name=None)
    with pytest.raises(EmailTaken):
        await provider.create_account(email, OTHER, name=None)
    assert (await provider.log_in(email, PASSWORD)).account.id == session.account.id


async def test_of_many_who_want_one_address_at_once_one_gets_it(
    provider: IdentityProvider, email: str
) -> None:
    tries = [provider.sign_up(email, PASSWORD, name=str(n)) for n in range(5)]
    ends = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["EmailTaken"] * 4 + ["SignUp"]


@pytest.mark.parametrize("password", ["short", "", "p" * 300])
async def test_a_password_that_will_not_do_is_refused(
    provider: IdentityProvider, email: str, password: str
) -> None:
    with pytest.raises(WeakPassword) as caught:
        await provider.sign_up(email, password, name=None)
    assert caught.value.field == "password"
    with pytest.raises(WeakPassword):
        await provider.create_account(email, password, name=None)
    with pytest.raises(WrongCredentials):
        await provider.log_in(email, password)


@pytest.mark.parametrize("address", ["", "nobody", "a@", "@b.example", "a b@c.example"])
async def test_what_is_no_address_is_refused(provider: IdentityProvider, address: str) -> None:
    with pytest.raises(InvalidEmail):
        await provider.sign_up(address, PASSWORD, name=None)
    with pytest.raises(WrongCredentials):
        await provider.log_in(address, PASSWORD)


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    provider: IdentityProvider, session: Session, email: str
) -> None:
    assert session.account.email == email
    answers = []
    for who, password in ((email, OTHER), (f"not-{email}", PASSWORD)):
        with pytest.raises(WrongCredentials) as caught:
            await provider.log_in(who, password)
        answers.append((type(caught.value), caught.value.code, str(caught.value), caught.value.field))
    assert answers[0] == answers[1]


async def test_a_session_goes_on_by_its_refresh_token(provider: IdentityProvider, session: Session) -> None:
    newer = await provider.refresh(session.refresh_token)
    assert newer.refresh_token != session.refresh_token
    assert newer.account.id == session.account.id
    assert (await provider.verify(newer.access_token)).id == session.account.id
    assert (await provider.refresh(newer.refresh_token)).account.id == session.account.id


async def test_a_refresh_token_that_is_used_twice_ends_its_session(
    provider: IdentityProvider, session: Session
) -> None:
    newer = await provider.refresh(session.refresh_token)
    with pytest.raises(InvalidToken):
        await provider.refresh(session.refresh_token)
    with pytest.raises(InvalidToken):
        await provider.refresh(newer.refresh_token)


async def test_the_end_of_one_session_is_not_that_of_another(
    provider: IdentityProvider, session: Session, email: str
) -> None:
    other = await provider.log_in(email, PASSWORD)
    await provider.log_out(session.access_token)
    with pytest.raises(InvalidToken):
        await provider.refresh(session.refresh_token)
    assert (await provider.refresh(other.refresh_token)).account.id == session.account.id


async def test_logging_out_twice_is_once(provider: IdentityProvider, session: Session) -> None:
    await provider.log_out(session.access_token)
    await provider.log_out(session.access_token)
    with pytest.raises(InvalidToken):
        await provider.refresh(session.refresh_token)


@pytest.mark.parametrize(
    "token", ["", "garbage", "a.b.c", "pxs_0000", "pxc_test_0000", "\u00e4\u2028", "." * 9]
)
async def test_garbage_is_no_token(provider: IdentityProvider, token: str) -> None:
    for act in (provider.verify, provider.refresh, provider.log_out):
        with pytest.raises(InvalidToken):
            await act(token)
    with pytest.raises(InvalidToken):
        await provider.change_password(token, OTHER)


async def test_a_refresh_token_is_no_access_token_and_the_other_way_round(
    provider: IdentityProvider, session: Session
) -> None:
    with pytest.raises(InvalidToken):
        await provider.verify(session.refresh_token)
    with pytest.raises(InvalidToken):
        await provider.refresh(session.access_token)


async def test_a_token_with_one_letter_changed_is_no_token(
    provider: IdentityProvider, session: Session
) -> None:
    token = session.access_token
    middle = len(token) // 2
    changed = token[:middle] + ("a" if token[middle] != "a" else "b") + token[middle + 1 :]
    assert (await provider.verify(token)).id == session.account.id
    with pytest.raises(InvalidToken):
        await provider.verify(changed)


async def test_an_expired_token_opens_nothing(auth_desk: Desk, session: Session, email: str) -> None:
    token = await auth_desk.expired(email, PASSWORD)
    assert token != session.access_token
    with pytest.raises(InvalidToken):
        await auth_desk.provider.verify(token)
    with pytest.raises(InvalidToken):
        await auth_desk.provider.change_password(token, OTHER)


async def test_a_changed_password_counts_and_ends_other_sessions(
    provider: IdentityProvider, session: Session, email: str
) -> None:
    other = await provider.log_in(email, PASSWORD)
    assert (await provider.change_password(session.access_token, OTHER)).id == session.account.id
    with pytest.raises(WrongCredentials):
        await provider.log_in(email, PASSWORD)
    assert (await provider.log_in(email, OTHER)).account.id == session.account.id
    with pytest.raises(InvalidToken):
        await provider.refresh(other.refresh_token)
    assert (await provider.refresh(session.refresh_token)).account.id == session.account.id


async def test_a_password_is_not_changed_into_one_that_will_not_do(
    provider: IdentityProvider, session: Session, email: str
) -> None:
    with pytest.raises(WeakPassword):
        await provider.change_password(session.access_token, "short")
    with pytest.raises(WeakPassword):
        await provider.set_password(session.account.id, "short")
    assert (await provider.log_in(email, PASSWORD)).account.id == session.account.id


async def test_a_reset_mail_leads_to_a_new_password_and_tells_nothing(
    auth_desk: Desk, session: Session, email: str
) -> None:
    try:
        for who in (email, f"not-{email}"):
            await auth_desk.provider.request_reset(who)
    except ResetUnavailable:
        assert await auth_desk.mailed(email) is None
        return
    token = await auth_desk.mailed(email)
    assert token is not None
    assert (await auth_desk.provider.verify(token)).recovering
    assert (await auth_desk.provider.change_password(token, OTHER)).id == session.account.id
    assert (await auth_desk.provider.log_in(email, OTHER)).account.id == session.account.id


async def test_people_who_log_in_at_once_get_each_their_own(provider: IdentityProvider) -> None:
    emails = [f"{n}-{uuid.uuid4().hex}@example.org" for n in range(12)]
    made = [await provider.create_account(email, PASSWORD, name=None) for email in emails]
    logins = await asyncio.gather(*(provider.log_in(email, PASSWORD) for email in emails))
    assert [login.account.id for login in logins] == [account.id for account in made]
    people = await asyncio.gather(*(provider.verify(login.access_token) for login in logins))
    assert [person.email for person in people] == emails
    newer = await asyncio.gather(*(provider.refresh(login.refresh_token) for login in logins))
    assert [login.account.email for login in newer] == emails


async def test_a_session_shows_no_token(session: Session) -> None:
    assert session.access_token not in repr(session)
    assert session.refresh_token not in repr(session)
