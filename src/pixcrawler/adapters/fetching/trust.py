"""Whose certificates count: those that this machine trusts."""

import ssl
from functools import cache


@cache
def trusted() -> ssl.SSLContext:
    """Made when first asked for, as reading them takes time; all clients of the process share it."""
    return ssl.create_default_context()
