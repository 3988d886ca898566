"""What happens to accounts that their owner should hear of."""

from pixcrawler.domain.shared.events import Event
from pixcrawler.domain.shared.ids import ApiKeyId, UserId


class ApiKeyCreated(Event, frozen=True, kw_only=True, tag="identity.api_key_created"):
    """``name`` is what its owner calls it."""

    owner_id: UserId
    key_id: ApiKeyId
    name: str


class ApiKeyRevoked(Event, frozen=True, kw_only=True, tag="identity.api_key_revoked"):
    """As above."""

    owner_id: UserId
    key_id: ApiKeyId
    name: str


class PasswordChanged(Event, frozen=True, kw_only=True, tag="identity.password_changed"):
    """By its owner, or through a link that was mailed to them."""

    owner_id: UserId
