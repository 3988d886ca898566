"""The HTTP client of pictures, as a worker's program loads it."""

import importlib
import os
from collections.abc import MutableMapping

PLACES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where OpenSSL looks for certificates first."""


def load_http_client(environ: MutableMapping[str, str]) -> None:
    """aiohttp makes two contexts for TLS as it is loaded, and reads all certificates of the machine for each:
    a twentieth of a second. It is always given ours (``trusted``), so it finds none meanwhile; whatever used
    one of its own would be refused. ``environ`` is the process's, and as before in the end.

    For the main thread of a program that is starting.
    """
    before = {name: environ[name] for name in PLACES if name in environ}
    environ.update(dict.fromkeys(PLACES, os.devnull))
    try:
        importlib.import_module("aiohttp")
    finally:
        for name in PLACES:
            del environ[name]
        environ.update(before)
