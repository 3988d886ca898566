"""What an operator does with people's accounts, at every auth provider."""

import uuid

import pytest

from pixcrawler.application.ports.identity_provider import Account, IdentityProvider, Session
from pixcrawler.domain.identity.errors import AccountNotFound, InvalidToken, WrongCredentials
from pixcrawler.domain.shared.ids import UserId
from tests.contract.identity_providers import (
    OTHER,
    PASSWORD,
    first_session,
    provider_of,
    somebodys_email,
)

provider = pytest.fixture(provider_of)
email = pytest.fixture(somebodys_email)
session = pytest.fixture(first_session)


async def test_a_password_that_the_operator_sets_ends_all_sessions(
    provider: IdentityProvider, session: Session, email: str
) -> None:
    await provider.set_password(session.account.id, OTHER)
    with pytest.raises(InvalidToken):
        await provider.refresh(session.refresh_token)
    with pytest.raises(WrongCredentials):
        await provider.log_in(email, PASSWORD)
    assert (await provider.log_in(email, OTHER)).account.id == session.account.id


async def test_an_account_that_the_operator_makes_needs_no_confirmation(
    provider: IdentityProvider, email: str
) -> None:
    made = await provider.create_account(email, PASSWORD, name="Bob")
    assert (made.email, made.name, made.email_confirmed) == (email, "Bob", True)
    assert (await provider.log_in(email, PASSWORD)).account.id == made.id
    found = await provider.account(made.id)
    assert (found.id, found.email, found.name) == (made.id, email, "Bob")
    assert found.last_login_at is not None


async def test_accounts_come_in_pages_oldest_first_each_once(provider: IdentityProvider) -> None:
    made = [
        (await provider.create_account(f"{n}-{uuid.uuid4().hex}@example.org", PASSWORD, name=None)).id
        for n in range(5)
    ]
    all_of_them: list[Account] = []
    page = 1
    while found := await provider.accounts(page=page, size=2):
        assert len(found) <= 2
        all_of_them += found
        page += 1
    ids = [account.id for account in all_of_them]
    assert len(set(ids)) == len(ids)
    assert set(made) <= set(ids)
    assert [account.created_at for account in all_of_them] == sorted(a.created_at for a in all_of_them)


async def test_a_deleted_account_is_gone_with_its_sessions(
    provider: IdentityProvider, session: Session, email: str
) -> None:
    await provider.delete_account(session.account.id)
    await provider.delete_account(session.account.id)
    with pytest.raises(AccountNotFound):
        await provider.account(session.account.id)
    with pytest.raises(WrongCredentials):
        await provider.log_in(email, PASSWORD)
    with pytest.raises(InvalidToken):
        await provider.refresh(session.refresh_token)
    assert (await provider.sign_up(email, PASSWORD, name=None)).account.id != session.account.id


async def test_nobody_is_not_found(provider: IdentityProvider) -> None:
    nobody = UserId(uuid.uuid4())
    with pytest.raises(AccountNotFound):
        await provider.account(nobody)
    with pytest.raises(AccountNotFound):
        await provider.set_password(nobody, PASSWORD)
