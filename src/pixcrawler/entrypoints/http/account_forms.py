"""What is sent to and answered by ``/auth`` and ``/users``."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pixcrawler.application.ports.identity_provider import Account, Session, SignUp
from pixcrawler.application.ports.profiles import ProfileDetail
from pixcrawler.domain.crawling.addresses import ADDRESS
from pixcrawler.domain.identity.credentials import LONGEST_EMAIL, LONGEST_PASSWORD, SHORTEST_PASSWORD
from pixcrawler.domain.identity.profile import LONGEST_AVATAR, LONGEST_NAME, ProfileChange
from pixcrawler.domain.shared.actor import Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.plans import Plan
from pixcrawler.entrypoints.http.job_fields import NO_NUL
from pixcrawler.entrypoints.http.security import LONGEST_TOKEN

PRINTABLE = r"^[^\s\u0000-\u001f\u007f]([^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f])?$"
"""Without control characters, and no blanks around it."""

Email = Annotated[
    str, Meta(min_length=3, max_length=LONGEST_EMAIL, pattern=NO_NUL, description="An e-mail address.")
]
Password = Annotated[str, Meta(min_length=1, max_length=LONGEST_PASSWORD, pattern=NO_NUL)]
NewPassword = Annotated[
    str,
    Meta(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        pattern=NO_NUL,
        description="8 to 256 characters of any kind; not the e-mail address.",
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=PRINTABLE)]
Avatar = Annotated[str, Meta(min_length=8, max_length=LONGEST_AVATAR, pattern=ADDRESS)]


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body. ``repr`` shows nothing of it: most hold a password."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class SignUpForm(Form, frozen=True, kw_only=True):
    """Who wants an account."""

    email: Email
    password: NewPassword
    name: Name | None = None


class LogInForm(Form, frozen=True, kw_only=True):
    """Who comes."""

    email: Email
    password: Password


class RefreshForm(Form, frozen=True, kw_only=True):
    """The refresh token is good once."""

    refresh_token: Annotated[str, Meta(min_length=1, max_length=LONGEST_TOKEN)]


class ResetForm(Form, frozen=True, kw_only=True):
    """Whose password is forgotten."""

    email: Email


class PasswordForm(Form, frozen=True, kw_only=True):
    """`current_password` is left out only after a password reset mail."""

    new_password: NewPassword
    current_password: Password | None = None


class ChangeProfileForm(Form, frozen=True, kw_only=True):
    """What is to be different. `avatar_url` null takes it away; it is shown, and never fetched by us."""

    name: Name | UnsetType = UNSET
    avatar_url: Avatar | UnsetType | None = UNSET
    onboarded: bool | UnsetType = UNSET

    @property
    def command(self) -> ProfileChange:
        return ProfileChange(name=self.name, avatar_url=self.avatar_url, onboarded=self.onboarded)


class CreateUserForm(Form, frozen=True, kw_only=True):
    """An account that can log in at once."""

    email: Email
    password: NewPassword
    name: Name | None = None
    role: Role = Role.USER
    plan: Plan = Plan.FREE


class ChangeUserForm(Form, frozen=True, kw_only=True):
    """What is to be different. Nobody changes their own role."""

    name: Name | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    plan: Plan | UnsetType = UNSET

    @property
    def command(self) -> ProfileChange:
        return ProfileChange(name=self.name, role=self.role, plan=self.plan)


class LeaveForm(Form, frozen=True, kw_only=True):
    """`confirm` repeats your e-mail address, or your name if you have none. `password` may be left out within
    ten minutes of the login whose token is sent."""

    confirm: Annotated[str, Meta(min_length=1, max_length=LONGEST_EMAIL, pattern=NO_NUL)]
    password: Password | None = None


class LoginAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Send `access_token` as `Authorization: Bearer …` until `expires_at`, `expires_in` seconds from now;
    `refresh_token` then gets the next two, once."""

    access_token: str
    refresh_token: str
    expires_in: int
    expires_at: datetime
    user: Account
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 -- no password

    def __repr__(self) -> str:
        return f"LoginAnswer({self.user.id})"


class SignUpAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`session` is null while the e-mail address waits to be confirmed: a link was mailed."""

    user: Account
    session: LoginAnswer | None


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A good access token: whose it is, and until when it is."""

    user_id: UserId
    email: str | None
    role: Role
    expires_at: datetime
    valid: Literal[True] = True


class ResetAnswer(msgspec.Struct, frozen=True):
    """The same whether there is such an account or not."""

    message: str


def login(session: Session) -> LoginAnswer:
    left = session.expires_at - datetime.now(UTC)
    return LoginAnswer(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        expires_in=max(0, round(left.total_seconds())),
        expires_at=session.expires_at,
        user=session.account,
    )


def signed_up(made: SignUp) -> SignUpAnswer:
    session = None if made.session is None else login(made.session)
    return SignUpAnswer(user=made.account, session=session)


AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
ID = UserId(UUID("01a1fe10-0000-7985-bba8-5ff3a8de3680"))
ACCOUNT = Account(
    id=ID, email="ann@example.org", email_confirmed=True, name="Ann", created_at=AT, last_login_at=AT
)
LOGIN = LoginAnswer(
    access_token="pxs_4fKq0ZpJ7cYw2sVhT9xLdE6mB3nRu81q2Zk5",  # noqa: S106 -- nobody's
    refresh_token="pxs_refresh_9dPa3XtQ5vGm8kWb1yHsN7cJr2fLe40u6Tq0",  # noqa: S106 -- nobody's
    expires_in=3600,
    expires_at=AT + timedelta(hours=1),
    user=ACCOUNT,
)
TOKEN = TokenAnswer(user_id=ID, email=ACCOUNT.email, role=Role.USER, expires_at=LOGIN.expires_at)
PROFILE = ProfileDetail(
    id=ID,
    email=ACCOUNT.email,
    name="Ann",
    avatar_url="https://example.org/ann.png",
    onboarded=True,
    role=Role.USER,
    plan=Plan.FREE,
    created_at=AT,
    updated_at=AT,
)
