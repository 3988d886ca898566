"""Who asks."""

from enum import StrEnum

import msgspec

from pixcrawler.domain.shared.ids import UserId


class Role(StrEnum):
    USER = "user"
    SUPERUSER = "superuser"


class Actor(msgspec.Struct, frozen=True):
    """The profile on whose behalf something is done."""

    id: UserId
    role: Role

    @property
    def may_see_all(self) -> bool:
        return self.role is Role.SUPERUSER

    def may_see(self, owner: UserId) -> bool:
        return self.id == owner or self.may_see_all
