"""Signed addresses of files."""

from pixcrawler.adapters.storage.links import StoreLinks, kept_secret
from pixcrawler.bootstrap.infrastructure import Infrastructure


def links(base: Infrastructure) -> StoreLinks:
    """With the secret of the settings; in development, where there may be none, with one that is made."""
    settings = base.settings

    def secret() -> bytes:
        if settings.storage.link_secret is not None:
            return settings.storage.link_secret.reveal().encode()
        return kept_secret(settings.pixcrawler.home / "link.secret")

    return StoreLinks(base.store, base.clock, secret)
