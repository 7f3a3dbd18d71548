from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from backend.clock import Deadline
from backend.errors import (
    AddressRefusedError,
    Problem,
    RateLimitedError,
    TimedOutError,
    UnavailableError,
    UpstreamError,
)
from backend.outgoing.breakers.breakers import LONGEST_NAME, Breakers, Mode
from backend.outgoing.breakers.state import Condition
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

HOST = "api.example.com"


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0)) as client:
        yield client


@pytest.fixture
async def breakers(client: Redis, clock: VirtualClock) -> AsyncIterator[Breakers]:
    breakers = make(client, clock)
    yield breakers
    await breakers.aclose()


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that refuses connections: it is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
async def lost_client(closed_port: int) -> AsyncIterator[Redis]:
    async with Redis(host="127.0.0.1", port=closed_port, retry=Retry(NoBackoff(), 0)) as client:
        yield client


def make(client: Redis, clock: VirtualClock) -> Breakers:
    return Breakers(client, clock, failures=2, open_for=30, probe_for=60)


def mode(breakers: Breakers) -> Mode:
    return breakers.mode


async def call(breakers: Breakers, error: BaseException | None = None, host: str = HOST) -> None:
    """Call the host, which answers with an error or not."""
    try:
        async with breakers.permit(host):
            if error:
                raise error
    except BaseException as raised:
        if raised is not error:
            raise


async def open_breaker(breakers: Breakers) -> None:
    await call(breakers, UpstreamError("down"))
    await call(breakers, TimedOutError("down"))


async def test_a_host_that_fails_is_left_alone_until_a_probe_succeeds(breakers: Breakers, clock: VirtualClock) -> None:
    await open_breaker(breakers)
    assert await breakers.states() == {HOST: Condition.OPEN}
    clock.advance(10)
    with pytest.raises(UnavailableError, match=r"circuit breaker of api\.example\.com is open.*in 20 s") as caught:
        await call(breakers)
    assert (caught.value.status, caught.value.retry_after) == (503, 20)
    clock.advance(20)
    assert await breakers.states() == {HOST: Condition.HALF_OPEN}
    await call(breakers)
    assert await breakers.states() == {}
    await call(breakers, UpstreamError("once"))
    await call(breakers)


@pytest.mark.parametrize("error", [RateLimitedError("busy"), UpstreamError("rejected", blames_host=False)], ids=str)
async def test_an_answer_that_does_not_blame_the_host_counts_as_one(breakers: Breakers, error: Problem) -> None:
    for _ in range(3):
        await call(breakers, UpstreamError("down"))
        await call(breakers, error)
    assert await breakers.states() == {}


