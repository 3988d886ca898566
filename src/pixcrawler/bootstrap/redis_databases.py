"""Databases of one Redis server: what is counted is kept apart from what wakes workers."""

from urllib.parse import parse_qsl, urlencode, urlsplit

DATABASES = 16
"""That a server has unless it was told otherwise."""


def beside(url: str, by: int) -> str:
    """The same server's database ``by`` further on; after the last comes the first."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    path = parts.path
    if parts.scheme == "unix" or "db" in options:
        options["db"] = str((int(options.get("db") or 0) + by) % DATABASES)
    else:
        path = f"/{(int(path.strip('/') or 0) + by) % DATABASES}"
    query = f"?{urlencode(options)}" if options else ""
    return f"{parts.scheme}://{parts.netloc}{path}{query}"
