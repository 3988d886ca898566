"""What an API key may ask for in an hour."""

from pixcrawler.application.ports.limiter import Quota
from pixcrawler.domain.identity.rates import HOUR
from pixcrawler.domain.shared.ids import ApiKeyId


def key_quota(key: ApiKeyId, own: int | None, *, most: int) -> Quota:
    """The key's ``own`` limit can only be less than ``most``, which any key may make."""
    return Quota(name="key", who=str(key), most=min(own or most, most), seconds=HOUR)
