"""What APIs claim of a picture, as far as it can be true."""

import re

LARGEST = 1_000_000  # pixels of one side, far beyond what any format that we read holds

_WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)


def web_address(said: str | None) -> str | None:
    """The address if it is one of the web, its blanks encoded as a browser would; None for anything else."""
    address = (said or "").strip()
    if _WEB.match(address) is None:
        return None
    return address.replace(" ", "%20")


def pixels(said: object) -> int | None:
    """A width or height, given as ``640``, ``640.0``, ``"640"`` or ``"640px"``; None for what none can be."""
    if isinstance(said, str):
        digits = said.strip().lower().removesuffix("px").rstrip()
        short = len(digits) <= len(str(LARGEST))
        said = int(digits) if short and digits.isascii() and digits.isdigit() else 0
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 < said <= LARGEST else None
