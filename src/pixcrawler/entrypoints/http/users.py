"""``/users``: everybody, for superusers; one's own data, for everybody."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, PathParameter, QueryParameter
from litestar.response import Stream

from pixcrawler.application.identity.change_user import ChangeUser
from pixcrawler.application.identity.create_user import CreateUser, NewUser
from pixcrawler.application.identity.delete_oneself import DeleteOneself
from pixcrawler.application.identity.delete_user import DeleteUser
from pixcrawler.application.identity.export_own_data import ExportOwnData
from pixcrawler.application.ports.profiles import ProfileDetail, ProfileFilter, ProfileReads
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.errors import SuperusersOnly
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.once import Once
from pixcrawler.domain.shared.paging import Window
from pixcrawler.entrypoints.http import account_forms as forms
from pixcrawler.entrypoints.http.answers import Page, answered, created, gone, page_of
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.job_fields import NO_NUL
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.security import token_of

UserPath = Annotated[UUID, PathParameter(description="The user's id.")]
WANTED = BodyKwarg(
    examples=[Example(value={"email": "ann@example.org", "password": "correct horse", "name": "Ann"})]
)
CHANGE = BodyKwarg(examples=[Example(value={"role": "superuser"})])
LEAVING = BodyKwarg(examples=[Example(value={"confirm": "ann@example.org", "password": "correct horse"})])
ONE = success(200, ProfileDetail, forms.PROFILE, "The user.")
MINE = ResponseSpec(
    dict[str, list[dict[str, Any]]],
    generate_examples=False,
    description="A JSON object with a list for each kind of thing.",
    examples=[Example(value={"profile": [{"id": str(forms.ID), "name": "Ann"}], "projects": []})],
)


class OwnDataController(Controller):
    """What everybody may do with what is kept about them."""

    path = "/users/me"
    tags = ("Users",)

    @get("/export", summary="Get your data", responses={200: MINE} | failures(401, 403))
    async def export_my_data(self, actor: Given[Actor], export_own_data: Given[ExportOwnData]) -> Stream:
        """Users who are logged in.

        Profile, preferences, API keys without their secrets, projects, jobs, datasets, versions, exports,
        notifications and activity. Pictures are had through exports of datasets.
        """
        pieces = await export_own_data(by=actor)
        name = {"content-disposition": 'attachment; filename="pixcrawler-data.json"'}
        return Stream(pieces, media_type="application/json", headers=name)

    @delete(
        "/", status_code=204, summary="Delete your account", responses=failures(401, 403, 409, 429, body=True)
    )
    async def delete_my_account(
        self,
        request: Request[Any, Any, Any],
        data: Annotated[forms.LeaveForm, LEAVING],
        actor: Given[Actor],
        delete_oneself: Given[DeleteOneself],
    ) -> Response[None]:
        """Users who are logged in.

        With all projects, jobs, datasets, exports and keys; nothing brings them back. 409 while a job runs.
        """
        await delete_oneself(token_of(request), confirm=data.confirm, password=data.password, by=actor)
        return gone()


class UserController(Controller):
    """Everybody's accounts."""

    path = "/users"
    tags = ("Users",)

    @get(
        summary="List users",
        responses=success(
            200,
            Page[ProfileDetail],
            Page(items=[forms.PROFILE], total=1, page=1, size=20, pages=1),
            "The users, newest first.",
        )
        | failures(401, 403, 422),
    )
    async def list_users(
        self,
        window: Given[Window],
        actor: Given[Actor],
        profile_reads: Given[ProfileReads],
        *,
        role: Annotated[Role | None, QueryParameter(description="Only users of this role.")] = None,
        email: Annotated[
            str | None,
            QueryParameter(description="How the e-mail address begins.", max_length=254, pattern=NO_NUL),
        ] = None,
        search: Annotated[
            str | None,
            QueryParameter(description="Part of the name or the address.", max_length=200, pattern=NO_NUL),
        ] = None,
    ) -> Response[Page[ProfileDetail]]:
        """Superusers who are logged in."""
        which = ProfileFilter(role=role, email=email, search=search)
        return page_of(await profile_reads.profiles(which, window, visible_to=actor), window)

    @post(
        status_code=201,
        summary="Create a user",
        responses=success(201, ProfileDetail, forms.PROFILE, "The user.")
        | failures(401, 403, 409, body=True),
    )
    async def create_user(
        self,
        data: Annotated[forms.CreateUserForm, WANTED],
        actor: Given[Actor],
        once: Given[Once | None],
        create_user: Given[CreateUser],
        profile_reads: Given[ProfileReads],
    ) -> Response[ProfileDetail]:
        """Superusers who are logged in.

        The account can log in at once; its address is taken as confirmed. 409 when it has an account.
        """
        wanted = NewUser(
            email=data.email, password=data.password, name=data.name, role=data.role, plan=data.plan
        )
        made = await create_user(wanted, by=actor, once=once)
        user = await profile_reads.profile(made.id, visible_to=actor)
        return created(user, at=f"/api/v1/users/{made.id}")

    @get("/{user_id:uuid}", summary="Get a user", responses=ONE | failures(401, 403, 404))
    async def get_user(
        self, user_id: UserPath, actor: Given[Actor], profile_reads: Given[ProfileReads]
    ) -> Response[ProfileDetail]:
        """Superusers who are logged in."""
        if not actor.may_see_all:
            raise SuperusersOnly
        return answered(await profile_reads.profile(UserId(user_id), visible_to=actor))

    @patch(
        "/{user_id:uuid}", summary="Change a user", responses=ONE | failures(401, 403, 404, 409, body=True)
    )
    async def change_user(
        self,
        user_id: UserPath,
        data: Annotated[forms.ChangeUserForm, CHANGE],
        actor: Given[Actor],
        change_user: Given[ChangeUser],
        profile_reads: Given[ProfileReads],
    ) -> Response[ProfileDetail]:
        """Superusers who are logged in.

        A new role is in force within five seconds. 409 for one's own role.
        """
        await change_user(UserId(user_id), data.command, by=actor)
        return answered(await profile_reads.profile(UserId(user_id), visible_to=actor))

    @delete(
        "/{user_id:uuid}", status_code=204, summary="Delete a user", responses=failures(401, 403, 404, 409)
    )
    async def delete_user(
        self, user_id: UserPath, actor: Given[Actor], delete_user: Given[DeleteUser]
    ) -> Response[None]:
        """Superusers who are logged in.

        With all projects, jobs, datasets, exports and keys, and the account at the auth provider. 409 while
        one of their jobs runs, and for oneself.
        """
        await delete_user(UserId(user_id), by=actor)
        return gone()
