"""Where the local superuser's key is kept on this machine."""

import os
import tempfile
from pathlib import Path

from pixcrawler.domain.shared.errors import Unavailable

NAME = "superuser.key"


class KeyFileNotWritten(Unavailable):
    code = "KEY_FILE_NOT_WRITTEN"


def write_key_file(home: Path, key: str) -> Path:
    """``home/superuser.key``: the key and a line end, mode 0600, whole or not at all. A link in its place
    is replaced, not followed.

    Raises:
        KeyFileNotWritten: no room, no right, no folder.
    """
    path = home / NAME
    try:
        home.mkdir(parents=True, exist_ok=True)
        _replace(path, f"{key}\n".encode())
    except OSError as error:
        raise KeyFileNotWritten(
            f"The superuser's key cannot be written to {path} ({error.strerror}); when that is mended, "
            "`pixcrawler admin createsuperuser` shows a new one."
        ) from error
    return path


def _replace(path: Path, body: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{NAME}-")  # O_EXCL, mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
