"""How the built-in provider writes the tokens of a login: opaque, checksummed as API keys are.

``pxs_`` starts an access token, ``pxs_refresh_`` a refresh token; scanners find either when it leaks.
"""

from enum import StrEnum

from pixcrawler.domain.identity.key_text import checksummed, is_checksummed


class TokenKind(StrEnum):
    ACCESS = "access"
    REFRESH = "refresh"

    @property
    def prefix(self) -> str:
        return "pxs_" if self is TokenKind.ACCESS else "pxs_refresh_"


def write_token(kind: TokenKind, random: bytes) -> str:
    """A new token out of ``key_text.RANDOM_BYTES`` bytes that nobody can foresee."""
    return checksummed(kind.prefix, random)


def is_token(text: str, kind: TokenKind) -> bool:
    """Whether such a token could have been written by us. Most that could were not."""
    return is_checksummed(text, kind.prefix)
