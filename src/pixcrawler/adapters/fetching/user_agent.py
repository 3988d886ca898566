"""How we introduce ourselves."""


def user_agent(version: str, contact: str) -> str:
    """``contact`` is a URL or an e-mail address where a site's owner reaches the operator."""
    return f"PixCrawler/{version} (+{contact})"


def product_token(agent: str) -> str:
    """The name that robots.txt and X-Robots-Tag address, in lower case (RFC 9309, section 2.2.1)."""
    return agent.split("/", 1)[0].split(" ", 1)[0].lower()
