"""What can be set from outside, and the only place that reads it.

An entrypoint's ``main()`` calls ``load_settings`` once; bootstrap hands each adapter plain values.
"""

from pixcrawler.settings.cache import CacheSettings
from pixcrawler.settings.crawling import FetchSettings, InspectSettings
from pixcrawler.settings.limits import LimiterSettings
from pixcrawler.settings.load import Settings, load_settings
from pixcrawler.settings.mistakes import SettingsError
from pixcrawler.settings.platform import (
    ApiSettings,
    DatabaseSettings,
    PixcrawlerSettings,
    QueueSettings,
    RedisSettings,
    WorkerSettings,
)
from pixcrawler.settings.show import describe, render_example
from pixcrawler.settings.sources import SourcesSettings
from pixcrawler.settings.storage import StorageSettings, StoreSettings, WarmStorageSettings
from pixcrawler.settings.supabase import SupabaseSettings
from pixcrawler.settings.values import PrivateNetwork, Secret

__all__ = [
    "ApiSettings",
    "CacheSettings",
    "DatabaseSettings",
    "FetchSettings",
    "InspectSettings",
    "LimiterSettings",
    "PixcrawlerSettings",
    "PrivateNetwork",
    "QueueSettings",
    "RedisSettings",
    "Secret",
    "Settings",
    "SettingsError",
    "SourcesSettings",
    "StorageSettings",
    "StoreSettings",
    "SupabaseSettings",
    "WarmStorageSettings",
    "WorkerSettings",
    "describe",
    "load_settings",
    "render_example",
]
