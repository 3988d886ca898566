"""How often requests may come, by who sends them and what they do."""

from enum import StrEnum

import msgspec

MINUTE = 60
HOUR = 3600


class Rate(StrEnum):
    """What a request does, as far as limits go. The value is the name of the limit that it has besides the
    user's; ``READ`` has no other."""

    READ = "user"
    WRITE = "write"
    COSTLY = "costly"
    """It sets workers to work, or goes out to the web: money, also where nobody is charged."""
    STRANGER = "stranger"
    """Nobody knows who asks; or they said something that is not true."""
    LOGIN = "login"


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Requests per minute: of a user in all, writing, and costly; of an address, by those who are unknown,
    and to log in. ``key`` is per hour, of one API key at most."""

    user: int
    write: int
    costly: int
    stranger: int
    login: int
    key: int
