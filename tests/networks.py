"""Networks that a test may reach, written as users write them in FETCH_ALLOWED_PRIVATE_NETWORKS."""

from pixcrawler.adapters.fetching.addresses import AllowedNetwork
from pixcrawler.settings import PrivateNetwork


def allowed_network(entry: str) -> AllowedNetwork:
    """Raises ValueError where the settings would be refused."""
    read = PrivateNetwork.parse(entry)
    return AllowedNetwork(read.network, read.port)
