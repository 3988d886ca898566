"""Who people are: the auth provider, which alone knows passwords and makes tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from pixcrawler.domain.shared.ids import UserId


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the provider knows them. ``name`` is what they gave when they signed up."""

    id: UserId
    email: str
    email_confirmed: bool
    name: str | None
    created_at: datetime
    last_login_at: datetime | None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A login. ``repr`` shows no token."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    account: Account

    def __repr__(self) -> str:
        return f"Session({self.account.id})"


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    """``session`` is None while the provider waits for the address to be confirmed."""

    account: Account
    session: Session | None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What a good access token says. ``recovering``: it came from a password reset mail. ``logged_in_at`` is
    when its own session proved who it is, as far as the provider tells; going on with it proves nothing."""

    id: UserId
    email: str | None
    name: str | None
    expires_at: datetime
    recovering: bool = False
    logged_in_at: datetime | None = None


class IdentityProvider(Protocol):
    """Everything raises AuthUnavailable when the provider does not answer; nothing tells whether an
    e-mail address has an account. ``address`` is where on the net a person asks from, for a provider that
    counts attempts by that."""

    async def verify(self, token: str) -> Person:
        """Whose access token this is, as far as possible without asking anybody.

        Raises InvalidToken: whatever is wrong with it.
        """
        ...

    async def sign_up(
        self, email: str, password: str, *, name: str | None, address: str | None = None
    ) -> SignUp:
        """Raises EmailTaken, WeakPassword, InvalidEmail, SignUpDisabled, TooManyAttempts."""
        ...

    async def log_in(self, email: str, password: str, *, address: str | None = None) -> Session:
        """Raises WrongCredentials, EmailNotConfirmed, TooManyAttempts."""
        ...

    async def refresh(self, refresh_token: str, *, address: str | None = None) -> Session:
        """A new session for the old one's refresh token, which is good once.

        Raises InvalidToken; one that is used a second time ends its whole session.
        """
        ...

    async def log_out(self, access_token: str) -> None:
        """End the token's session. What the provider's access tokens carry themselves stays good until it
        expires. Twice is once. Raises InvalidToken."""
        ...

    async def request_reset(self, email: str, *, address: str | None = None) -> None:
        """Mail a link for a new password, if there is such an account.

        Raises ResetUnavailable when this provider sends no mail, TooManyAttempts.
        """
        ...

    async def change_password(self, access_token: str, new: str) -> Account:
        """Raises InvalidToken, WeakPassword."""
        ...

    async def accounts(self, *, page: int, size: int) -> Sequence[Account]:
        """All of them, oldest first; ``page`` from 1."""
        ...

    async def account(self, account_id: UserId) -> Account:
        """Raises AccountNotFound."""
        ...

    async def create_account(self, email: str, password: str, *, name: str | None) -> Account:
        """With its address taken as confirmed. Raises EmailTaken, WeakPassword, InvalidEmail."""
        ...

    async def set_password(self, account_id: UserId, new: str) -> None:
        """By the operator; ends its sessions. Raises AccountNotFound, WeakPassword."""
        ...

    async def delete_account(self, account_id: UserId) -> None:
        """With all of its sessions. One that is gone already is fine."""
        ...