@pytest.mark.parametrize(
    "error",
    [
        asyncio.CancelledError(),
        ValueError("a fault of ours"),
        AddressRefusedError("private"),
        UnavailableError("no key"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_what_tells_nothing_of_the_host_changes_nothing(
    breakers: Breakers, clock: VirtualClock, error: BaseException
) -> None:
    await call(breakers, UpstreamError("down"))
    await call(breakers, error)
    await call(breakers, UpstreamError("down"))
    assert await breakers.states() == {HOST: Condition.OPEN}
    clock.advance(30)
    await call(breakers, error)
    assert await breakers.states() == {HOST: Condition.HALF_OPEN}
    await call(breakers)
    assert await breakers.states() == {}


async def call_cut_off(breakers: Breakers, clock: VirtualClock, after: float) -> None:
    """Call the host with 5 seconds to do it in, and cancel that."""
    with suppress(asyncio.CancelledError):
        async with breakers.permit(HOST, Deadline(clock, 5)):
            clock.advance(after)
            raise asyncio.CancelledError


async def test_a_call_cut_off_by_its_deadline_blames_the_host(breakers: Breakers, clock: VirtualClock) -> None:
    for _ in range(2):
        await call_cut_off(breakers, clock, 5)
    assert await breakers.states() == {HOST: Condition.OPEN}


async def test_a_call_given_up_before_its_deadline_does_not(breakers: Breakers, clock: VirtualClock) -> None:
    for _ in range(2):
        await call_cut_off(breakers, clock, 4)
    assert await breakers.states() == {}


@pytest.mark.parametrize("steps", range(12))
async def test_a_probe_is_given_back_wherever_it_is_cancelled(
    breakers: Breakers, clock: VirtualClock, steps: int
) -> None:
    await open_breaker(breakers)
    clock.advance(30)

    async def hang() -> None:
        async with breakers.permit(HOST):
            await asyncio.get_running_loop().create_future()

    caller = asyncio.create_task(hang())
    for _ in range(steps):
        await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await breakers.aclose()
    await call(breakers)
    assert await breakers.states() == {}


async def test_a_second_cancellation_does_not_stop_the_verdict(
    breakers: Breakers, client: Redis, clock: VirtualClock
) -> None:
    await open_breaker(breakers)
    clock.advance(30)
    inside = asyncio.Event()

    async def hang() -> None:
        async with breakers.permit(HOST):
            inside.set()
            await asyncio.get_running_loop().create_future()

    caller = asyncio.create_task(hang())
    await inside.wait()
    await client.connection_pool.disconnect()  # so that the verdict has to wait for a connection
    caller.cancel()
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await breakers.aclose()
    await call(breakers)


async def test_names_differ_in_case_only_and_no_name_is_endless(breakers: Breakers) -> None:
    await call(breakers, UpstreamError("down"), "API.example.com")
    await call(breakers, UpstreamError("down"), "api.EXAMPLE.com")
    await call(breakers, UpstreamError("down"), "x" * 10_000)
    await call(breakers, UpstreamError("down"), "x" * 10_000)
    assert set(await breakers.states()) == {HOST, "x" * LONGEST_NAME}


async def test_workers_share_what_they_know(breakers: Breakers, client: Redis, clock: VirtualClock) -> None:
    other = make(client, clock)
    await call(breakers, UpstreamError("down"))
    await call(other, UpstreamError("down"))
    for each in (breakers, other):
        assert each.mode is Mode.SHARED
        with pytest.raises(UnavailableError):
            await call(each)


async def test_without_valkey_each_worker_has_breakers_of_its_own(lost_client: Redis, clock: VirtualClock) -> None:
    one, other = make(lost_client, clock), make(lost_client, clock)
    await open_breaker(one)
    assert await one.states() == {HOST: Condition.OPEN}
    with pytest.raises(UnavailableError):
        await call(one)
    await call(other)
    assert await other.states() == {}
    assert one.mode is other.mode is Mode.IN_PROCESS


async def test_a_valkey_that_may_not_write_is_as_good_as_gone(
    client: Redis, clock: VirtualClock, closed_port: int
) -> None:
    breakers = make(client, clock)
    await client.replicaof("127.0.0.1", closed_port)
    try:
        await open_breaker(breakers)
        assert mode(breakers) is Mode.IN_PROCESS
        with pytest.raises(UnavailableError):
            await call(breakers)
    finally:
        await client.replicaof("NO", "ONE")


async def test_a_valkey_that_is_full_still_serves(breakers: Breakers, client: Redis) -> None:
    await client.config_set("maxmemory", "1")
    try:
        await open_breaker(breakers)
        assert await breakers.states() == {HOST: Condition.OPEN}
        assert mode(breakers) is Mode.SHARED
    finally:
        await client.config_set("maxmemory", "0")


class Hanging:
    """A Valkey that stops and goes on; its client is impatient only while it is stopped.

    One that works may take its time, where the machine has much else to do.

    Attributes:
        client: of it.
    """

    def __init__(self, client: Redis, process: int) -> None:
        self.client = client
        self._process = process

    def stop(self) -> None:
        self._wait_for(0.1)
        os.kill(self._process, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._process, signal.SIGCONT)
        self._wait_for(60)

    def _wait_for(self, seconds: float) -> None:
        pool = self.client.connection_pool
        pool.connection_kwargs["socket_timeout"] = seconds
        for connection in pool._available_connections:
            connection.socket_timeout = seconds


@pytest.fixture
async def hanging(redis_url: str) -> AsyncIterator[Hanging]:
    async with Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0), socket_timeout=60) as client:
        hanging = Hanging(client, (await client.info("server"))["process_id"])
        yield hanging
        hanging.go_on()


async def test_a_valkey_that_hangs_is_left_alone_for_a_while_then_used_again(
    hanging: Hanging, clock: VirtualClock
) -> None:
    breakers = make(hanging.client, clock)
    await call(breakers)
    hanging.stop()
    await open_breaker(breakers)
    assert mode(breakers) is Mode.IN_PROCESS

    hanging.go_on()
    with pytest.raises(UnavailableError):
        await call(breakers)
    assert mode(breakers) is Mode.IN_PROCESS

    clock.advance(1)
    await call(breakers)
    assert mode(breakers) is Mode.SHARED
    assert await breakers.states() == {}


async def test_a_verdict_is_lost_with_the_side_that_let_the_call_through(hanging: Hanging, clock: VirtualClock) -> None:
    breakers = make(hanging.client, clock)
    await open_breaker(breakers)
    clock.advance(30)
    async with breakers.permit(HOST):
        hanging.stop()
        await call(breakers, host="another.example")
        assert mode(breakers) is Mode.IN_PROCESS
        hanging.go_on()
    clock.advance(1)
    # The probe succeeded while Valkey was left alone, and nobody knows.
    assert await breakers.states() == {HOST: Condition.HALF_OPEN}
    with pytest.raises(UnavailableError):
        await call(breakers)
    clock.advance(60)
    await call(breakers)
    assert await breakers.states() == {}


async def test_breakers_of_the_process_start_closed_at_each_outage(hanging: Hanging, clock: VirtualClock) -> None:
    breakers = make(hanging.client, clock)
    for _ in range(2):
        hanging.stop()
        assert await breakers.states() == {}
        await open_breaker(breakers)
        assert await breakers.states() == {HOST: Condition.OPEN}
        hanging.go_on()
        clock.advance(1)
        assert await breakers.states() == {}
        assert mode(breakers) is Mode.SHARED
