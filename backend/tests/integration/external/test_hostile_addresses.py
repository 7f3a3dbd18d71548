"""No URL leads an agent to an address that is not public (server-side request forgery)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import httpx
import pytest

from backend.errors import AddressRefusedError, Problem
from backend.outgoing.addresses import is_public
from backend.tests.fetching import make_fetcher
from backend.tests.network import PUBLIC, CountingResolver, CountingTransport, LoopbackTransport, raw_server
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

START = "https://api.example.com/"

DATA: Final = json.loads(Path(__file__).with_name("hostile_addresses.json").read_text("utf-8"))
URLS: Final[list[str]] = [url for urls in DATA["hostile"].values() for url in urls]
ANSWERS: Final[list[list[str]]] = DATA["hostile answers of a resolver"]
HONEST: Final[list[str]] = DATA["honest"]


def redirect(request: httpx.Request, location: str) -> httpx.Response:
    return httpx.Response(302, headers=[(b"location", location.encode())])


@pytest.mark.parametrize("url", URLS)
async def test_hostile_urls(redis_url: str, clock: VirtualClock, url: str) -> None:
    transport, resolver = CountingTransport(), CountingResolver()
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        with pytest.raises(AddressRefusedError) as caught:
            await fetcher.fetch(url, 3)
    assert caught.value.status == 400
    assert (transport.addresses, resolver.asked, clock.slept) == ([], [], [])


def may_be_redirected_to(url: str) -> bool:
    """Tell whether a URL means what it says also behind `Location`: references without a host lead nowhere else."""
    return "://" in url and not url.startswith((" ", "http:///")) and url.isprintable() and url != "http://"


@pytest.mark.parametrize("status", [301, 307])
@pytest.mark.parametrize("location", [url for url in URLS if may_be_redirected_to(url)])
async def test_redirects_to_hostile_urls(redis_url: str, clock: VirtualClock, location: str, status: int) -> None:
    headers = [(b"location", location.encode())]
    transport = CountingTransport(lambda request: httpx.Response(status, headers=headers))
    resolver = CountingResolver()
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        with pytest.raises(AddressRefusedError):
            await fetcher.fetch(START, 3)
    assert (transport.addresses, resolver.asked, clock.slept) == ([PUBLIC], ["api.example.com"], [])


@pytest.mark.parametrize(
    "reference", ["http:///127.0.0.1/", "http:/127.0.0.1/", "http:127.0.0.1", "///127.0.0.1/", "", "."]
)
async def test_references_without_a_host_lead_nowhere_else(redis_url: str, clock: VirtualClock, reference: str) -> None:
    transport = CountingTransport(lambda request: redirect(request, reference))
    async with make_fetcher(redis_url, clock, transport) as fetcher:
        with pytest.raises(Problem, match=r"redirects|not a name|not a URL"):
            await fetcher.fetch("http://api.example.com/", 0)
    assert set(transport.addresses) == {PUBLIC}
    assert {request.headers["host"] for request in transport.requests} == {"api.example.com"}


@pytest.mark.parametrize("location", ["//127.0.0.1/", "//localhost/", "//2130706433/", "\\\\127.0.0.1/"])
async def test_references_with_a_host(redis_url: str, clock: VirtualClock, location: str) -> None:
    transport = CountingTransport(lambda request: redirect(request, location))
    async with make_fetcher(redis_url, clock, transport) as fetcher:
        with pytest.raises(Problem, match=r"may not be called|redirects"):
            await fetcher.fetch(START, 0)
    assert set(transport.addresses) == {PUBLIC}


@pytest.mark.parametrize("addresses", ANSWERS)
async def test_names_with_hostile_addresses(redis_url: str, clock: VirtualClock, addresses: Sequence[str]) -> None:
    transport, resolver = CountingTransport(), CountingResolver({"api.example.com": addresses})
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        with pytest.raises(AddressRefusedError) as caught:
            await fetcher.fetch(START, 3)
    assert (transport.addresses, resolver.asked, clock.slept) == ([], ["api.example.com"], [])
    assert not any(address in caught.value.detail for address in addresses)


@pytest.mark.parametrize("addresses", ANSWERS)
async def test_redirects_to_names_with_hostile_addresses(
    redis_url: str, clock: VirtualClock, addresses: Sequence[str]
) -> None:
    transport = CountingTransport(lambda request: redirect(request, "https://rebound.example.org/"))
    resolver = CountingResolver({"rebound.example.org": addresses})
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        with pytest.raises(AddressRefusedError, match=r"rebound\.example\.org"):
            await fetcher.fetch(START, 3)
    assert transport.addresses == [PUBLIC]
    assert resolver.asked == ["api.example.com", "rebound.example.org"]


async def test_a_name_that_changes_between_check_and_use(redis_url: str, clock: VirtualClock) -> None:
    """It is asked once, and the connection goes to that very answer."""
    transport, resolver = CountingTransport(), CountingResolver({"api.example.com": [[PUBLIC], ["127.0.0.1"]]})
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        await fetcher.fetch(START, 0)
    assert (transport.addresses, resolver.asked) == ([PUBLIC], ["api.example.com"])


async def test_a_name_that_changes_between_attempts(redis_url: str, clock: VirtualClock) -> None:
    transport = CountingTransport(lambda request: httpx.Response(500))
    resolver = CountingResolver({"api.example.com": [[PUBLIC], ["127.0.0.1"]]})
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        with pytest.raises(AddressRefusedError):
            await fetcher.fetch(START, 3)
    assert (transport.addresses, resolver.asked) == ([PUBLIC], ["api.example.com"] * 2)


async def test_a_name_that_changes_between_redirects(redis_url: str, clock: VirtualClock) -> None:
    transport = CountingTransport(lambda request: redirect(request, "/again"))
    resolver = CountingResolver({"api.example.com": [[PUBLIC], [PUBLIC], ["169.254.169.254"]]})
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        with pytest.raises(AddressRefusedError):
            await fetcher.fetch(START, 0)
    assert (transport.addresses, resolver.asked) == ([PUBLIC] * 2, ["api.example.com"] * 3)


async def test_over_a_socket(redis_url: str, clock: VirtualClock) -> None:
    """The way of a real redirect: httpx's own transport, and a server that sends it to the metadata of a cloud."""
    reply = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\nContent-Length: 0\r\n\r\n"
    async with raw_server(reply) as server:
        transport = LoopbackTransport(server.port)
        async with make_fetcher(redis_url, clock, transport) as fetcher:
            with pytest.raises(AddressRefusedError, match=r"169\.254\.169\.254"):
                await fetcher.fetch("http://api.example.com/", 3)
    assert transport.addresses == [PUBLIC]


@pytest.mark.parametrize("url", HONEST)
async def test_honest_urls(redis_url: str, clock: VirtualClock, url: str) -> None:
    transport, resolver = CountingTransport(), CountingResolver()
    async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
        assert (await fetcher.fetch(url, 0)).status == 200
    (address,) = transport.addresses
    assert is_public(ip_address(address))
    assert len(resolver.asked) <= 1


def test_there_are_enough_of_them() -> None:
    assert len(set(URLS)) == len(URLS) >= 60
