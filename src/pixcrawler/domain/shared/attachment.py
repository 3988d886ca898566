"""How a download says what its file is called."""

import re
from unicodedata import combining, normalize
from urllib.parse import quote

_UNFIT = re.compile(r"[^A-Za-z0-9._ -]+")


def attachment(filename: str) -> str:
    """A Content-Disposition (RFC 6266) that never opens in a browser; whatever the name, it is one header.

    What is not plain ASCII is told whole in ``filename*`` (RFC 8187), for all clients of today; beside it
    stands what ASCII can keep of it: letters without their accents.
    """
    plain = filename if not _UNFIT.search(filename) else _in_ascii(filename)
    header = f'attachment; filename="{plain}"'
    return header if plain == filename else f"{header}; filename*=UTF-8''{quote(filename, safe='')}"


def _in_ascii(filename: str) -> str:
    letters = "".join(letter for letter in normalize("NFKD", filename) if not combining(letter))
    kept = _UNFIT.sub("_", letters).lstrip("_-. ")
    return (kept or "file") if "." in kept or "." not in filename else f"file.{kept}"
