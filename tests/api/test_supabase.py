"""The platform on a Supabase project: whoever logs in there, by any client, is known here."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator

import pytest
from supabase import AsyncClient, AsyncClientOptions, acreate_client

from pixcrawler.domain.identity.errors import EmailNotConfirmed
from tests.api.conftest import Api, OpenApi, open_client, problem
from tests.servers.api import Fault
from tests.servers.gotrue import GoTrue
from tests.servers.gotrue_project import ANON_KEY, SERVICE_KEY

PASSWORD = "correct horse battery staple"
PROJECTS = "/api/v1/projects"


@pytest.fixture(scope="module")
async def gotrue() -> AsyncIterator[GoTrue]:
    async with GoTrue() as server:
        yield server


@pytest.fixture(scope="module")
async def api(open_for_all: OpenApi, gotrue: GoTrue) -> Api:
    return await open_for_all(**gotrue.variables)


@pytest.fixture
async def vendors_client(gotrue: GoTrue) -> AsyncIterator[AsyncClient]:
    """As a front end has it."""
    options = AsyncClientOptions(auto_refresh_token=False, persist_session=False)
    client = await acreate_client(gotrue.url, ANON_KEY, options)
    async with client.auth:
        yield client


async def token_of(client: AsyncClient) -> str:
    """Of somebody new."""
    made = await client.auth.sign_up({"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD})
    assert made.session is not None
    return made.session.access_token


async def test_a_token_that_supabases_own_client_got_opens_the_api(
    api: Api, vendors_client: AsyncClient
) -> None:
    tokens = [await token_of(vendors_client) for _ in range(2)]
    ann, bob = (open_client(api.litestar, token) for token in tokens)
    async with ann, bob:
        made = await ann.post(PROJECTS, json={"name": "Lynxes"})
        assert made.status_code == 201, made.text
        assert [one["name"] for one in (await ann.get(PROJECTS)).json()["items"]] == ["Lynxes"]
        assert (await bob.get(PROJECTS)).json()["items"] == []
        assert problem(await bob.get(made.headers["location"]))[0] == 404


async def test_what_is_no_good_token_of_a_user_opens_nothing(
    api: Api, gotrue: GoTrue, vendors_client: AsyncClient
) -> None:
    good = await token_of(vendors_client)
    session = list(gotrue.people.sessions.values())[-1]
    refused = [
        ANON_KEY,
        SERVICE_KEY,
        session.active,
        f"{good}x",
        "." * 2**20,
        f"{good}{'x' * 2**20}",
        gotrue.access_token(session, exp=int(time.time()) - 31),
        gotrue.access_token(session, role="service_role"),
        gotrue.access_token(session, aud="anon"),
        gotrue.access_token(session, iss="https://other.example.org/auth/v1"),
    ]
    for token in refused:
        async with open_client(api.litestar, token) as client:
            assert problem(await client.get(PROJECTS))[0] == 401
    async with open_client(api.litestar, good) as client:
        assert (await client.get(PROJECTS)).status_code == 200


async def test_people_log_in_go_on_and_log_out_through_the_api(api: Api) -> None:
    who = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    assert (await api.stranger.post("/api/v1/auth/signup", json=who)).status_code == 201
    login = (await api.stranger.post("/api/v1/auth/login", json=who)).json()
    again = await api.stranger.post("/api/v1/auth/refresh", json={"refresh_token": login["refresh_token"]})
    async with open_client(api.litestar, again.json()["access_token"]) as client:
        assert (await client.get("/api/v1/auth/me")).json()["email"] == who["email"]
        assert (await client.post("/api/v1/auth/logout")).status_code == 204
    gone = await api.stranger.post(
        "/api/v1/auth/refresh", json={"refresh_token": again.json()["refresh_token"]}
    )
    assert problem(gone)[:2] == (401, "INVALID_TOKEN")


@pytest.mark.long
async def test_who_leaves_is_out_within_seconds_though_their_token_goes_on(api: Api, gotrue: GoTrue) -> None:
    who = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    session = (await api.stranger.post("/api/v1/auth/signup", json=who)).json()["session"]
    async with open_client(api.litestar, session["access_token"]) as client:
        leaving = {"confirm": who["email"], "password": PASSWORD}
        answer = await client.request("DELETE", "/api/v1/users/me", json=leaving)
        assert answer.status_code == 204, answer.text
        assert gotrue.people.by_email(who["email"]) is None
        async with asyncio.timeout(30):
            while (answer := await client.get(PROJECTS)).status_code == 200:
                await asyncio.sleep(0.1)
        assert problem(answer)[:2] == (401, "INVALID_TOKEN")
    assert problem(await api.stranger.post("/api/v1/auth/login", json=who))[1] == "WRONG_CREDENTIALS"


async def test_a_new_password_is_set_by_who_knows_the_old_one_or_has_the_mail(
    api: Api, gotrue: GoTrue
) -> None:
    who = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    session = (await api.stranger.post("/api/v1/auth/signup", json=who)).json()["session"]
    path, new = "/api/v1/auth/password", {"new_password": "a longer one still"}
    async with open_client(api.litestar, session["access_token"]) as client:
        assert (await client.post(path, json=new | {"current_password": "not it"})).status_code == 403
        assert (await client.post(path, json=new | {"current_password": PASSWORD})).status_code == 204
    await api.stranger.post("/api/v1/auth/password-reset", json={"email": who["email"]})
    mail = gotrue.people.mails[-1]
    by_mail = gotrue.people.begin(gotrue.people.redeemed(mail.token, mail.kind), "otp")
    async with open_client(api.litestar, gotrue.access_token(by_mail)) as client:
        assert (await client.post(path, json={"new_password": "yet another one"})).status_code == 204
    login = await api.stranger.post("/api/v1/auth/login", json=who | {"password": "yet another one"})
    assert login.status_code == 200


async def test_somebody_of_the_project_is_made_a_superuser_on_the_server(api: Api) -> None:
    who = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    session = (await api.stranger.post("/api/v1/auth/signup", json=who)).json()["session"]
    await api.app.identity.make_superuser_account(who["email"].upper(), password=None)
    async with open_client(api.litestar, session["access_token"]) as client, asyncio.timeout(30):
        while (answer := await client.get("/api/v1/users")).status_code == 403:
            await asyncio.sleep(0.1)
        assert who["email"] in [one["email"] for one in answer.json()["items"]]


async def test_an_address_that_nobody_confirmed_makes_no_superuser(api: Api, gotrue: GoTrue) -> None:
    """Anybody could have signed up with it, and waits for its owner to open the mail."""
    who = f"{uuid.uuid4().hex}@example.org"
    gotrue.people.add(who, PASSWORD, None)
    with pytest.raises(EmailNotConfirmed):
        await api.app.identity.make_superuser_account(who, password=None)


async def test_the_project_is_told_where_people_come_from_if_that_is_wanted(
    open_for_all: OpenApi, api: Api, gotrue: GoTrue
) -> None:
    telling = await open_for_all(
        **gotrue.variables, SUPABASE_FORWARD_ADDRESSES="true", API_TRUSTED_PROXIES="127.0.0.1"
    )
    who = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD}
    came = {"x-forwarded-for": "192.0.2.7"}
    for one in (telling, api):
        signed = await one.stranger.post("/api/v1/auth/signup", json=who, headers=came)
        login = await one.stranger.post("/api/v1/auth/login", json=who, headers=came)
        assert (signed.status_code, login.status_code) in ((201, 200), (409, 200))
        token = {"refresh_token": login.json()["refresh_token"]}
        assert (await one.stranger.post("/api/v1/auth/refresh", json=token, headers=came)).status_code == 200
        reset = {"email": who["email"]}
        answer = await one.stranger.post("/api/v1/auth/password-reset", json=reset, headers=came)
        assert answer.status_code == 202
    assert gotrue.addresses == ["192.0.2.7"] * 4


async def test_the_projects_troubles_and_limits_are_told_without_its_words(api: Api, gotrue: GoTrue) -> None:
    who = {"email": "ann@example.org", "password": PASSWORD}
    told = {"code": "over_request_rate_limit", "msg": "canary"}
    for fault, status, code, after in (
        (Fault(500, '{"msg": "canary"}'), 503, "AUTH_UNAVAILABLE", None),
        (Fault(429, str(told), {"retry-after": "7"}), 429, "TOO_MANY_ATTEMPTS", "7"),
    ):
        gotrue.faults.append(fault)
        answer = await api.stranger.post("/api/v1/auth/login", json=who)
        assert problem(answer)[:2] == (status, code)
        assert "canary" not in answer.text
        assert after is None or answer.headers["retry-after"] == after
