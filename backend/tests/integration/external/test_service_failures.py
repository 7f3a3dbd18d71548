"""Other services that fail: time-outs, errors, retries with backoff, and the circuit breaker over several workers."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TypedDict

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from backend.clock import Deadline
from backend.errors import Problem, RateLimitedError, TimedOutError, UnavailableError, UpstreamError
from backend.outgoing.breakers.breakers import Breakers, Mode
from backend.outgoing.breakers.state import Condition
from backend.outgoing.retries import Retrier, RetryPolicy
from backend.settings import Settings
from backend.tests.passable_deadline import PassableDeadline
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

HOST = "api.example.com"
ROOT = Path(__file__).parents[4]
CALLERS = 40
OPEN_FOR = 30


class Found(TypedDict):
    """What a worker says of its callers."""

    inside: int
    refused: int
    mode: str


class Worker:
    """A process with callers of its own."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def tell(self, **command: object) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()

    async def hear(self) -> Found:
        assert self._process.stdout
        found: Found = json.loads(await self._process.stdout.readline())
        return found

    def kill(self) -> None:
        self._process.kill()


class Workers:
    """Worker processes that all do the same at the same time."""

    def __init__(self, workers: list[Worker]) -> None:
        self._workers = workers

    async def call(self, at: float) -> list[Found]:
        """Let all callers ask at once, and return how many of each worker got through."""
        return await self._all(do="call", at=at, callers=CALLERS // len(self._workers))

    async def end(self, at: float, *, up: bool) -> list[Found]:
        """Let the host answer those who got through."""
        return await self._all(do="end", at=at, up=up)

    async def _all(self, **command: object) -> list[Found]:
        for worker in self._workers:
            await worker.tell(**command)
        return [await worker.hear() for worker in self._workers]


@asynccontextmanager
async def started(url: str) -> AsyncIterator[Worker]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    script = Path(__file__).with_name("breaker_worker.py")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), url, stdin=PIPE, stdout=PIPE, env=environment
    )
    try:
        yield Worker(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def two_workers(url: str) -> AsyncIterator[Workers]:
    async with AsyncExitStack() as stack:
        yield Workers([await stack.enter_async_context(started(url)) for _ in range(2)])


@pytest.fixture
def lost_url() -> Iterator[str]:
    """Where a Valkey was: the port is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}/0"


@pytest.fixture
async def breakers(redis_url: str, clock: VirtualClock) -> AsyncIterator[Breakers]:
    async with Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0)) as client:
        breakers = Breakers(client, clock, failures=3, open_for=OPEN_FOR, probe_for=150)
        yield breakers
        await breakers.aclose()


class Service:
    """Another service that answers as it is told: an error for each call, until there are no more."""

    def __init__(self, breakers: Breakers, clock: VirtualClock, answers: Iterable[Problem] = ()) -> None:
        self._breakers = breakers
        self._clock = clock
        self._answers = iter(answers)
        self._retrier = Retrier(clock, lambda: 0.5)
        self.asked = 0

    async def call(self, *, retries: int = 2, seconds: float = 60) -> str:
        deadline = Deadline(self._clock, seconds)

        async def attempt() -> str:
            async with self._breakers.permit(HOST, deadline):
                self.asked += 1
                for problem in self._answers:
                    raise problem
                return "answer"

        return await self._retrier.run(RetryPolicy.of(Settings(), retries), attempt, deadline)


# --- retries and backoff ---------------------------------------------------------------------------------------------


async def test_two_retries_wait_for_more_than_three_seconds(breakers: Breakers, clock: VirtualClock) -> None:
    service = Service(breakers, clock, [UpstreamError("502"), TimedOutError("timeout")])
    assert await service.call() == "answer"
    assert clock.slept == [1.25, 2.25]
    assert sum(clock.slept) > 3
    assert service.asked == 3


async def test_a_service_says_itself_when_it_wants_to_be_asked_again(breakers: Breakers, clock: VirtualClock) -> None:
    service = Service(breakers, clock, [RateLimitedError("429", retry_after=20)])
    assert await service.call() == "answer"
    assert clock.slept == [20]


async def test_a_service_that_wants_too_long_a_pause_is_not_waited_for(breakers: Breakers, clock: VirtualClock) -> None:
    service = Service(breakers, clock, [RateLimitedError("429", retry_after=3600)])
    with pytest.raises(RateLimitedError) as caught:
        await service.call()
    assert caught.value.retry_after == 3600
    assert clock.slept == []


async def test_a_rejected_request_is_neither_repeated_nor_held_against_the_service(
    breakers: Breakers, clock: VirtualClock
) -> None:
    rejections = [UpstreamError("400", transient=False, blames_host=False) for _ in range(10)]
    service = Service(breakers, clock, rejections)
    for _ in rejections:
        with pytest.raises(UpstreamError):
            await service.call()
    assert service.asked == 10
    assert await breakers.states() == {}


# --- the circuit breaker and retries together ------------------------------------------------------------------------


async def test_retries_stop_when_the_breaker_opens(breakers: Breakers, clock: VirtualClock) -> None:
    service = Service(breakers, clock, [UpstreamError("down") for _ in range(10)])
    with pytest.raises(UnavailableError) as caught:
        await service.call(retries=9)
    assert service.asked == 3
    assert caught.value.retry_after == pytest.approx(OPEN_FOR - 4.25)
    assert await breakers.states() == {HOST: Condition.OPEN}


async def test_time_outs_open_the_breaker(breakers: Breakers, clock: VirtualClock) -> None:
    async def call_what_hangs() -> None:
        deadline = PassableDeadline(clock, 5)

        async def attempt() -> None:
            async with breakers.permit(HOST, deadline):
                deadline.pass_now()
                await asyncio.get_running_loop().create_future()

        await Retrier(clock, lambda: 0).run(RetryPolicy.of(Settings(), retries=2), attempt, deadline)

    for _ in range(3):
        with pytest.raises(TimedOutError, match="timeout: no answer within 5 s, in 1 attempt"):
            await call_what_hangs()
    assert await breakers.states() == {HOST: Condition.OPEN}


async def test_a_service_that_comes_back_is_found_by_one_probe(breakers: Breakers, clock: VirtualClock) -> None:
    service = Service(breakers, clock, [UpstreamError("down") for _ in range(4)])
    for _ in range(3):
        with pytest.raises(UpstreamError):
            await service.call(retries=0)
    clock.advance(OPEN_FOR)
    with pytest.raises(UpstreamError):
        await service.call(retries=0)
    with pytest.raises(UnavailableError, match=f"{OPEN_FOR} s"):
        await service.call(retries=0)
    clock.advance(OPEN_FOR)
    assert await service.call(retries=0) == "answer"
    assert await breakers.states() == {}


# --- several workers -------------------------------------------------------------------------------------------------


async def test_two_processes_send_one_probe_between_them(redis_url: str) -> None:
    async with two_workers(redis_url) as workers:
        assert count(await workers.call(at=0)) == (CALLERS, 0)
        await workers.end(at=1, up=False)
        assert count(await workers.call(at=2)) == (0, CALLERS)

        assert count(await workers.call(at=1 + OPEN_FOR)) == (1, CALLERS - 1)
        await workers.end(at=40, up=False)
        assert count(await workers.call(at=40)) == (0, CALLERS)

        found = await workers.call(at=40 + OPEN_FOR)
        assert count(found) == (1, CALLERS - 1)
        assert {each["mode"] for each in found} == {Mode.SHARED}
        await workers.end(at=71, up=True)
        assert count(await workers.call(at=71)) == (CALLERS, 0)
        await workers.end(at=71, up=True)


async def test_without_valkey_each_process_sends_one_probe_of_its_own(lost_url: str) -> None:
    async with two_workers(lost_url) as workers:
        assert count(await workers.call(at=0)) == (CALLERS, 0)
        await workers.end(at=1, up=False)
        assert count(await workers.call(at=2)) == (0, CALLERS)

        for at, up in ((1 + OPEN_FOR, False), (40 + OPEN_FOR, True)):
            found = await workers.call(at=at)
            assert [each["inside"] for each in found] == [1, 1]
            assert count(found) == (2, CALLERS - 2)
            assert {each["mode"] for each in found} == {Mode.IN_PROCESS}
            await workers.end(at=at + 9, up=up)
        assert count(await workers.call(at=80)) == (CALLERS, 0)
        await workers.end(at=80, up=True)


async def test_a_probe_of_a_worker_that_died_makes_way(redis_url: str) -> None:
    async with two_workers(redis_url) as workers:
        await workers.call(at=0)
        await workers.end(at=0, up=False)
    async with started(redis_url) as dying:
        await dying.tell(do="call", at=OPEN_FOR, callers=1)
        assert (await dying.hear())["inside"] == 1
        dying.kill()
    async with started(redis_url) as heir:
        await heir.tell(do="call", at=OPEN_FOR + 149, callers=3)
        assert (await heir.hear())["refused"] == 3
        await heir.tell(do="call", at=OPEN_FOR + 150, callers=3)
        assert count([await heir.hear()]) == (1, 2)
        await heir.tell(do="end", at=OPEN_FOR + 150, up=True)
        await heir.hear()


def count(found: list[Found]) -> tuple[int, int]:
    """Return how many callers of all workers are inside, and how many were refused."""
    return sum(each["inside"] for each in found), sum(each["refused"] for each in found)
