"""Object stores, one file each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from pixcrawler.adapters.storage.config import StoreConfig
from pixcrawler.application.ports.object_store import ObjectStore

__all__ = ["STORES", "StoreConfig", "open_store"]

STORES: dict[str, str] = {
    "local": "local",
    "supabase": "supabase",
    "s3": "s3",
    "azure": "azure",
    "gcs": "gcs",
}
"""From a provider's name to the module here whose ``open_store`` opens it. Loaded when it is chosen: the
libraries of some take half a second, and the commands that need none should not wait for them."""


@asynccontextmanager
async def open_store(provider: str, config: StoreConfig) -> AsyncIterator[ObjectStore]:
    """Nothing is asked of it yet: a store that is away stops no process from starting. Raises Unavailable
    when a folder that it needs cannot be made."""
    module = import_module(f"pixcrawler.adapters.storage.{STORES[provider]}")
    async with module.open_store(config) as store:
        yield store
