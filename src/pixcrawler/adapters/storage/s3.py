"""S3, and what speaks like it: MinIO, Ceph, R2, Supabase's own S3 door."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from obstore.store import S3Store

from pixcrawler.adapters.storage.config import StoreConfig
from pixcrawler.adapters.storage.obstore_kinds import client_options, retries
from pixcrawler.adapters.storage.obstore_store import ObstoreObjectStore
from pixcrawler.adapters.storage.place import Place
from pixcrawler.adapters.storage.spool import Spool
from pixcrawler.domain.shared.attachment import attachment

if TYPE_CHECKING:
    from obstore.store import S3Config


@asynccontextmanager
async def open_store(config: StoreConfig) -> AsyncIterator[ObstoreObjectStore]:
    """Without an access key the machine's own role is asked for; then there are no signed links."""
    options: S3Config = {
        "region": config.s3_region,
        "virtual_hosted_style_request": not config.s3_path_style,
    }
    if config.s3_endpoint is not None:
        options["endpoint"] = config.s3_endpoint
    if config.s3_access_key is not None and config.s3_secret_key is not None:
        options["access_key_id"] = config.s3_access_key
        options["secret_access_key"] = config.s3_secret_key
    plain = (config.s3_endpoint or "").startswith("http://")
    store = S3Store(
        config.s3_bucket,
        config=options,
        client_options=client_options(config.timeout, allow_http=plain),
        retry_config=retries(config.timeout),
    )
    place = Place(
        name="S3",
        bucket=config.s3_bucket or "",
        bucket_setting=f"{config.prefix}S3_BUCKET",
        credentials=f"{config.prefix}S3_ACCESS_KEY and {config.prefix}S3_SECRET_KEY",
    )
    spool = Spool(config.spool_root, config.spool_bytes)
    signed = config.s3_access_key is not None

    def sign(key: str, seconds: int, filename: str) -> str:
        name = {"response-content-disposition": attachment(filename)}
        return presigned(config, key, seconds, name, at=datetime.now(UTC))

    yield ObstoreObjectStore(store, place, spool, sign if signed else None)


def presigned(config: StoreConfig, key: str, seconds: int, more: dict[str, str], *, at: datetime) -> str:
    """A GET that is signed in its query (AWS Signature Version 4) together with ``more``, such as what the
    file is called. obstore signs addresses too, but has no room for more."""
    base = _address(config)
    stamp = at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{config.s3_region}/s3/aws4_request"
    query = _query(
        {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Credential": f"{config.s3_access_key}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
        | more
    )
    parts = urlsplit(f"{base}/{quote(key)}")
    request = f"GET\n{parts.path}\n{query}\nhost:{parts.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(request.encode()).hexdigest()
    signing = f"AWS4{config.s3_secret_key}".encode()
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    signature = hmac.digest(signing, text.encode(), "sha256").hex()
    return f"{parts.geturl()}?{query}&X-Amz-Signature={signature}"


def _address(config: StoreConfig) -> str:
    """Where the bucket is, as obstore addresses it: an endpoint of virtual hosts has the bucket in it."""
    endpoint = (config.s3_endpoint or "").rstrip("/")
    if config.s3_path_style:
        return f"{endpoint or f'https://s3.{config.s3_region}.amazonaws.com'}/{config.s3_bucket}"
    return endpoint or f"https://{config.s3_bucket}.s3.{config.s3_region}.amazonaws.com"


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(values.items()))
