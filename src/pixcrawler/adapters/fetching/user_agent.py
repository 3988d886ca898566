"""How we are addressed."""


def product_token(agent: str) -> str:
    """The name that robots.txt and X-Robots-Tag address, in lower case (RFC 9309, section 2.2.1)."""
    return agent.split("/", 1)[0].split(" ", 1)[0].lower()
