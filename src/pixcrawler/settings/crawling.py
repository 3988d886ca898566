"""Settings of the crawl: fetching, and looking at what came."""

from importlib.metadata import version
from typing import Annotated, ClassVar

from msgspec import Struct

from pixcrawler.settings.setting import about
from pixcrawler.settings.values import PrivateNetwork


class FetchSettings(Struct, frozen=True, kw_only=True):
    """Getting pictures from the web. No request of a user can change these."""

    env_prefix: ClassVar[str] = "FETCH_"

    concurrency: Annotated[
        int,
        about(
            "Files that a worker fetches at once; 0: 32 for each core, from 64 to 256.",
            example="128",
            ge=0,
            le=4096,
        ),
    ] = 0
    per_host_connections: Annotated[
        int, about("Connections at once to one host, all workers together.", example="4", ge=1, le=1024)
    ] = 8
    per_host_rate: Annotated[
        float,
        about(
            "Files per second begun at one host, all workers together; 0: no limit.",
            example="5",
            ge=0,
            le=100_000,
        ),
    ] = 20
    page_interval: Annotated[
        float,
        about("Seconds between two pages of one site, all workers together.", example="5", ge=0, le=3600),
    ] = 1
    timeout: Annotated[
        float, about("Seconds for one file, redirects included.", example="60", ge=0.1, le=3600)
    ] = 30
    connect_timeout: Annotated[float, about("Seconds for one connection.", example="10", ge=0.1, le=300)] = 5
    max_bytes: Annotated[
        int,
        about("Largest file, in bytes on the wire.", example="50000000", ge=1024, le=100_000_000),
    ] = 25_000_000
    min_rate: Annotated[
        int,
        about("Slowest host that is waited for, in bytes per second; 0: any.", example="0", ge=0, le=10**9),
    ] = 1024
    attempts: Annotated[
        int,
        about(
            "How often one file is asked for when the network or the host fails.", example="1", ge=1, le=20
        ),
    ] = 3
    retry_min: Annotated[
        float, about("Shortest wait between two attempts, in seconds.", example="1", ge=0, le=3600)
    ] = 2
    retry_max: Annotated[
        float, about("Longest wait between two attempts, in seconds.", example="60", ge=0, le=3600)
    ] = 10
    user_agent: Annotated[
        str,
        about(
            "How PixCrawler calls itself; put an address into it where you can be reached.",
            example="PixCrawler (+https://example.org/crawler; crawler@example.org)",
        ),
    ] = f"PixCrawler/{version('pixcrawler')}"
    respect_robots: Annotated[bool, about("Whether robots.txt is obeyed.", example="false")] = True
    respect_opt_out: Annotated[
        bool, about("Whether X-Robots-Tag: noai and its like are obeyed.", example="false")
    ] = True
    allowed_private_networks: Annotated[
        tuple[PrivateNetwork, ...],
        about(
            "Addresses that may be fetched although they are not public.",
            example="127.0.0.1/32:8080,10.1.0.0/16",
        ),
    ] = ()


class InspectSettings(Struct, frozen=True, kw_only=True):
    """Decoding untrusted files: what one may cost before it is rejected."""

    env_prefix: ClassVar[str] = "INSPECT_"

    cpu_seconds: Annotated[float, about("Processor seconds for one file.", example="10", ge=1, le=600)] = 5
    memory_mb: Annotated[
        int, about("Memory of one decoding process, in megabytes.", example="2048", ge=256, le=65536)
    ] = 1024
    deadline: Annotated[float, about("Seconds for one file.", example="20", ge=0.1, le=600)] = 10
