"""A server that speaks the documented API of GoTrue, which is Supabase Auth: people in memory.

Written from its OpenAPI description and its list of error codes. What it does not do (other grants,
MFA, SSO, SAML, OAuth) it answers with 501.
"""

import asyncio
import re
import time
from collections import Counter, deque
from types import TracebackType
from typing import Any, Self

import jwt
from aiohttp import web

from tests.servers.api import Fault
from tests.servers.gotrue_admin import AdminRoutes
from tests.servers.gotrue_keys import SECRET, KeyRing, SharedSecret, SigningKey
from tests.servers.gotrue_people import GoTrueSession, GoTrueUser, People, Refusal, now
from tests.servers.gotrue_project import ANON_KEY, PROJECT, SERVICE_KEY

VERSION = {"x-supabase-api-version": "2024-01-01"}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_OPEN = ("/health", "/.well-known/jwks.json", "/verify")
_ABSENT = ("authorize", "callback", "sso", "saml", "factors", "oauth", "reauthenticate", "user/identities")


class GoTrue:
    """``faults`` are given instead of the next answers; until ``free`` is set, none is given at all.

    ``autoconfirm``: whether addresses need no confirmation. ``lifetime``: seconds that access tokens live.
    ``addresses``: where people came from, as whoever has a secret key says.
    """

    def __init__(self, algorithm: str = "ES256") -> None:
        self.keys = KeyRing(algorithm)
        self.people = People()
        self.faults: deque[Fault] = deque()
        self.asked: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.cookies: list[str] = []
        self.free = asyncio.Event()
        self.free.set()
        self.autoconfirm = True
        self.signup = True
        self.lifetime = 3600
        self.url = ""
        self._runner: web.AppRunner | None = None

    @property
    def issuer(self) -> str:
        return f"{self.url}/auth/v1"

    @property
    def variables(self) -> dict[str, str]:
        """As settings of PixCrawler."""
        found = PROJECT | {"SUPABASE_URL": self.url}
        return found | (
            {"SUPABASE_JWT_SECRET": SECRET} if isinstance(self.keys.current, SharedSecret) else {}
        )

    async def __aenter__(self) -> Self:
        service = web.Application(middlewares=[self._guarded])
        routes = service.router
        routes.add_post("/signup", self._signup)
        routes.add_post("/token", self._token)
        routes.add_get("/user", self._user)
        routes.add_put("/user", self._change_user)
        routes.add_post("/logout", self._logout)
        routes.add_post("/recover", self._recover)
        routes.add_route("*", "/verify", self._verify)
        routes.add_post("/resend", self._resend)
        routes.add_post("/otp", self._otp)
        routes.add_get("/health", self._health)
        routes.add_get("/settings", self._settings)
        routes.add_get("/.well-known/jwks.json", self._published)
        AdminRoutes(self).add_to(routes)
        for path in _ABSENT:
            routes.add_route("*", f"/{path}{{rest:.*}}", self._absent)
        app = web.Application()
        app.add_subapp("/auth/v1", service)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.free.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Any) -> web.StreamResponse:
        path = request.path.removeprefix("/auth/v1")
        self.asked[f"{request.method} {path}"] += 1
        self.cookies += request.headers.getall("cookie", [])
        if request.headers.get("apikey") == SERVICE_KEY and "sb-forwarded-for" in request.headers:
            self.addresses.append(request.headers["sb-forwarded-for"])
        await self.free.wait()
        if self.faults:
            fault = self.faults.popleft()
            return web.Response(
                status=fault.status, text=fault.body, headers=fault.headers, content_type=fault.content_type
            )
        if request.headers.get("apikey") not in (ANON_KEY, SERVICE_KEY) and path not in _OPEN:
            return web.json_response({"message": "Invalid API key"}, status=401)
        try:
            answer: web.StreamResponse = await handler(request)
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.status, headers=VERSION)
        except ValueError:
            body = {"code": "bad_json", "msg": "Could not parse request body as JSON"}
            return web.json_response(body, status=400, headers=VERSION)
        return answer

    def access_token(self, session: GoTrueSession, **changes: Any) -> str:
        at = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": session.user.id,
            "aud": "authenticated",
            "exp": at + self.lifetime,
            "iat": at,
            "email": session.user.email,
            "phone": "",
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": session.user.metadata,
            "role": "authenticated",
            "aal": "aal1",
            "amr": [{"method": session.method, "timestamp": session.since}],
            "session_id": session.id,
            "is_anonymous": False,
        }
        return self.keys.current.sign(claims | changes)

    def given(self, session: GoTrueSession) -> web.Response:
        return web.json_response(
            {
                "access_token": self.access_token(session),
                "token_type": "bearer",
                "expires_in": self.lifetime,
                "expires_at": int(time.time()) + self.lifetime,
                "refresh_token": session.active,
                "user": session.user.document(),
            },
            headers={"set-cookie": f"sb-refresh-token={session.active}; Path=/"},
        )

    def address(self, asked: dict[str, Any]) -> str:
        email = str(asked.get("email") or "")
        if not _ADDRESS.fullmatch(email):
            raise Refusal(400, "validation_failed", "Unable to validate email address: invalid format")
        return email

    def session_of(self, request: web.Request) -> GoTrueSession:
        """Whose token comes with the request, if its session is still there."""
        _, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            signer = next(
                (key for key in [self.keys.current, *self.keys.published] if key.kid == kid),
                self.keys.current,
            )
            key = signer.private.public_key() if isinstance(signer, SigningKey) else signer.secret
            claims = jwt.decode(token, key, algorithms=[signer.algorithm], audience="authenticated")
        except jwt.PyJWTError:
            raise Refusal(403, "bad_jwt", "invalid JWT: unable to parse or verify signature") from None
        if claims["sub"] not in self.people.users:
            raise Refusal(403, "user_not_found", "User from sub claim in JWT does not exist")
        session = self.people.sessions.get(claims["session_id"])
        if session is None:
            raise Refusal(403, "session_not_found", "Session from session_id claim in JWT does not exist")
        return session

    async def _signup(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if not self.signup:
            raise Refusal(422, "signup_disabled", "Signups not allowed for this instance")
        email, password = self.address(asked), str(asked.get("password") or "")
        self.people.check(password)
        known = self.people.by_email(email)
        if known is not None and known.confirmed_at is not None:
            if self.autoconfirm:
                raise Refusal(422, "user_already_exists", "User already registered")
            return web.json_response(known.document(hidden=True))
        user = known or self.people.add(email, password, asked.get("data"))
        if not self.autoconfirm:
            self.people.mail(email, "signup")
            return web.json_response(user.document())
        user.confirmed_at = now()
        return self.given(self.people.begin(user, "password"))

    async def _token(self, request: web.Request) -> web.Response:
        grant, asked = request.query.get("grant_type"), await request.json()
        if grant == "refresh_token":
            return self.given(self.people.rotated(str(asked.get("refresh_token"))))
        if grant != "password":
            return await self._absent(request)
        return self.given(self.people.begin(self._entering(asked), "password"))

    def _entering(self, asked: dict[str, Any]) -> GoTrueUser:
        user = self.people.by_email(str(asked.get("email")))
        if user is None or not self.people.fits(user, str(asked.get("password"))):
            raise Refusal(400, "invalid_credentials", "Invalid login credentials")
        if user.banned:
            raise Refusal(400, "user_banned", "User is banned")
        if user.confirmed_at is None:
            raise Refusal(400, "email_not_confirmed", "Email not confirmed")
        return user

    async def _user(self, request: web.Request) -> web.Response:
        return web.json_response(self.session_of(request).user.document())

    async def _change_user(self, request: web.Request) -> web.Response:
        session, asked = self.session_of(request), await request.json()
        if (password := asked.get("password")) is not None:
            self.people.check(password)
            if self.people.fits(session.user, password):
                raise Refusal(422, "same_password", "New password should be different from the old password.")
            session.user.password = self.people.hashed(password)
            self.people.end(session, "others")
        session.user.metadata |= asked.get("data") or {}
        return web.json_response(session.user.document())

    async def _logout(self, request: web.Request) -> web.Response:
        scope = request.query.get("scope", "global")
        if scope not in ("global", "local", "others"):
            raise Refusal(400, "validation_failed", f"Unsupported logout scope {scope!r}")
        self.people.end(self.session_of(request), scope)
        return web.Response(status=204)

    async def _recover(self, request: web.Request) -> web.Response:
        email = self.address(await request.json())
        if self.people.by_email(email) is not None:
            self.people.mail(email, "recovery")
        return web.json_response({})

    async def _verify(self, request: web.Request) -> web.Response:
        asked = dict(request.query) if request.method == "GET" else await request.json()
        kind = {"email": "magiclink"}.get(str(asked.get("type")), str(asked.get("type")))
        token = str(asked.get("token") or asked.get("token_hash") or "")
        session = self.people.begin(self.people.redeemed(token, kind), "otp")
        if request.method == "POST":
            return self.given(session)
        to = asked.get("redirect_to", "http://localhost:3000")
        told = f"access_token={self.access_token(session)}&refresh_token={session.active}&type={kind}"
        return web.Response(status=303, headers={"location": f"{to}#{told}"})

    async def _resend(self, request: web.Request) -> web.Response:
        asked = await request.json()
        user = self.people.by_email(self.address(asked))
        if user is not None and user.confirmed_at is None:
            self.people.mail(user.email, str(asked.get("type", "signup")))
        return web.json_response({})

    async def _otp(self, request: web.Request) -> web.Response:
        asked = await request.json()
        email = self.address(asked)
        if self.people.by_email(email) is None:
            if asked.get("create_user") is False:
                raise Refusal(422, "otp_disabled", "Signups not allowed for otp")
            self.people.add(email, None, asked.get("data"))
        self.people.mail(email, "magiclink")
        return web.json_response({})

    async def _health(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response({"version": "v2.180.0", "name": "GoTrue", "description": "user management"})

    async def _settings(self, request: web.Request) -> web.Response:  # noqa: ARG002
        external = {"email": True, "phone": False}
        return web.json_response(
            {
                "external": external,
                "disable_signup": not self.signup,
                "mailer_autoconfirm": self.autoconfirm,
                "phone_autoconfirm": False,
                "saml_enabled": False,
            }
        )

    async def _published(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.json_response(self.keys.document, headers={"cache-control": "public, max-age=600"})

    async def _absent(self, request: web.Request) -> web.Response:
        raise Refusal(501, "not_implemented", f"This test server has no {request.path}.")
