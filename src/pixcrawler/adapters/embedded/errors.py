"""What can keep the embedded servers from coming up. Each says which setting makes them unnecessary."""

from typing import Final

from pixcrawler.domain.shared.errors import StorageFull, Unavailable


class EmbeddedServerMissing(Unavailable):
    """The wheel with the server's program is not installed, or there is none for this system."""

    code = "EMBEDDED_SERVER_MISSING"


class HomeNotWritable(Unavailable):
    """PixCrawler's home folder cannot be made or written to."""

    code = "HOME_NOT_WRITABLE"


class NoServerUser(Unavailable):
    """There is no user account that the servers could run as."""

    code = "NO_SERVER_USER"


class ServerDidNotStart(Unavailable):
    """A server ended, or never answered; its log says why."""

    code = "EMBEDDED_SERVER_DID_NOT_START"


_KNOWN: Final[tuple[type[Unavailable], ...]] = (
    EmbeddedServerMissing,
    HomeNotWritable,
    NoServerUser,
    ServerDidNotStart,
    StorageFull,
)


def by_code(code: str, message: str) -> Unavailable:
    """The error that the keeper wrote down, made again on the client's side."""
    kind = next((known for known in _KNOWN if known.code == code), ServerDidNotStart)
    return kind(message)
