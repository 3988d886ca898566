"""The part of a GoTrue server that takes the service role's key alone."""

from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.servers.gotrue_people import GoTrueUser, Refusal, now
from tests.servers.gotrue_project import SERVICE_KEY

if TYPE_CHECKING:
    from tests.servers.gotrue import GoTrue

_MAILED = {"signup", "invite", "magiclink", "recovery"}


class AdminRoutes:
    def __init__(self, server: "GoTrue") -> None:
        self._server = server
        self._people = server.people

    def add_to(self, routes: web.UrlDispatcher) -> None:
        routes.add_get("/admin/users", self._guarded(self._list))
        routes.add_post("/admin/users", self._guarded(self._create))
        routes.add_get("/admin/users/{id}", self._guarded(self._show))
        routes.add_put("/admin/users/{id}", self._guarded(self._update))
        routes.add_delete("/admin/users/{id}", self._guarded(self._delete))
        routes.add_post("/admin/generate_link", self._guarded(self._link))
        routes.add_post("/invite", self._guarded(self._invite))

    def _guarded(self, handler: Any) -> Any:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if request.headers.get("authorization") != f"Bearer {SERVICE_KEY}":
                raise Refusal(403, "not_admin", "User not allowed")
            answer: web.StreamResponse = await handler(request)
            return answer

        return guarded

    def _found(self, request: web.Request) -> GoTrueUser:
        user = self._people.users.get(request.match_info["id"])
        if user is None:
            raise Refusal(404, "user_not_found", "User not found")
        return user

    async def _list(self, request: web.Request) -> web.Response:
        page, size = int(request.query.get("page") or 1), int(request.query.get("per_page") or 50)
        newest_first = "asc" not in request.query.get("sort", "created_at desc")
        users = sorted(self._people.users.values(), key=lambda user: user.created_at, reverse=newest_first)
        shown = users[(page - 1) * size : page * size]
        body = {"users": [user.document() for user in shown], "aud": "authenticated"}
        return web.json_response(body, headers={"x-total-count": str(len(users))})

    async def _create(self, request: web.Request) -> web.Response:
        asked = await request.json()
        user = self._made(asked)
        if asked.get("email_confirm"):
            user.confirmed_at = now()
        return web.json_response(user.document())

    async def _show(self, request: web.Request) -> web.Response:
        return web.json_response(self._found(request).document())

    async def _update(self, request: web.Request) -> web.Response:
        user, asked = self._found(request), await request.json()
        if (password := asked.get("password")) is not None:
            user.password = self._people.hashed(password)
            for session in list(self._people.of(user)):
                del self._people.sessions[session.id]
        if (email := asked.get("email")) is not None:
            user.email = email
        if asked.get("email_confirm"):
            user.confirmed_at = now()
        if (ban := asked.get("ban_duration")) is not None:
            user.banned = ban != "none"
        user.metadata |= asked.get("user_metadata") or {}
        return web.json_response(user.document())

    async def _delete(self, request: web.Request) -> web.Response:
        self._people.forget(self._found(request))
        return web.json_response({})

    async def _link(self, request: web.Request) -> web.Response:
        asked = await request.json()
        kind, email = str(asked.get("type")), self._server.address(asked)
        if kind not in _MAILED:
            raise Refusal(400, "validation_failed", f"Invalid email action link type requested: {kind}")
        user = self._people.by_email(email)
        if user is None and kind == "recovery":
            raise Refusal(404, "user_not_found", "User with this email not found")
        user = user or self._made(asked)
        token = self._people.mail(email, kind).token
        link = f"{self._server.issuer}/verify?token={token}&type={kind}"
        about = {"action_link": link, "email_otp": token[:6], "hashed_token": token}
        about |= {"verification_type": kind, "redirect_to": "http://localhost:3000"}
        return web.json_response(user.document() | about)

    async def _invite(self, request: web.Request) -> web.Response:
        asked = await request.json()
        user = self._made({"email": asked.get("email"), "user_metadata": asked.get("data")})
        self._people.mail(user.email, "invite")
        return web.json_response(user.document())

    def _made(self, asked: dict[str, Any]) -> GoTrueUser:
        email = self._server.address(asked)
        if self._people.by_email(email) is not None:
            message = "A user with this email address has already been registered"
            raise Refusal(422, "email_exists", message)
        return self._people.add(email, asked.get("password"), asked.get("user_metadata") or asked.get("data"))
