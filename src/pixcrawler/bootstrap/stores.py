"""The object stores that the settings name."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import fields
from typing import Any

from pixcrawler.adapters.storage import StoreConfig, open_store
from pixcrawler.application.ports.object_store import ObjectStore
from pixcrawler.application.ports.stores import Stores
from pixcrawler.settings import Secret, Settings, StoreSettings


@asynccontextmanager
async def stores(settings: Settings) -> AsyncIterator[Stores]:
    """Closed on exit. Raises Unavailable when a folder of theirs cannot be made."""
    async with AsyncExitStack() as stack:
        hot = await stack.enter_async_context(hot_store(settings))
        warm = None
        if settings.warm.provider != "none":
            opened = _opened(settings, settings.warm, settings.warm.env_prefix)
            warm = await stack.enter_async_context(opened)
        yield Stores(hot, warm)


def hot_store(settings: Settings) -> AbstractAsyncContextManager[ObjectStore]:
    """For who needs no other."""
    return _opened(settings, settings.storage, settings.storage.env_prefix)


def _opened(
    settings: Settings, section: StoreSettings, prefix: str
) -> AbstractAsyncContextManager[ObjectStore]:
    names = (field.name for field in fields(StoreConfig))
    values = {name: getattr(section, name) for name in names if hasattr(section, name)} | {
        "prefix": prefix,
        "spool_root": settings.storage.spool_root,
        "spool_bytes": settings.storage.spool_bytes,
        "timeout": settings.storage.timeout,
        "supabase_url": settings.supabase.url,
        "supabase_key": settings.supabase.service_role_key,
    }
    plain: dict[str, Any] = {
        name: value.reveal() if isinstance(value, Secret) else value for name, value in values.items()
    }
    return open_store(section.provider, StoreConfig(**plain))
