"""What APIs claim of a picture, as far as it can be true."""

LARGEST = 1_000_000  # pixels of one side, far beyond what any format that we read holds


def web_address(said: str | None) -> str | None:
    """The address if it is one of the web, its blanks encoded as a browser would; None for anything else."""
    address = (said or "").strip()
    if not address.startswith(("https://", "http://")):
        return None
    return address.replace(" ", "%20")


def pixels(said: object) -> int | None:
    """A width or height, given as a number or as its digits; None for what none can be."""
    text = str(said) if isinstance(said, int | str) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST))):
        return None
    return int(text) if 0 < int(text) <= LARGEST else None
