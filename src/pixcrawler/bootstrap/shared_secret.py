"""The secret that all processes of an installation share."""

from collections.abc import Callable

from pixcrawler.adapters.storage.links import kept_secret
from pixcrawler.settings import Settings


def shared_secret(settings: Settings) -> Callable[[], bytes]:
    """That of the settings; in development, where there may be none, one that is made and kept."""

    def secret() -> bytes:
        if settings.storage.link_secret is not None:
            return settings.storage.link_secret.reveal().encode()
        return kept_secret(settings.pixcrawler.home / "link.secret")

    return secret
