"""Redirects, rebinding and odd spellings, with canaries listening where nobody may go."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import httpx
import pytest

from pixcrawler.adapters.fetching.api_client import ApiClient, ApiUnreachable
from pixcrawler.adapters.fetching.denied import Denied
from pixcrawler.adapters.fetching.guard import AddressGuard, Admitted
from pixcrawler.adapters.fetching.repeats import Repeats
from pixcrawler.adapters.fetching.urls import read_url
from pixcrawler.adapters.fetching.wire import Wire
from pixcrawler.application.ports.fetcher import Fetched, Missed
from pixcrawler.domain.shared.reasons import Reason
from tests.fakes.resolvers import TableResolver
from tests.integration.fetching.conftest import AGENT, OpenFetcher
from tests.integration.fetching.site import Site, answer, guard_for, open_site, redirect
from tests.networks import allowed_network

TLS = Path(__file__).parents[2] / "data" / "tls"


@pytest.fixture
async def canary() -> AsyncIterator[Site]:
    """Listens on loopback; the test fails when anybody so much as connects."""
    async with open_site() as one:
        yield one
        assert one.connections == 0


def spellings(port: int) -> list[str]:
    hosts = ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "0", "[::1]",
             "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.0.0.1.", "①②⑦.⓪.⓪.①", "%31%32%37.0.0.1",
             "good.test@127.0.0.1", "canary.test", "mixed.test"]  # fmt: skip
    return [f"http://{host}:{port}/x.jpg" for host in hosts]


NAMES = {"canary.test": ["127.0.0.1"], "mixed.test": ["93.184.215.14", "127.0.0.1"]}


async def test_no_spelling_of_loopback_is_dialled(
    canary: Site, site: Site, open_fetcher: OpenFetcher
) -> None:
    guard = guard_for(site, resolver=TableResolver(NAMES))
    fetcher = open_fetcher(guard=guard)
    api = ApiClient(guard=guard, user_agent=AGENT, attempts=1)
    for url in spellings(canary.port):
        assert isinstance(await fetcher.fetch(url), Missed), url
        with pytest.raises(ApiUnreachable):
            await api.get_json(url, {})
    await api.aclose()


async def test_no_redirect_leads_to_loopback(canary: Site, site: Site, open_fetcher: OpenFetcher) -> None:
    guard = guard_for(site, resolver=TableResolver(NAMES))
    fetcher = open_fetcher(guard=guard)
    api = ApiClient(guard=guard, user_agent=AGENT, attempts=1)
    for number, to in enumerate([*spellings(canary.port), f"//127.0.0.1:{canary.port}/x.jpg"]):
        start = site.says(f"/{number}", redirect(f"/{number}/on"))
        site.says(f"/{number}/on", redirect(to.encode().decode("latin-1")))
        got = await fetcher.fetch(start)
        assert isinstance(got, Missed), to
        assert got.reason in (Reason.ADDRESS_DENIED, Reason.BAD_URL), (to, got)
        with pytest.raises(ApiUnreachable):
            await api.get_json(start, {})
    await api.aclose()


async def test_redirects_are_followed_five_times(site: Site, open_fetcher: OpenFetcher) -> None:
    for number in range(6):
        site.says(f"/{number}", redirect(f"/{number + 1}", (301, 302, 303, 307, 308)[number % 5]))
    site.says("/6", answer(200, b"x"))
    fetcher = open_fetcher()
    got = await fetcher.fetch(f"{site.url}/1")
    assert isinstance(got, Fetched)
    assert got.final_url == f"{site.url}/6"
    lost = await fetcher.fetch(f"{site.url}/0")
    assert isinstance(lost, Missed)
    assert lost.reason is Reason.TOO_MANY_REDIRECTS


async def test_a_redirect_loop_ends(site: Site, open_fetcher: OpenFetcher) -> None:
    got = await open_fetcher().fetch(site.says("/x.jpg", redirect("/x.jpg")))
    assert isinstance(got, Missed)
    assert got.reason is Reason.TOO_MANY_REDIRECTS
    assert len(site.seen) == 6


async def test_a_redirect_to_another_server_is_checked_and_followed(
    site: Site, other_site: Site, open_fetcher: OpenFetcher
) -> None:
    target = other_site.says("/y.jpg", answer(200, b"x"))
    fetcher = open_fetcher(guard=guard_for(site, other_site))
    got = await fetcher.fetch(site.says("/x.jpg", redirect(target, 302, "Set-Cookie: a=b")))
    assert isinstance(got, Fetched)
    assert got.final_url == target
    assert "cookie" not in other_site.seen[0].headers


@pytest.mark.parametrize(
    "to", ["ftp://good.test/", "http://[", "http://a b/", "/\\x", "http://good.test:99999/", "data:,x"]
)
async def test_a_redirect_to_nonsense_is_a_bad_url(to: str, site: Site, open_fetcher: OpenFetcher) -> None:
    got = await open_fetcher().fetch(site.says("/x.jpg", redirect(to)))
    assert isinstance(got, Missed)
    assert got.reason is Reason.BAD_URL


async def test_blanks_in_a_redirect_are_encoded(site: Site, open_fetcher: OpenFetcher) -> None:
    site.says("/a%20b.jpg", answer(200, b"x"))
    got = await open_fetcher().fetch(site.says("/x.jpg", redirect("/a b.jpg")))
    assert isinstance(got, Fetched)
    assert got.final_url == f"{site.url}/a%20b.jpg"


async def test_a_name_is_dialled_at_its_checked_address_with_its_own_host_header(
    site: Site, open_fetcher: OpenFetcher
) -> None:
    resolver = TableResolver({"pictures.test": [["127.0.0.1"], ["127.0.0.2"]]})
    guard = guard_for(site, resolver=resolver)
    site.says("/x.jpg", answer(200, b"1"))
    got = await open_fetcher(guard=guard).fetch(f"http://pictures.test:{site.port}/x.jpg")
    assert isinstance(got, Fetched)
    api = ApiClient(guard=guard, user_agent=AGENT)
    assert await api.get_json(f"http://pictures.test:{site.port}/x.jpg", {}) == 1
    await api.aclose()
    assert {one.headers["host"] for one in site.seen} == {f"pictures.test:{site.port}"}
    assert resolver.asked == ["pictures.test"]


async def test_the_connector_itself_refuses_an_address_that_skipped_the_check(
    canary: Site, site: Site
) -> None:
    wire = Wire(guard_for(site), user_agent=AGENT)
    unchecked = Admitted(read_url(f"http://127.0.0.1:{canary.port}/"), ("127.0.0.1",))
    with pytest.raises(Denied):
        await wire.get(unchecked, accept="*/*")
    await wire.aclose()


async def test_the_connector_itself_looks_up_no_name(canary: Site, site: Site) -> None:
    wire = Wire(guard_for(site), user_agent=AGENT)
    unchecked = Admitted(read_url(f"http://canary.test:{canary.port}/"), ("localhost",))
    with pytest.raises(aiohttp.ClientConnectorError, match="unchecked name"):
        await wire.get(unchecked, accept="*/*")
    await wire.aclose()


async def test_proxies_of_the_environment_are_not_used(
    canary: Site, site: Site, open_fetcher: OpenFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, canary.url)
    monkeypatch.delenv("no_proxy", raising=False)
    site.says("/x.jpg", answer(200, b"1"))
    assert isinstance(await open_fetcher().fetch(f"{site.url}/x.jpg"), Fetched)
    api = ApiClient(guard=guard_for(site), user_agent=AGENT)
    assert await api.get_json(f"{site.url}/x.jpg", {}) == 1
    await api.aclose()


async def secret(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(answer(200, b"1"))
    await writer.drain()
    writer.close()


@pytest.fixture
async def tls_port() -> AsyncIterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "good.test.pem")
    server = await asyncio.start_server(secret, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_tls_is_held_to_the_name_of_the_url_and_not_to_the_address(
    tls_port: int, open_fetcher: OpenFetcher
) -> None:
    trusted = ssl.create_default_context(cafile=TLS / "good.test.pem")
    names = TableResolver({"good.test": ["127.0.0.1"], "bad.test": ["127.0.0.1"]})
    guard = AddressGuard(allowed=[allowed_network(f"127.0.0.1/32:{tls_port}")], resolver=names)
    fetcher = open_fetcher(guard=guard, tls=trusted)
    api = ApiClient(guard=guard, user_agent=AGENT, tls=trusted, attempts=1)
    assert isinstance(await fetcher.fetch(f"https://good.test:{tls_port}/"), Fetched)
    assert await api.get_json(f"https://good.test:{tls_port}/", {}) == 1
    for host in ("bad.test", "127.0.0.1"):
        got = await fetcher.fetch(f"https://{host}:{tls_port}/")
        assert isinstance(got, Missed)
        assert got.reason is Reason.TLS
        with pytest.raises(ApiUnreachable, match=r"(?i)certificate"):
            await api.get_json(f"https://{host}:{tls_port}/", {})
    await api.aclose()


async def test_an_unknown_certificate_is_a_tls_miss(tls_port: int, open_fetcher: OpenFetcher) -> None:
    guard = AddressGuard(
        allowed=[allowed_network(f"127.0.0.1/32:{tls_port}")],
        resolver=TableResolver({"good.test": ["127.0.0.1"]}),
    )
    got = await open_fetcher(guard=guard).fetch(f"https://good.test:{tls_port}/")
    assert isinstance(got, Missed)
    assert got.reason is Reason.TLS


def test_httpx_itself_would_have_gone_there() -> None:
    """Why read_url is strict: this is one of the spellings that httpx takes to loopback."""
    assert httpx.URL("http://127。0。0。1/").host == "127.0.0.1"


METADATA = ("metadata.google.internal", "metadata.test", "instance-data.test")
"""What clouds call the server that gives out keys. Here it is a canary on loopback."""


async def test_a_metadata_server_is_dialled_by_none_of_its_names_or_addresses(
    canary: Site, site: Site, open_fetcher: OpenFetcher
) -> None:
    names = {name: ["127.0.0.1"] for name in METADATA} | {"link.test": ["169.254.169.254"]}
    fetcher = open_fetcher(guard=guard_for(site, resolver=TableResolver(names)))
    hosts = [
        *METADATA,
        "link.test",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "[::ffff:7f00:1]",
    ]
    for host in hosts:
        for url in (f"http://{host}:{canary.port}/", f"http://{host}/latest/meta-data/"):
            got = await fetcher.fetch(url)
            assert isinstance(got, Missed)
            assert got.reason in (Reason.ADDRESS_DENIED, Reason.BAD_URL), (url, got.evidence)


@pytest.mark.long
async def test_a_name_that_rebinds_a_thousand_times_reaches_only_its_checked_address(
    site: Site, open_fetcher: OpenFetcher
) -> None:
    """The second address listens at the same port, on another address of loopback."""
    resolver = TableResolver({"rebind.test": [["127.0.0.1"], ["127.0.0.2"]] * 500})
    canary = await asyncio.start_server(lambda _r, _w: dialled.append(1), "127.0.0.2", site.port)
    dialled: list[int] = []
    guard = AddressGuard(allowed=[allowed_network(f"127.0.0.1/32:{site.port}")], resolver=resolver, ttl=0.0)
    fetcher = open_fetcher(guard=guard, repeats=Repeats(attempts=1))
    site.says("/x.jpg", answer(200, b"x"))
    url = f"http://rebind.test:{site.port}/x.jpg"
    fates = [await fetcher.fetch(url) for _ in range(1_000)]
    canary.close()
    assert [isinstance(fate, Fetched) for fate in fates] == [True, False] * 500
    assert {fate.reason for fate in fates if isinstance(fate, Missed)} == {Reason.ADDRESS_DENIED}
    assert len(resolver.asked) == 1_000
    assert dialled == []


@pytest.fixture
async def canary_six() -> AsyncIterator[Site]:
    async with open_site("::1") as one:
        yield one
        assert one.connections == 0


async def test_loopback_of_ipv6_is_not_dialled_either(
    canary_six: Site, site: Site, open_fetcher: OpenFetcher
) -> None:
    names = {"six.test": ["::1"], "both.test": ["127.0.0.1", "::1"]}
    fetcher = open_fetcher(guard=guard_for(site, resolver=TableResolver(names)))
    for host in ("[::1]", "[0:0:0:0:0:0:0:1]", "[::0001]", "six.test", "both.test", "[::1%25lo]"):
        got = await fetcher.fetch(f"http://{host}:{canary_six.port}/")
        assert isinstance(got, Missed), host
