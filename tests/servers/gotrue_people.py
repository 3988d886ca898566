"""What a GoTrue server remembers: users, their sessions, the mails it sent."""

import hashlib
import secrets
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


class Refusal(Exception):
    """An error as GoTrue words it: a status, a code and a message."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "error_code": code, "msg": message, "message": message} | more


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@dataclass
class GoTrueUser:
    email: str
    password: str | None
    metadata: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    created_at: str = field(default_factory=now)
    confirmed_at: str | None = None
    last_sign_in_at: str | None = None
    banned: bool = False

    def document(self, *, hidden: bool = False) -> dict[str, Any]:
        """``hidden``: as it is shown to somebody who signs up with an address that is taken."""
        identity = {
            "id": self.id,
            "identity_id": str(uuid.uuid4()),
            "user_id": self.id,
            "identity_data": {"email": self.email, "sub": self.id},
            "provider": "email",
            "created_at": self.created_at,
            "last_sign_in_at": self.created_at,
            "updated_at": self.created_at,
        }
        return {
            "id": str(uuid.uuid4()) if hidden else self.id,
            "aud": "authenticated",
            "role": "" if hidden else "authenticated",
            "email": self.email,
            "email_confirmed_at": None if hidden else self.confirmed_at,
            "phone": "",
            "confirmation_sent_at": now() if hidden else None,
            "confirmed_at": None if hidden else self.confirmed_at,
            "last_sign_in_at": None if hidden else self.last_sign_in_at,
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": {} if hidden else self.metadata,
            "identities": [] if hidden else [identity],
            "created_at": now() if hidden else self.created_at,
            "updated_at": now() if hidden else self.created_at,
            "is_anonymous": False,
        }


@dataclass
class GoTrueSession:
    """``active`` is its one good refresh token; ``used`` those before it, with the time they were used at."""

    user: GoTrueUser
    method: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    since: int = field(default_factory=lambda: int(time.time()))
    active: str | None = field(default_factory=lambda: secrets.token_urlsafe(12))
    used: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Mail:
    to: str
    kind: str
    token: str


class People:
    """``reuse_interval``: seconds within which a used refresh token still gives the active one."""

    def __init__(self) -> None:
        self.users: dict[str, GoTrueUser] = {}
        self.sessions: dict[str, GoTrueSession] = {}
        self.mails: list[Mail] = []
        self.reuse_interval = 10.0
        self.shortest_password = 6

    def by_email(self, email: str) -> GoTrueUser | None:
        return next((user for user in self.users.values() if user.email == email.strip().lower()), None)

    def add(self, email: str, password: str | None, metadata: dict[str, Any] | None) -> GoTrueUser:
        kept = None if password is None else self.hashed(password)
        user = GoTrueUser(email.strip().lower(), kept, metadata or {})
        self.users[user.id] = user
        return user

    def hashed(self, password: str) -> str:
        self.check(password)
        salt = secrets.token_hex(4)
        return f"{salt}:{hashlib.sha256(f'{salt}{password}'.encode()).hexdigest()}"

    def fits(self, user: GoTrueUser, password: str) -> bool:
        salt, _, digest = (user.password or ":").partition(":")
        return hashlib.sha256(f"{salt}{password}".encode()).hexdigest() == digest

    def check(self, password: str) -> None:
        if len(password) > 72:
            raise Refusal(400, "validation_failed", "Password cannot be longer than 72 characters")
        if len(password) < self.shortest_password:
            message = f"Password should be at least {self.shortest_password} characters."
            raise Refusal(422, "weak_password", message, weak_password={"reasons": ["length"]})

    def begin(self, user: GoTrueUser, method: str) -> GoTrueSession:
        user.last_sign_in_at = now()
        session = GoTrueSession(user, method)
        self.sessions[session.id] = session
        return session

    def rotated(self, token: str) -> GoTrueSession:
        session = next(
            (one for one in self.sessions.values() if token == one.active or token in one.used), None
        )
        if session is None:
            raise Refusal(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found")
        if session.user.banned:
            raise Refusal(400, "user_banned", "Invalid Refresh Token: User Banned")
        if token != session.active:
            lately = session.active and time.monotonic() - session.used[token] < self.reuse_interval
            if not lately or list(session.used)[-1] != token:
                session.used[session.active or ""] = 0.0
                session.active = None
                raise Refusal(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used")
            return session
        session.used[token] = time.monotonic()
        session.active = secrets.token_urlsafe(12)
        return session

    def end(self, session: GoTrueSession, scope: str) -> None:
        for one in list(self.of(session.user)):
            if scope == "global" or (one is session) == (scope == "local"):
                del self.sessions[one.id]

    def of(self, user: GoTrueUser) -> Iterator[GoTrueSession]:
        return (one for one in self.sessions.values() if one.user is user)

    def forget(self, user: GoTrueUser) -> None:
        for one in list(self.of(user)):
            del self.sessions[one.id]
        del self.users[user.id]

    def mail(self, to: str, kind: str) -> Mail:
        self.mails.append(Mail(to, kind, secrets.token_hex(28)))
        return self.mails[-1]

    def redeemed(self, token: str, kind: str) -> GoTrueUser:
        mail = next((one for one in self.mails if one.token == token and one.kind == kind), None)
        user = None if mail is None else self.by_email(mail.to)
        if mail is None or user is None:
            raise Refusal(403, "otp_expired", "Email link is invalid or has expired")
        self.mails.remove(mail)
        user.confirmed_at = user.confirmed_at or now()
        return user
