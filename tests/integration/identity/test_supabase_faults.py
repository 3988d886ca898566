"""Supabase Auth when it refuses, errs, dawdles or talks nonsense."""

import traceback
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
import structlog

from pixcrawler.adapters.auth.supabase import SupabaseProvider
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.domain.identity.errors import (
    AccountNotFound,
    AuthUnavailable,
    EmailNotConfirmed,
    EmailTaken,
    InvalidEmail,
    InvalidToken,
    ResetUnavailable,
    SignUpDisabled,
    TooManyAttempts,
    WeakPassword,
    WrongCredentials,
)
from pixcrawler.domain.shared.errors import DomainError
from pixcrawler.domain.shared.ids import UserId
from tests.contract.identity_providers import SupabaseDesk, supabase_desk
from tests.servers.api import Fault
from tests.servers.gotrue_people import GoTrueSession

PASSWORD = "correct horse battery staple"
CANARY = "canary-7f3a"
NOBODY = UserId(uuid.UUID(int=1))
VERSION = {"x-supabase-api-version": "2024-01-01"}
Act = Callable[[IdentityProvider, str], Awaitable[Any]]

ACTS: dict[str, Act] = {
    "sign_up": lambda provider, _: provider.sign_up("ann@example.org", PASSWORD, name=None),
    "log_in": lambda provider, _: provider.log_in("ann@example.org", PASSWORD),
    "refresh": lambda provider, _: provider.refresh("abc"),
    "log_out": lambda provider, token: provider.log_out(token),
    "request_reset": lambda provider, _: provider.request_reset("ann@example.org"),
    "change_password": lambda provider, token: provider.change_password(token, "another password"),
    "accounts": lambda provider, _: provider.accounts(page=1, size=10),
    "account": lambda provider, _: provider.account(NOBODY),
    "create_account": lambda provider, _: provider.create_account("bob@example.org", PASSWORD, name=None),
    "set_password": lambda provider, _: provider.set_password(NOBODY, PASSWORD),
    "delete_account": lambda provider, _: provider.delete_account(NOBODY),
}
REPEATED = {"log_out", "accounts", "account", "set_password", "delete_account"}


@pytest.fixture(scope="module")
async def desk() -> AsyncIterator[SupabaseDesk]:
    async with supabase_desk(patience=5) as found:
        yield found


@pytest.fixture
async def token(desk: SupabaseDesk) -> str:
    """Of somebody who is logged in; nothing more need be asked to check it."""
    session = begun(desk)
    made = desk.server.access_token(session)
    desk.server.faults.clear()
    await desk.provider.verify(made)
    desk.server.asked.clear()
    return made


def begun(desk: SupabaseDesk) -> GoTrueSession:
    people = desk.server.people
    return people.begin(people.add(f"{uuid.uuid4().hex}@example.org", PASSWORD, None), "password")


def refusal(status: int, code: str | None, **headers: str) -> Fault:
    told = {"code": code, "msg": CANARY} if code else {"msg": CANARY, "error_description": CANARY}
    return Fault(status, msgspec.json.encode(told).decode(), headers | VERSION)


@pytest.mark.parametrize(
    ("status", "code"), [(429, "over_email_send_rate_limit"), (400, "email_address_not_authorized")]
)
async def test_what_only_addresses_with_accounts_are_refused_for_is_not_told(
    desk: SupabaseDesk, status: int, code: str
) -> None:
    desk.server.faults.append(refusal(status, code))
    with structlog.testing.capture_logs() as logs:
        await desk.provider.request_reset("ann@example.org")
    assert [line["event"] for line in logs] == ["auth_reset_not_mailed"]
    assert not desk.server.faults


@pytest.mark.parametrize(
    ("act", "status", "code", "meaning"),
    [
        ("sign_up", 422, "user_already_exists", EmailTaken),
        ("sign_up", 400, "email_address_invalid", InvalidEmail),
        ("sign_up", 422, "signup_disabled", SignUpDisabled),
        ("sign_up", 400, "email_provider_disabled", SignUpDisabled),
        ("sign_up", 500, "captcha_failed", AuthUnavailable),
        ("create_account", 422, "email_exists", EmailTaken),
        ("create_account", 403, "not_admin", AuthUnavailable),
        ("log_in", 400, "invalid_credentials", WrongCredentials),
        ("log_in", 400, "user_banned", WrongCredentials),
        ("log_in", 400, "email_not_confirmed", EmailNotConfirmed),
        ("log_in", 400, None, WrongCredentials),
        ("log_in", 401, None, AuthUnavailable),
        ("refresh", 400, "session_expired", InvalidToken),
        ("refresh", 400, "user_banned", InvalidToken),
        ("refresh", 400, None, InvalidToken),
        ("refresh", 401, None, AuthUnavailable),
        ("change_password", 403, "session_not_found", InvalidToken),
        ("change_password", 400, "reauthentication_needed", InvalidToken),
        ("change_password", 401, None, AuthUnavailable),
        ("request_reset", 422, "email_provider_disabled", ResetUnavailable),
        ("request_reset", 429, "over_request_rate_limit", TooManyAttempts),
        ("account", 404, "user_not_found", AccountNotFound),
        ("account", 404, None, AccountNotFound),
        ("account", 401, None, AuthUnavailable),
        ("set_password", 404, "user_not_found", AccountNotFound),
        ("accounts", 403, "not_admin", AuthUnavailable),
        ("account", 418, "brand_new_code", AuthUnavailable),
    ],
)
async def test_a_refusal_means_what_its_code_says(
    desk: SupabaseDesk, token: str, act: str, status: int, code: str | None, meaning: type[DomainError]
) -> None:
    desk.server.faults.append(refusal(status, code))
    with pytest.raises(meaning) as caught:
        await ACTS[act](desk.provider, token)
    assert type(caught.value) is meaning
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("reasons", "told"),
    [(["length"], "too short"), (["pwned"], "leak"), (["new"], "too weak"), (None, "weak")],
)
async def test_a_weak_password_is_told_why(desk: SupabaseDesk, reasons: list[str] | None, told: str) -> None:
    body = {"code": "weak_password", "msg": CANARY, "weak_password": {"reasons": reasons}}
    desk.server.faults.append(Fault(422, msgspec.json.encode(body).decode(), VERSION))
    with pytest.raises(WeakPassword, match=told):
        await desk.provider.sign_up("ann@example.org", PASSWORD, name=None)


