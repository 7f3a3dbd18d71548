from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from backend.errors import TimedOutError, UnavailableError, UpstreamError
from backend.outgoing.addresses import IPAddress, is_public
from backend.outgoing.resolving import LookUp, SystemResolver, look_up
from backend.tests.network import PUBLIC

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[4]
NAME = "api.example.com"
FOUND = (ip_address(PUBLIC),)
PATIENT = 60
"""Seconds, of which none pass."""


def say(monkeypatch: pytest.MonkeyPatch, *result: str) -> list[tuple[object, ...]]:
    """Let the operating system say this; return what it is asked."""
    asked: list[tuple[object, ...]] = []

    def getaddrinfo(*question: object, **_: object) -> list[object]:
        asked.append(question)
        return [(None, socket.SOCK_STREAM, 6, "", (address, question[1])) for address in result]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def failing(error: Exception) -> LookUp:
    def look_up(host: str, port: int) -> Sequence[IPAddress]:
        raise error

    return look_up


class SilentServers:
    """Names whose look-ups hold their threads until the end of the test.

    Attributes:
        asked: the names, in order.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def __call__(self, host: str, port: int) -> Sequence[IPAddress]:
        self.asked.append(host)
        self._threads.append(threading.current_thread())
        self._over.wait()
        return FOUND

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def silent() -> Iterator[SilentServers]:
    servers = SilentServers()
    yield servers
    servers.end()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "93.184.216.34"])
def test_an_address_is_its_own(address: str) -> None:
    assert look_up(address, 443) == (ip_address(address),)


def test_addresses_keep_their_order_and_come_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = say(monkeypatch, "2606:4700::1111", "93.184.216.34", "2606:4700::1111")
    assert look_up(NAME, 443) == (ip_address("2606:4700::1111"), ip_address("93.184.216.34"))
    assert asked == [(NAME, 443)]


def test_a_zone_stays_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, "fe80::1%eth0")
    (found,) = look_up(NAME, 443)
    assert str(found) == "fe80::1%eth0"
    assert not is_public(found)


@pytest.mark.parametrize("name", ["a..b", "x" * 64])
async def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    with pytest.raises(UpstreamError, match="cannot be resolved"):
        await SystemResolver(PATIENT)(name, 443)


async def test_the_addresses_of_a_name() -> None:
    asked: list[tuple[str, int]] = []

    def look_up(host: str, port: int) -> Sequence[IPAddress]:
        asked.append((host, port))
        return FOUND

    assert await SystemResolver(PATIENT, look_up=look_up)(NAME, 443) == FOUND
    assert asked == [(NAME, 443)]


@pytest.mark.parametrize(("errno", "passing"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)])
async def test_a_name_without_addresses(errno: int, *, passing: bool) -> None:
    resolver = SystemResolver(PATIENT, look_up=failing(socket.gaierror(errno, "of the system")))
    with pytest.raises(UpstreamError, match=r"api\.example\.com cannot be resolved") as caught:
        await resolver(NAME, 443)
    assert (caught.value.transient, caught.value.blames_host) == (passing, passing)


async def test_a_fault_of_this_machine_is_none_of_the_host() -> None:
    with pytest.raises(UnavailableError, match="try again later"):
        await SystemResolver(PATIENT, look_up=failing(OSError(24, "Too many open files")))(NAME, 443)


async def test_an_answer_that_does_not_come_in_time(silent: SilentServers) -> None:
    with pytest.raises(TimedOutError, match=r"timeout: the addresses of api\.example\.com") as caught:
        await SystemResolver(0, look_up=silent)(NAME, 443)
    assert caught.value.transient


async def test_a_look_up_can_be_given_up(silent: SilentServers) -> None:
    resolver = SystemResolver(PATIENT, look_up=silent)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await resolver(NAME, 443)


async def test_look_ups_that_nobody_waits_for_are_limited(silent: SilentServers) -> None:
    resolver = SystemResolver(0, most=3, look_up=silent)
    for number in range(3):
        with pytest.raises(TimedOutError):
            await resolver(f"a{number}.example.com", 443)
    with pytest.raises(UnavailableError, match="too many names are being looked up") as caught:
        await resolver(NAME, 443)
    assert caught.value.retry_after
    while len(silent.asked) < 3:  # nobody waited for the threads to get so far, in whatever order they do
        await asyncio.sleep(0)
    assert set(silent.asked) == {"a0.example.com", "a1.example.com", "a2.example.com"}


@pytest.mark.parametrize("outcome", [lambda host, port: FOUND, failing(socket.gaierror(socket.EAI_NONAME, "none"))])
async def test_a_look_up_that_has_ended_makes_room_for_another(outcome: LookUp) -> None:
    resolver = SystemResolver(PATIENT, most=1, look_up=outcome)
    for _ in range(3):
        try:
            assert await resolver(NAME, 443) == FOUND
        except UpstreamError:
            continue


async def test_without_a_thread_there_is_no_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    resolver = SystemResolver(PATIENT, most=1, look_up=lambda host, port: FOUND)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(UnavailableError, match="try again later"):
            await resolver(NAME, 443)
    assert await resolver(NAME, 443) == FOUND


async def test_silent_servers_do_not_stop_what_else_needs_a_thread(silent: SilentServers) -> None:
    resolver = SystemResolver(0, look_up=silent)
    outcomes = await asyncio.gather(*(resolver(f"a{n}.example.com", 443) for n in range(40)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {TimedOutError}
    work: Callable[[], int] = threading.get_ident
    assert await asyncio.to_thread(work)


ENDING = f"""
import asyncio, threading
from backend.errors import TimedOutError
from backend.outgoing.resolving import SystemResolver

async def main():
    try:
        await SystemResolver(0, look_up=lambda host, port: threading.Event().wait())("{NAME}", 443)
    except TimedOutError:
        print("timed out")

asyncio.run(main())
"""


def test_silent_servers_do_not_hold_up_the_end_of_the_process() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    ended = subprocess.run(
        [sys.executable, "-c", ENDING], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "timed out", "")
