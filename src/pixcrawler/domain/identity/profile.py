"""A person's account."""

from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from pixcrawler.domain.identity.errors import InvalidProfile
from pixcrawler.domain.shared.actor import Actor, Role
from pixcrawler.domain.shared.ids import UserId
from pixcrawler.domain.shared.plans import Plan

LONGEST_NAME = 200
LONGEST_AVATAR = 2048
NAMED = "An account without an e-mail address is known by its name, which stays."


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different. ``avatar_url`` None takes it away; ``role`` and ``plan`` are a superuser's."""

    name: str | UnsetType = UNSET
    avatar_url: str | UnsetType | None = UNSET
    onboarded: bool | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    plan: Plan | UnsetType = UNSET


class Profile(msgspec.Struct, kw_only=True):
    """``id`` is the auth provider's user id. Without an ``email`` it is nobody who can log in: the user of
    this machine's command line, or a superuser known by name and key alone, whose name is unique then."""

    id: UserId
    name: str
    email: str | None
    avatar_url: str | None
    onboarded: bool
    role: Role
    plan: Plan

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.role)

    def change(self, wanted: ProfileChange) -> bool:
        """Whether that makes a difference. Raises InvalidProfile, which names the field."""
        if isinstance(wanted.name, str):
            _check_name(wanted.name)
            if self.email is None and wanted.name != self.name:
                raise InvalidProfile(NAMED, field="name")
        if isinstance(wanted.avatar_url, str):
            _check_web_address(wanted.avatar_url)
        before = msgspec.structs.asdict(self)
        for name in wanted.__struct_fields__:
            value = getattr(wanted, name)
            if value is not UNSET:
                setattr(self, name, value)
        return msgspec.structs.asdict(self) != before


def new_superuser(key: UserId, *, name: str) -> Profile:
    """Whoever runs the place has no plan's limits.

    Raises InvalidProfile unless the name has 1 to 200 printable characters and no blanks around it.
    """
    _check_name(name)
    return Profile(
        id=key,
        name=name,
        email=None,
        avatar_url=None,
        onboarded=True,
        role=Role.SUPERUSER,
        plan=Plan.ENTERPRISE,
    )


def _check_name(name: str) -> None:
    if not (1 <= len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()):
        message = f"A name has 1 to {LONGEST_NAME} printable characters, and no blanks around it."
        raise InvalidProfile(message, field="name")


def _check_web_address(url: str) -> None:
    """It is only ever shown to browsers: nothing of ours fetches it."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
        good = good and parts.port != 0 and url.isprintable() and " " not in url
    except ValueError:
        good = False
    if not good or len(url) > LONGEST_AVATAR:
        message = f"An avatar is an http or https address of at most {LONGEST_AVATAR} characters."
        raise InvalidProfile(message, field="avatar_url")
