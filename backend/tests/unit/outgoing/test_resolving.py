from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

import pytest

from backend.errors import UpstreamError
from backend.outgoing.addresses import is_public
from backend.outgoing.resolving import system_resolver

pytestmark = pytest.mark.anyio


def say(monkeypatch: pytest.MonkeyPatch, result: list[str] | Exception) -> list[tuple[object, ...]]:
    """Let the system's resolver say this; return what it is asked."""
    asked: list[tuple[object, ...]] = []

    def getaddrinfo(*question: object) -> list[object]:
        asked.append(question[:2])
        if isinstance(result, Exception):
            raise result
        return [(None, socket.SOCK_STREAM, 6, "", (address, question[1])) for address in result]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "93.184.216.34"])
async def test_an_address_is_its_own(address: str) -> None:
    assert await system_resolver(address, 443) == (ip_address(address),)


async def test_addresses_keep_their_order_and_come_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = say(monkeypatch, ["2606:4700::1111", "93.184.216.34", "2606:4700::1111"])
    found = await system_resolver("api.example.com", 443)
    assert found == (ip_address("2606:4700::1111"), ip_address("93.184.216.34"))
    assert asked == [("api.example.com", 443)]


async def test_a_zone_stays_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, ["fe80::1%eth0"])
    (found,) = await system_resolver("api.example.com", 443)
    assert str(found) == "fe80::1%eth0"
    assert not is_public(found)


@pytest.mark.parametrize(("errno", "passing"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
async def test_a_name_without_addresses(monkeypatch: pytest.MonkeyPatch, errno: int, *, passing: bool) -> None:
    say(monkeypatch, socket.gaierror(errno, "of the system"))
    with pytest.raises(UpstreamError, match=r"api\.example\.com cannot be resolved") as caught:
        await system_resolver("api.example.com", 443)
    assert (caught.value.transient, caught.value.blames_host) == (passing, passing)


@pytest.mark.parametrize("name", ["a..b", "x" * 64])
async def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    with pytest.raises(UpstreamError, match="cannot be resolved"):
        await system_resolver(name, 443)


async def test_it_can_be_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "getaddrinfo", lambda *_, **__: loop.create_future())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await system_resolver("api.example.com", 443)
