"""The part of a host name that one owner registered."""

from functools import lru_cache

_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "net", "or", "org", "ne", "nom"})


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """By a rule of thumb; an IP stays as it is.

    Without the public suffix list two owners under one suffix (``a.github.io``, ``b.github.io``) share a
    pace: slower than need be, never ruder. Loading the list costs a worker 43 ms at its start.
    """
    name = host.removesuffix(".")
    labels = name.split(".")
    if ":" in name or labels[-1].isdigit() or len(labels) <= 2:
        return name
    country = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if country else labels[-2:])
