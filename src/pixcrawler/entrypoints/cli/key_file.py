"""Where the local superuser's key and password are kept on this machine."""

import os
import tempfile
from pathlib import Path

from pixcrawler.domain.shared.errors import Unavailable

NAME = "superuser.key"
PASSWORD = "superuser.password"  # noqa: S105 -- the name of its file


class KeyFileNotWritten(Unavailable):
    code = "KEY_FILE_NOT_WRITTEN"


def write_key_file(home: Path, key: str) -> Path:
    """``home/superuser.key``: the key and a line end, mode 0600, whole or not at all. A link in its place
    is replaced, not followed.

    Raises:
        KeyFileNotWritten: no room, no right, no folder.
    """
    return _write(home / NAME, key, "superuser's key", "`pixcrawler admin createsuperuser` shows a new one")


def write_password_file(home: Path, password: str, *, email: str) -> Path:
    """``home/superuser.password``, in the same way."""
    remedy = f"`pixcrawler admin reset_password {email}` sets a new one"
    return _write(home / PASSWORD, password, "superuser's password", remedy)


def _write(path: Path, secret: str, what: str, remedy: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, f"{secret}\n".encode())
    except OSError as error:
        raise KeyFileNotWritten(
            f"The {what} cannot be written to {path} ({error.strerror}); when that is mended, {remedy}."
        ) from error
    return path


def _replace(path: Path, body: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # O_EXCL, mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
