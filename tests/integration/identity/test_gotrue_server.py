"""The GoTrue server of our tests, by Supabase's own client: what they agree on, the adapter may rely on."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from supabase import AsyncClient, AsyncClientOptions, acreate_client
from supabase_auth.errors import AuthApiError, AuthWeakPasswordError

from tests.servers.gotrue import GoTrue
from tests.servers.gotrue_project import ANON_KEY, SERVICE_KEY

pytestmark = pytest.mark.long

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[GoTrue]:
    async with GoTrue() as running:
        yield running


async def opened(server: GoTrue, key: str) -> AsyncClient:
    options = AsyncClientOptions(auto_refresh_token=False, persist_session=False)
    return await acreate_client(server.url, key, options)


@pytest.fixture
async def client(server: GoTrue) -> AsyncIterator[AsyncClient]:
    made = await opened(server, ANON_KEY)
    async with made.auth:
        yield made


@pytest.fixture
async def operator(server: GoTrue) -> AsyncIterator[AsyncClient]:
    made = await opened(server, SERVICE_KEY)
    async with made.auth:
        yield made


@pytest.fixture
def email() -> str:
    return f"{uuid.uuid4().hex}@example.org"


async def refused(asking: object) -> tuple[int, str | None]:
    with pytest.raises(AuthApiError) as caught:
        await asking  # type: ignore[misc]
    return caught.value.status, caught.value.code


async def test_a_session_from_its_beginning_to_its_end(client: AsyncClient, email: str) -> None:
    auth = client.auth
    made = await auth.sign_up({"email": email, "password": PASSWORD, "options": {"data": {"name": "Ann"}}})
    assert made.user is not None
    assert made.user.user_metadata == {"name": "Ann"}
    assert await refused(auth.sign_up({"email": email, "password": PASSWORD})) == (422, "user_already_exists")
    session = (await auth.sign_in_with_password({"email": email, "password": PASSWORD})).session
    assert session is not None
    claims = await auth.get_claims(session.access_token)
    assert claims is not None
    assert claims["claims"]["sub"] == made.user.id
    await auth.update_user({"data": {"name": "Ann Lee"}})
    found = await auth.get_user()
    assert found is not None
    assert found.user.user_metadata == {"name": "Ann Lee"}
    assert (await auth.refresh_session()).session is not None
    await auth.sign_out()
    assert await refused(auth.get_user(session.access_token)) == (403, "session_not_found")
    assert await refused(auth.refresh_session(session.refresh_token)) == (400, "refresh_token_not_found")


async def test_a_used_refresh_token_gives_the_active_one_for_a_while_then_ends_all(
    server: GoTrue, client: AsyncClient, email: str
) -> None:
    first = (await client.auth.sign_up({"email": email, "password": PASSWORD})).session
    assert first is not None
    second = (await client.auth.refresh_session(first.refresh_token)).session
    again = (await client.auth.refresh_session(first.refresh_token)).session
    assert second is not None
    assert again is not None
    assert again.refresh_token == second.refresh_token
    server.people.reuse_interval = 0
    used = (400, "refresh_token_already_used")
    assert await refused(client.auth.refresh_session(first.refresh_token)) == used
    assert await refused(client.auth.refresh_session(second.refresh_token)) == used
    server.people.reuse_interval = 10


async def test_links_and_codes_of_all_kinds_let_in_once(
    server: GoTrue, client: AsyncClient, operator: AsyncClient, email: str
) -> None:
    server.autoconfirm = False
    waiting = await client.auth.sign_up({"email": email, "password": PASSWORD})
    assert waiting.session is None
    log_in = client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert await refused(log_in) == (400, "email_not_confirmed")
    await client.auth.resend({"type": "signup", "email": email})
    for kind, asking in (
        ("signup", None),
        ("recovery", client.auth.reset_password_for_email(email)),
        ("magiclink", client.auth.sign_in_with_otp({"email": email})),
    ):
        if asking is not None:
            await asking
        mail = server.people.mails[-1]
        assert (mail.to, mail.kind) == (email, kind)
        proof = {"email": email, "token": mail.token, "type": kind}
        assert (await client.auth.verify_otp(proof)).session is not None  # type: ignore[arg-type]
        assert await refused(client.auth.verify_otp(proof)) == (403, "otp_expired")  # type: ignore[arg-type]
    link = await operator.auth.admin.generate_link({"type": "recovery", "email": email})
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(link.properties.action_link)
    assert answer.status_code == 303
    assert "#access_token=" in answer.headers["location"]
    server.autoconfirm = True


async def test_the_operator_looks_after_users_and_nobody_else_does(
    client: AsyncClient, operator: AsyncClient, email: str
) -> None:
    admin = operator.auth.admin
    made = (await admin.create_user({"email": email, "password": PASSWORD, "email_confirm": True})).user
    assert made.email_confirmed_at is not None
    assert await refused(admin.create_user({"email": email})) == (422, "email_exists")
    assert (await admin.get_user_by_id(made.id)).user.email == email
    assert made.id in [user.id for user in await admin.list_users(per_page=1000)]
    await admin.update_user_by_id(made.id, {"ban_duration": "24h"})
    banned = client.auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert await refused(banned) == (400, "user_banned")
    invited = (await admin.invite_user_by_email(f"x{email}")).user
    await admin.delete_user(invited.id)
    assert await refused(admin.get_user_by_id(invited.id)) == (404, "user_not_found")
    assert await refused(client.auth.admin.list_users()) == (403, "not_admin")


async def test_what_is_wrong_is_told_by_a_code(server: GoTrue, client: AsyncClient, email: str) -> None:
    auth = client.auth
    with pytest.raises(AuthWeakPasswordError) as caught:
        await auth.sign_up({"email": email, "password": "short"})
    assert caught.value.reasons == ["length"]
    wrong = auth.sign_in_with_password({"email": email, "password": PASSWORD})
    assert await refused(wrong) == (400, "invalid_credentials")
    assert await refused(auth.get_user("a.b.c")) == (403, "bad_jwt")
    exchange = auth.exchange_code_for_session(
        {"auth_code": "x", "code_verifier": "y", "redirect_to": "http://localhost"}
    )
    assert (await refused(exchange))[0] == 501
    nobody = await opened(server, "another.project's.key")
    async with nobody.auth:
        asking = nobody.auth.sign_in_with_password({"email": email, "password": PASSWORD})
        assert await refused(asking) == (401, None)


async def test_what_is_not_there_says_so(server: GoTrue) -> None:
    headers = {"apikey": ANON_KEY}
    async with httpx.AsyncClient(base_url=server.issuer, headers=headers) as http:
        paths = ("/factors", "/sso", "/saml/metadata", "/authorize?provider=github", "/oauth/authorize")
        answers = await asyncio.gather(*(http.get(path) for path in paths))
        assert {answer.status_code for answer in answers} == {501}
        assert (await http.get("/health")).json()["name"] == "GoTrue"
        assert (await http.get("/settings")).json()["external"]["email"] is True
        assert (await http.post("/token?grant_type=password", content=b"{")).json()["code"] == "bad_json"
