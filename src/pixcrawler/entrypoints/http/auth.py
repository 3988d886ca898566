"""``/auth``: logging in, through the auth provider. PixCrawler itself knows no password and makes no token,
so what has no rule of ours goes straight to the provider's port."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, patch, post
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg

from pixcrawler.application.identity.change_password import ChangePassword
from pixcrawler.application.identity.change_profile import ChangeProfile
from pixcrawler.application.identity.sign_up_person import SignUpPerson
from pixcrawler.application.ports.identity_provider import IdentityProvider
from pixcrawler.application.ports.profiles import ProfileDetail, ProfileReads
from pixcrawler.domain.shared.actor import Actor
from pixcrawler.entrypoints.http import account_forms as forms
from pixcrawler.entrypoints.http.answers import accepted, answered, created, gone
from pixcrawler.entrypoints.http.given import Given
from pixcrawler.entrypoints.http.limits import LOGIN, STRANGER, limited_by_address
from pixcrawler.entrypoints.http.openapi import failures, success
from pixcrawler.entrypoints.http.security import address_of, token_of

WHO = {"email": "ann@example.org", "password": "correct horse battery staple"}
NEWCOMER = BodyKwarg(examples=[Example(value={**WHO, "name": "Ann"})])
COMING = BodyKwarg(examples=[Example(value=WHO)])
REFRESHING = BodyKwarg(examples=[Example(value={"refresh_token": forms.LOGIN.refresh_token})])
FORGOTTEN = BodyKwarg(examples=[Example(value={"email": WHO["email"]})])
PASSWORDS = BodyKwarg(
    examples=[Example(value={"current_password": WHO["password"], "new_password": "a longer one still"})]
)
CHANGE = BodyKwarg(examples=[Example(value={"name": "Ann", "onboarded": True})])
MAILED = forms.ResetAnswer("If there is an account with this address, a link was mailed to it.")
LOGGED_IN = success(200, forms.LoginAnswer, forms.LOGIN, "The login.")
AsItIs = success(200, ProfileDetail, forms.PROFILE, "Your profile.")


class AuthController(Controller):
    """For whoever is not logged in yet."""

    path = "/api/v1/auth"
    tags = ("Auth",)
    guards = (limited_by_address,)
    opt = STRANGER

    @post(
        "/signup",
        status_code=201,
        summary="Sign up",
        responses=success(
            201,
            forms.SignUpAnswer,
            forms.SignUpAnswer(user=forms.ACCOUNT, session=forms.LOGIN),
            "The account.",
        )
        | failures(409, 429, body=True),
    )
    async def sign_up(
        self,
        request: Request[Any, Any, Any],
        data: Annotated[forms.SignUpForm, NEWCOMER],
        sign_up_person: Given[SignUpPerson],
    ) -> Response[forms.SignUpAnswer]:
        """Public.

        Where addresses are confirmed by mail, the answer is the same for an address that has an account, and
        `session` is null. Where they are not, one signs up and is logged in, and 409 says that it has one.
        """
        made = await sign_up_person(data.email, data.password, name=data.name, address=address_of(request))
        return created(forms.signed_up(made), at="/api/v1/auth/profile")

    @post(
        "/login",
        status_code=200,
        summary="Log in",
        opt=LOGIN,
        responses=LOGGED_IN | failures(401, 403, 429, body=True),
    )
    async def log_in(
        self,
        request: Request[Any, Any, Any],
        data: Annotated[forms.LogInForm, COMING],
        identity_provider: Given[IdentityProvider],
    ) -> Response[forms.LoginAnswer]:
        """Public.

        401 is the same for a wrong password and for an address without an account.
        """
        session = await identity_provider.log_in(data.email, data.password, address=address_of(request))
        return answered(forms.login(session))

    @post("/refresh", status_code=200, summary="Go on", responses=LOGGED_IN | failures(401, 429, body=True))
    async def refresh_login(
        self,
        request: Request[Any, Any, Any],
        data: Annotated[forms.RefreshForm, REFRESHING],
        identity_provider: Given[IdentityProvider],
    ) -> Response[forms.LoginAnswer]:
        """Public.

        New tokens for a refresh token, which is good once: one that comes a second time was stolen from
        somebody, and ends its login.
        """
        session = await identity_provider.refresh(data.refresh_token, address=address_of(request))
        return answered(forms.login(session))

    @post(
        "/password-reset",
        status_code=202,
        summary="Have a forgotten password reset",
        responses=success(202, forms.ResetAnswer, MAILED, "Mailed, if there is such an account.")
        | failures(409, 429, body=True),
    )
    async def reset_password(
        self,
        request: Request[Any, Any, Any],
        data: Annotated[forms.ResetForm, FORGOTTEN],
        identity_provider: Given[IdentityProvider],
    ) -> Response[forms.ResetAnswer]:
        """Public.

        The link in the mail logs in once, to set a new password. 409 where this installation sends no mail:
        its operator resets passwords then.
        """
        await identity_provider.request_reset(data.email, address=address_of(request))
        return accepted(MAILED)


class OwnAccountController(Controller):
    """For whoever is logged in, about themselves."""

    path = "/auth"
    tags = ("Auth",)

    @post("/logout", status_code=204, summary="Log out", responses=failures(401, 403))
    async def log_out(
        self, request: Request[Any, Any, Any], identity_provider: Given[IdentityProvider]
    ) -> Response[None]:
        """Users who are logged in.

        Ends the login that the token is of. An access token that carries all it says in itself, as
        Supabase's do, is good until it expires.
        """
        await identity_provider.log_out(token_of(request))
        return gone()

    @post(
        "/verify-token",
        status_code=200,
        summary="Try a token",
        responses=success(200, forms.TokenAnswer, forms.TOKEN, "It is good.") | failures(401, 403),
    )
    async def verify_token(
        self, request: Request[Any, Any, Any], actor: Given[Actor], identity_provider: Given[IdentityProvider]
    ) -> Response[forms.TokenAnswer]:
        """Users who are logged in.

        The token that was sent as `Authorization: Bearer`: 401 when it is not good.
        """
        person = await identity_provider.verify(token_of(request))
        return answered(
            forms.TokenAnswer(
                user_id=actor.id, email=person.email, role=actor.role, expires_at=person.expires_at
            )
        )

    @post(
        "/password",
        status_code=204,
        summary="Change your password",
        responses=failures(401, 403, 429, body=True),
    )
    async def change_password(
        self,
        request: Request[Any, Any, Any],
        data: Annotated[forms.PasswordForm, PASSWORDS],
        actor: Given[Actor],
        change_password: Given[ChangePassword],
    ) -> Response[None]:
        """Users who are logged in.

        All other logins end. 403 when `current_password` is wrong; a token of a password reset mail needs
        none.
        """
        await change_password(
            token_of(request), current=data.current_password, new=data.new_password, by=actor
        )
        return gone()

    @get("/me", summary="Who am I", responses=AsItIs | failures(401, 403))
    async def get_me(
        self, actor: Given[Actor], profile_reads: Given[ProfileReads]
    ) -> Response[ProfileDetail]:
        """Users who are logged in. The same as `/auth/profile`."""
        return answered(await profile_reads.profile(actor.id, visible_to=actor))

    @get("/profile", summary="Get your profile", responses=AsItIs | failures(401, 403))
    async def get_profile(
        self, actor: Given[Actor], profile_reads: Given[ProfileReads]
    ) -> Response[ProfileDetail]:
        """Users who are logged in."""
        return answered(await profile_reads.profile(actor.id, visible_to=actor))

    @patch("/profile", summary="Change your profile", responses=AsItIs | failures(401, 403, body=True))
    async def change_profile(
        self,
        data: Annotated[forms.ChangeProfileForm, CHANGE],
        actor: Given[Actor],
        change_profile: Given[ChangeProfile],
        profile_reads: Given[ProfileReads],
    ) -> Response[ProfileDetail]:
        """Users who are logged in.

        Role, plan and e-mail address are not changed here.
        """
        await change_profile(data.command, by=actor)
        return answered(await profile_reads.profile(actor.id, visible_to=actor))
