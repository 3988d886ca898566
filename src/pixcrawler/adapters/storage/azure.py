"""Azure Blob Storage; a Data Lake account is the same service."""

import base64
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from obstore.store import AzureStore

from pixcrawler.adapters.storage.config import StoreConfig
from pixcrawler.adapters.storage.obstore_kinds import client_options, retries
from pixcrawler.adapters.storage.obstore_store import ObstoreObjectStore
from pixcrawler.adapters.storage.place import Place
from pixcrawler.adapters.storage.spool import Spool
from pixcrawler.domain.shared.attachment import attachment

if TYPE_CHECKING:
    from obstore.store import AzureConfig

VERSION = "2021-12-02"
"""Of the signature; what is signed, and in which order, depends on it."""


@asynccontextmanager
async def open_store(config: StoreConfig) -> AsyncIterator[ObstoreObjectStore]:
    """With a shared access signature instead of the account's key there are no signed links."""
    options: AzureConfig = {"account_name": config.azure_account or ""}
    if config.azure_key is not None:
        options["account_key"] = config.azure_key
    if config.azure_sas is not None:
        options["sas_key"] = config.azure_sas.removeprefix("?")
    if config.azure_endpoint is not None:
        options["endpoint"] = config.azure_endpoint
    plain = (config.azure_endpoint or "").startswith("http://")
    store = AzureStore(
        config.azure_container,
        config=options,
        client_options=client_options(config.timeout, allow_http=plain),
        retry_config=retries(config.timeout),
    )
    place = Place(
        name="Azure",
        bucket=config.azure_container or "",
        bucket_setting=f"{config.prefix}AZURE_CONTAINER",
        credentials=f"{config.prefix}AZURE_ACCOUNT and {config.prefix}AZURE_KEY or {config.prefix}AZURE_SAS",
    )
    signed = config.azure_key is not None

    def sign(key: str, seconds: int, filename: str) -> str:
        return link(config, key, filename, until=datetime.now(UTC) + timedelta(seconds=seconds))

    spool = Spool(config.spool_root, config.spool_bytes)
    yield ObstoreObjectStore(store, place, spool, sign if signed else None)


def link(config: StoreConfig, key: str, filename: str, *, until: datetime) -> str:
    """A service SAS for one blob that says what the file is called: obstore's leaves no room for that."""
    account, container = config.azure_account, config.azure_container
    end = until.strftime("%Y-%m-%dT%H:%M:%SZ")
    disposition = attachment(filename)
    signed = ["r", "", end, f"/blob/{account}/{container}/{key}", "", "", "", VERSION, "b"]
    signed += ["", "", "", disposition, "", "", ""]
    secret = base64.b64decode(config.azure_key or "")
    signature = base64.b64encode(hmac.digest(secret, "\n".join(signed).encode(), "sha256")).decode()
    query = {"sv": VERSION, "se": end, "sr": "b", "sp": "r", "rscd": disposition, "sig": signature}
    base = config.azure_endpoint or f"https://{account}.blob.core.windows.net"
    return f"{base.rstrip('/')}/{container}/{quote(key)}?{urlencode(query)}"
