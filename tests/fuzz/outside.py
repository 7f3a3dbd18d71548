"""What the service finds outside of itself: providers, an upstream, external APIs, names and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from random import Random
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import httpx
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.llm.accounts import Account, accounts
from backend.outgoing.addresses import IPAddress
from backend.parts import World
from backend.providers.registry import PROVIDERS
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Delivery
from backend.webhooks.processing.handlers import ANY, Handlers
from tapecheck.testing import FAULT_HEADER, FAULTS
from tests.fuzz.known import DYING, ENDLESS
from tests.fuzz.replies import Reply, any_reply, break_reply, json_reply, redirect

UPSTREAM: Final = "https://upstream.example.com/process"

HOSTS: Final[Mapping[str, str]] = MappingProxyType(
    {urlsplit(provider.base_url).netloc: name for name, provider in PROVIDERS.items()}
)
"""The provider behind each host."""

PUBLIC: Final = tuple(map(ip_address, ("93.184.216.34", "1.1.1.1", "2606:4700:4700::1111")))
HIDDEN: Final = tuple(map(ip_address, ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1")))

ERRORS: Final = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ReadError, httpx.WriteError),
    *(httpx.PoolTimeout, httpx.RemoteProtocolError, httpx.LocalProtocolError),
)
HOLDING: Final = frozenset({"read-timeout", "stall-mid-body", "slow-drip", "stream-no-end"})
"""Faults that take real time; `ERRORS` has time-outs that take none."""

PLAIN_FAULTS: Final = sorted(name for name in FAULTS if name not in HOLDING and not name.startswith("stream-"))
STREAM_FAULTS: Final = sorted(name for name in FAULTS if name not in HOLDING and name.startswith("stream-"))


class Outside:
    """The same request always finds the same; with faults, the same request for the same time.

    Args:
        seed: of all that is made up.
        stand_in: URL of what stands in for the providers.
        faulty: whether half of all calls go wrong.

    Attributes:
        clock: moves when somebody sleeps, and with each call, so that open circuit breakers close again.
    """

    def __init__(self, seed: int, stand_in: str, *, faulty: bool) -> None:
        self.clock = VirtualClock()
        self._seed = seed
        self._stand_in = httpx.URL(stand_in)
        self._faulty = faulty
        self._calls: Counter[str] = Counter()

    def world(self) -> World:
        """Return it as the service takes it."""
        return World(
            clock=self.clock,
            chance=Random(self._seed).random,
            transport=_Called(self),
            resolver=self.resolve,
            fetch_transport=_Fetched(self),
            handlers=Handlers().on(ANY, DYING, _die),
        )

    def accounts(self) -> Mapping[str, Account]:
        """Return accounts at the providers' own addresses, which nobody connects to."""
        return accounts(PROVIDERS, {f"{name.upper()}_API_KEY": "no-key" for name in PROVIDERS})

    async def resolve(self, host: str, port: int) -> Sequence[IPAddress]:
        """Return public addresses of any name; nothing is looked up."""
        random = self._random(f"name {host}")
        found = random.sample(PUBLIC, random.randint(1, 3))
        if self._faulty and random.random() < 0.1:
            return random.choice([(), (random.choice(HIDDEN),), (*found, random.choice(HIDDEN))])
        return found

    def provider(self, request: httpx.Request) -> httpx.Request:
        """Return the request of a provider, to be sent to what stands in for it."""
        random = self._random(f"provider {request.url} {request.content!r}")
        self._go_wrong(random)
        path = f"/{HOSTS[request.url.netloc.decode()]}{request.url.raw_path.decode()}"
        headers = httpx.Headers(request.headers)
        headers["host"] = self._stand_in.netloc.decode()
        if self._faulty and random.random() < 0.4:
            faults = STREAM_FAULTS if "event-stream" in headers["accept"] and random.random() < 0.6 else PLAIN_FAULTS
            headers[FAULT_HEADER] = random.choice(faults)
        url = self._stand_in.copy_with(raw_path=path.encode())
        return httpx.Request(request.method, url, headers=headers, stream=request.stream, extensions=request.extensions)

    def upstream(self, request: httpx.Request) -> httpx.Response:
        """Return an answer of the upstream."""
        return self._answer(f"upstream {request.content!r}", json_reply)

    def fetched(self, request: httpx.Request) -> httpx.Response:
        """Return an answer of any external API."""

        def reply(random: Random) -> Reply:
            if random.random() < 0.2 and b"hop" not in request.url.query:
                host = request.headers["host"]
                return redirect(
                    random, random.choice([f"https://{host}/?hop", "?hop", "//example.org?hop", "/x/../y?hop"])
                )
            return any_reply(random)

        return self._answer(f"fetched {request.headers['host']} {request.url}", reply)

    def _answer(self, name: str, make: Callable[[Random], Reply]) -> httpx.Response:
        random = self._random(name)
        self._go_wrong(random)
        reply = make(random)
        if self._faulty and random.random() < 0.4:
            reply = break_reply(reply, random)
        return reply.response()

    def _go_wrong(self, random: Random) -> None:
        self.clock.advance(random.uniform(0, 10))
        if self._faulty and random.random() < 0.1:
            raise random.choice(ERRORS)("made up")

    def _random(self, name: str) -> Random:
        if self._faulty:
            self._calls[name] += 1
        return Random(f"{self._seed} {name} {self._calls[name]}")


class _Called(httpx.AsyncBaseTransport):
    """Carries requests to providers and the upstream."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        if ENDLESS.encode() in request.content:
            return httpx.Response(429, headers={"retry-after": "3600"})  # so that it waits longer than a campaign takes
        if request.url.netloc.decode() in HOSTS:
            return await self._inner.handle_async_request(self._outside.provider(request))
        return self._outside.upstream(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Fetched(httpx.AsyncBaseTransport):
    """Carries fetches."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self._outside.fetched(request)


async def _die(_: Delivery, __: AsyncConnection, /) -> None:
    raise RuntimeError("made up")
