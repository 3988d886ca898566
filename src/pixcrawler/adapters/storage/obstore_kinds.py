"""The stores that obstore speaks for here, as one type."""

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from obstore.store import AzureStore, GCSStore, S3Store

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

Vendor: TypeAlias = S3Store | AzureStore | GCSStore

CONNECT = timedelta(seconds=5)
AGES = timedelta(days=1)
"""A whole download may take long; what may not is silence."""


def client_options(timeout: float, *, allow_http: bool) -> "ClientConfig":
    """``timeout``: seconds that the beginning of an answer, or its next bytes, may take."""
    silence = timedelta(seconds=timeout)
    return {
        "allow_http": allow_http,
        "connect_timeout": min(CONNECT, silence),
        "timeout": AGES,
        "read_timeout": silence,
    }


def retries(timeout: float) -> "RetryConfig":
    """Some eight attempts; none begins later than ``timeout`` seconds after the first."""
    return {
        "max_retries": 7,
        "retry_timeout": timedelta(seconds=timeout),
        "backoff": {
            "init_backoff": timedelta(milliseconds=100),
            "max_backoff": timedelta(seconds=5),
            "base": 2,
        },
    }
