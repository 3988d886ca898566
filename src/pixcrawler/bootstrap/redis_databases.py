"""Databases of one Redis server: what is counted or cached is kept apart from what wakes workers."""

from urllib.parse import parse_qsl, urlencode, urlsplit

DATABASES = 16
"""How many a Redis has that nobody configured."""
LIMITS, CACHE = 1, 2
"""How much further on than that of the bells requests are counted, and answers kept."""


def beside(url: str, by: int) -> str:
    """The same server's database ``by`` further on; after the last comes the first."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    in_path = parts.scheme != "unix" and parts.path.strip("/")
    number = (int(options.pop("db", None) or in_path or 0) + by) % DATABASES
    if parts.scheme == "unix":  # whose empty host urlunsplit would leave out
        return f"unix://{parts.netloc}{parts.path}?{urlencode(options | {'db': number})}"
    return parts._replace(path=f"/{number}", query=urlencode(options)).geturl()
