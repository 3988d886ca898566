"""Whose certificates count: those that this machine trusts."""

import importlib
import os
import ssl
import sys
from functools import cache

_PLACES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where OpenSSL looks first."""


@cache
def trusted() -> ssl.SSLContext:
    """Made when first asked for, as reading them takes time; all clients of the process share it."""
    return ssl.create_default_context()


def load_aiohttp() -> None:
    """It makes two contexts of its own as it is loaded and reads all certificates for each. Ours are given
    ``trusted``, so it finds none meanwhile: without one, a connection fails.

    For the main thread of a program that is starting."""
    if "aiohttp" in sys.modules:
        return
    before = {name: os.environ.get(name) for name in _PLACES}
    os.environ.update(dict.fromkeys(_PLACES, os.devnull))
    try:
        importlib.import_module("aiohttp")
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
