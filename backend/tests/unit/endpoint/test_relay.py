from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import AnyHttpUrl

from backend.cache.client import make_client as make_cache_client
from backend.endpoint.relay import Processed, Relay
from backend.errors import Problem, TimedOutError, UnavailableError, UpstreamError
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import make_client
from backend.outgoing.retries import Retrier
from backend.settings import Settings
from backend.tests.network import CountingTransport
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio
UPSTREAM = AnyHttpUrl("https://api.example.com/endpoint")


@asynccontextmanager
async def relay(
    answer: Callable[[httpx.Request], httpx.Response], redis_url: str, upstream: AnyHttpUrl | None = UPSTREAM
) -> AsyncIterator[tuple[Relay, CountingTransport]]:
    settings, clock, transport = Settings(upstream_url=upstream), VirtualClock(), CountingTransport(answer)
    valkey = make_cache_client(redis_url)
    breakers = Breakers(valkey, clock, failures=2, open_for=10, probe_for=10)
    async with make_client(settings, transport) as client:
        retrier = Retrier(clock, lambda: 0)
        yield Relay(client, breakers=breakers, retrier=retrier, clock=clock, settings=settings), transport
    await breakers.aclose()
    await valkey.aclose()


async def test_data_are_sent_on_and_the_answer_is_processed(redis_url: str) -> None:
    async with relay(lambda request: httpx.Response(201, json={"seen": json.loads(request.content)}), redis_url) as (
        found,
        transport,
    ):
        assert await found.send({"a": [1]}) == Processed(status=201, result={"seen": {"data": {"a": [1]}}})
    [request] = transport.requests
    assert (request.method, str(request.url)) == ("POST", "https://api.example.com/endpoint")


def slow(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda request: httpx.Response(500), UpstreamError),
        (lambda request: httpx.Response(404), UpstreamError),
        (lambda request: httpx.Response(206, json=[1]), UpstreamError),
        (lambda request: httpx.Response(200, text="hello"), UpstreamError),
        (
            lambda request: httpx.Response(200, content=b"{", headers={"content-type": "application/json"}),
            UpstreamError,
        ),
        (lambda request: httpx.Response(503, headers={"retry-after": "7"}), UnavailableError),
        (lambda request: httpx.Response(429), UnavailableError),
        (slow, TimedOutError),
    ],
    ids=["500", "404", "206", "text", "cut", "503", "429", "slow"],
)
async def test_a_failure_is_told_and_nothing_is_sent_twice(
    redis_url: str, answer: Callable[[httpx.Request], httpx.Response], kind: type[Problem]
) -> None:
    async with relay(answer, redis_url) as (found, transport):
        with pytest.raises(Problem) as caught:
            await found.send(1)
    assert type(caught.value) is kind
    assert len(transport.requests) == 1


async def test_an_upstream_that_wants_to_be_left_alone_says_for_how_long(redis_url: str) -> None:
    async with relay(lambda request: httpx.Response(503, headers={"retry-after": "7"}), redis_url) as (found, _):
        with pytest.raises(UnavailableError) as caught:
            await found.send(1)
    assert caught.value.retry_after == 7


async def test_one_that_fails_again_and_again_is_not_asked(redis_url: str) -> None:
    async with relay(lambda request: httpx.Response(500), redis_url) as (found, transport):
        for _ in range(2):
            with pytest.raises(UpstreamError):
                await found.send(1)
        with pytest.raises(UnavailableError, match=r"circuit breaker of https://api\.example\.com is open"):
            await found.send(1)
    assert len(transport.requests) == 2


async def test_without_an_upstream_it_says_what_to_set(redis_url: str) -> None:
    async with relay(lambda request: httpx.Response(200), redis_url, None) as (found, transport):
        with pytest.raises(UnavailableError, match="BACKEND_UPSTREAM_URL"):
            await found.send(1)
    assert transport.requests == []
