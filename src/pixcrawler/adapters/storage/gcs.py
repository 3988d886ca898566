"""Google Cloud Storage. Never run against the real one nor an emulator: untested until somebody does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from obstore.store import GCSStore

from pixcrawler.adapters.storage.config import StoreConfig
from pixcrawler.adapters.storage.obstore_kinds import client_options, retries
from pixcrawler.adapters.storage.obstore_store import ObstoreObjectStore
from pixcrawler.adapters.storage.place import Place
from pixcrawler.adapters.storage.spool import Spool

if TYPE_CHECKING:
    from obstore.store import GCSConfig


@asynccontextmanager
async def open_store(config: StoreConfig) -> AsyncIterator[ObstoreObjectStore]:
    """Without a service account the machine's own is asked for. It has no signed links."""
    options: GCSConfig = {}
    if config.gcs_service_account is not None:
        options["service_account_key"] = config.gcs_service_account
    store = GCSStore(
        config.gcs_bucket,
        config=options,
        client_options=client_options(config.timeout, allow_http=False),
        retry_config=retries(config.timeout),
    )
    place = Place(
        name="Google Cloud Storage",
        bucket=config.gcs_bucket or "",
        bucket_setting=f"{config.prefix}GCS_BUCKET",
        credentials=f"{config.prefix}GCS_SERVICE_ACCOUNT",
    )
    yield ObstoreObjectStore(store, place, Spool(config.spool_root, config.spool_bytes), None)
