"""Databases of one Redis server: what is counted or cached is kept apart from what wakes workers."""

from urllib.parse import parse_qsl, urlencode, urlsplit

DATABASES = 16
"""That a server has unless it was told otherwise."""


def beside(url: str, by: int) -> str:
    """The same server's database ``by`` further on, counted round."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme == "unix" or "db" in options:
        options["db"] = str((int(options.get("db") or 0) + by) % DATABASES)
        return parts._replace(query=urlencode(options)).geturl()
    number = (int(parts.path.strip("/") or 0) + by) % DATABASES
    return parts._replace(path=f"/{number}").geturl()
