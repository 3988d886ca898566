"""Addresses of pictures as APIs give them."""


def web_address(said: str | None) -> str | None:
    """The address if it is one of the web, its blanks encoded as a browser would; None for anything else."""
    address = (said or "").strip()
    if not address.startswith(("https://", "http://")):
        return None
    return address.replace(" ", "%20")