@pytest.mark.parametrize(
    ("act", "after", "seconds"),
    [
        *((act, "7", 7) for act in ACTS),
        ("log_in", None, 60),
        ("log_in", "nonsense", 60),
        ("log_in", "0", 1),
        ("log_in", "999999999", 86_400),
    ],
)
async def test_too_many_attempts_say_when_to_come_back(
    desk: SupabaseDesk, token: str, act: str, after: str | None, seconds: int
) -> None:
    headers = {} if after is None else {"retry-after": after}
    desk.server.faults.append(refusal(429, "over_request_rate_limit", **headers))
    with pytest.raises(TooManyAttempts) as caught:
        await ACTS[act](desk.provider, token)
    assert caught.value.retry_after == seconds


async def test_a_limit_that_another_server_on_the_way_keeps_counts_too(desk: SupabaseDesk) -> None:
    desk.server.faults.append(Fault(429, "<html>", {"retry-after": "9"}, "text/html"))
    with pytest.raises(TooManyAttempts) as caught:
        await desk.provider.log_in("ann@example.org", PASSWORD)
    assert caught.value.retry_after == 9


NONSENSE = {
    "an error": refusal(500, "unexpected_failure"),
    "an error page": Fault(500, f"<html>{CANARY}", content_type="text/html"),
    "a page of somebody on the way": Fault(520, "", content_type="text/html"),
    "a redirect": Fault(302, "", {"location": "http://127.0.0.1:1/"}),
    "no JSON": Fault(200, f"<html>{CANARY}", content_type="text/html"),
    "a list": Fault(200, f'["{CANARY}"]'),
    "nothing in it": Fault(200, "{}"),
    "other types": Fault(200, f'{{"access_token": "{CANARY}", "user": {{"id": 7}}, "users": "{CANARY}"}}'),
    "nulls": Fault(
        200, f'{{"access_token": null, "refresh_token": "{CANARY}", "user": null, "users": null}}'
    ),
}
WITHOUT_ANSWER = {"log_out", "request_reset", "delete_account"}
"""Acts of which the status alone counts."""


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (act, kind)
        for kind, fault in NONSENSE.items()
        for act in ACTS
        if fault.status != 200 or act not in WITHOUT_ANSWER
    ],
)
async def test_nonsense_makes_it_unavailable_and_is_shown_nowhere(
    desk: SupabaseDesk, token: str, act: str, kind: str
) -> None:
    fault = NONSENSE[kind]
    desk.server.faults.append(fault)
    with structlog.testing.capture_logs() as told, pytest.raises(AuthUnavailable) as caught:
        await ACTS[act](desk.provider, token)
    assert CANARY not in repr(told)
    assert [line["act"] for line in told] == [act]
    if fault.status == 200:
        assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("act", ACTS)
async def test_only_what_does_no_harm_twice_is_asked_again(desk: SupabaseDesk, token: str, act: str) -> None:
    desk.server.faults.extend([refusal(503, None)] * 2)
    try:
        await ACTS[act](desk.provider, token)
    except AuthUnavailable:
        assert act not in REPEATED
        assert sum(desk.server.asked.values()) == 1
    except AccountNotFound:
        assert act in REPEATED
    assert sum(desk.server.asked.values()) == (3 if act in REPEATED else 1)
    desk.server.faults.clear()


async def test_a_silent_provider_is_waited_for_no_longer_than_said() -> None:
    async with supabase_desk(patience=0.2) as desk:
        desk.server.free.clear()
        for act in ("log_in", "account"):
            with pytest.raises(AuthUnavailable):
                await ACTS[act](desk.provider, "")
        with pytest.raises(AuthUnavailable):
            await desk.provider.verify(desk.server.access_token(begun(desk)))


async def test_a_provider_that_is_not_there_is_unavailable() -> None:
    async with supabase_desk() as desk:
        token = desk.server.access_token(begun(desk))
        await desk.server.__aexit__(None, None, None)
        for act in ("log_in", "refresh", "account"):
            with pytest.raises(AuthUnavailable):
                await ACTS[act](desk.provider, token)
        with pytest.raises(AuthUnavailable):
            await desk.provider.verify(token)


async def test_the_keys_of_the_project_show_nowhere(desk: SupabaseDesk) -> None:
    assert isinstance(desk.provider, SupabaseProvider)
    seen = repr(desk.provider) + repr(vars(desk.provider))
    assert "sb_secret" not in seen
    assert "sb_publishable" not in seen
