"""Signed addresses of files."""

from pixcrawler.adapters.storage.links import StoreLinks
from pixcrawler.bootstrap.infrastructure import Infrastructure
from pixcrawler.bootstrap.shared_secret import shared_secret


def links(base: Infrastructure) -> StoreLinks:
    return StoreLinks(base.store, base.clock, shared_secret(base.settings))
