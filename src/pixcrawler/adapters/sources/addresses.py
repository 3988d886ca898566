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
    if isinstance(said, str):
        said = int(said) if said.isascii() and said.isdigit() and len(said) <= len(str(LARGEST)) else 0
    return said if isinstance(said, int) and 0 < said <= LARGEST else None
