"""Who asks."""

from enum import StrEnum
from typing import Final

import msgspec

from pixcrawler.domain.shared.errors import Forbidden
from pixcrawler.domain.shared.ids import ApiKeyId, UserId

READ: Final = "read"
WRITE: Final = "write"
ALL: Final = "*"
SCOPES: Final = frozenset({READ, WRITE, ALL})
"""What a key can be made for. ``ALL`` holds every scope, also those of later versions."""


class Role(StrEnum):
    USER = "user"
    SUPERUSER = "superuser"


class ScopeMissing(Forbidden):
    """The key was not made for this."""

    code = "SCOPE_MISSING"


class Actor(msgspec.Struct, frozen=True):
    """The profile on whose behalf something is done.

    A person at the keyboard and a task may do all that their role may; a key's ``scopes`` make that less.
    ``key_id`` names the API key that was sent, None for a person who logged in; ``hourly_limit`` how many
    requests within any hour that key may make.
    """

    id: UserId
    role: Role
    scopes: frozenset[str] = frozenset({ALL})
    key_id: ApiKeyId | None = None
    hourly_limit: int | None = None

    @property
    def may_see_all(self) -> bool:
        return self.role is Role.SUPERUSER

    def may_see(self, owner: UserId) -> bool:
        return self.id == owner or self.may_see_all

    def must(self, scope: str) -> None:
        """Raises ScopeMissing."""
        if scope not in self.scopes and ALL not in self.scopes:
            raise ScopeMissing(f"This API key has no scope '{scope}'; use one that has it.")
