"""Keys are for the server that they are meant for: not for logs, errors, or other servers."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

MASK = "***"
SHORTEST = 6
"""Characters. What is shorter is no key, and would be found inside other words."""


def masked(text: str, secrets: Iterable[str]) -> str:
    """The text without the secrets, percent-encoded ones included."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            for form in (secret, quote(secret, safe=""), quote_plus(secret)):
                text = text.replace(form, MASK)
    return text


def credentials(headers: Iterable[str]) -> tuple[str, ...]:
    """What may be a key in these values of headers: ``abc…`` of ``abc…`` and of ``Bearer abc…``."""
    return tuple(value.rpartition(" ")[2] for value in headers)


def without_parameters(url: str, names: Iterable[str]) -> str:
    """The URL without those parameters of its query; the others keep their order."""
    gone = set(names)
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    if not any(name in gone for name, _ in pairs):
        return url
    kept = [(name, value) for name, value in pairs if name not in gone]
    return urlunsplit(parts._replace(query=urlencode(kept)))
