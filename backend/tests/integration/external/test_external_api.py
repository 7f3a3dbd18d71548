"""Calls of external APIs for agents, over real sockets: calls, time-outs, retries, errors."""

from __future__ import annotations

import gzip
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from ipaddress import ip_address
from typing import TypeAlias

import httpx
import pytest

from backend.errors import BrokenOffError, Problem, TimedOutError, UnavailableError, UpstreamError
from backend.fetch.service import Fetched, Fetcher
from backend.outgoing.addresses import is_public
from backend.settings import Settings
from backend.tests.fetching import make_fetcher
from backend.tests.network import (
    PUBLIC,
    CountingResolver,
    CountingTransport,
    LoopbackTransport,
    RawServer,
    raw_server,
)
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

URL = "http://api.example.com/data?page=2"
JSON = b'{"data":"success"}'


def reply(status: int = 200, body: bytes = JSON, kind: str = "application/json", **headers: str) -> bytes:
    """Return an answer as it goes over the wire."""
    fields = {"content-type": kind, "content-length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([f"HTTP/1.1 {status} Whatever", *lines, "", ""]).encode() + body


OK = reply()


class External:
    """An external API, and the fetcher that calls it."""

    def __init__(self, server: RawServer, transport: LoopbackTransport, fetcher: Fetcher) -> None:
        self.server = server
        self.transport = transport
        self._fetcher = fetcher

    async def fetch(self, max_retries: int = 0, url: str = URL) -> Fetched:
        return await self._fetcher.fetch(url, max_retries)

    @property
    def calls(self) -> int:
        return len(self.server.requests)


Start: TypeAlias = Callable[..., AbstractAsyncContextManager[External]]


@asynccontextmanager
async def start(
    redis_url: str, clock: VirtualClock, *replies: bytes, hold: bool = False, settings: Settings | None = None
) -> AsyncIterator[External]:
    """Start an external API that sends these bytes, to one connection after the other."""
    async with raw_server(*replies, hold=hold) as server:
        transport = LoopbackTransport(server.port)
        async with make_fetcher(redis_url, clock, transport, settings=settings) as fetcher:
            yield External(server, transport, fetcher)
    assert set(transport.addresses) <= {PUBLIC}


@pytest.fixture
def external(redis_url: str, clock: VirtualClock) -> Start:
    return partial(start, redis_url, clock)


class TestCalls:
    async def test_json(self, external: Start) -> None:
        async with external(OK) as api:
            fetched = await api.fetch()
        assert fetched == Fetched(
            url=URL, status=200, content_type="application/json", data={"data": "success"}, text=None, attempts=1
        )

    async def test_text(self, external: Start) -> None:
        async with external(reply(body="<p>Ü</p>".encode("iso-8859-1"), kind="text/html; charset=ISO-8859-1")) as api:
            fetched = await api.fetch()
        assert (fetched.text, fetched.data) == ("<p>Ü</p>", None)

    async def test_gzip(self, external: Start) -> None:
        async with external(reply(body=gzip.compress(JSON), content_encoding="gzip")) as api:
            assert (await api.fetch()).data == {"data": "success"}

    async def test_chunks(self, external: Start) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        async with external(head + b"5\r\n[1, 2\r\n4\r\n, 3]\r\n0\r\n\r\n") as api:
            assert (await api.fetch()).data == [1, 2, 3]

    async def test_what_is_sent(self, external: Start) -> None:
        async with external(OK) as api:
            await api.fetch()
        head, *fields = api.server.requests[0].decode().strip().split("\r\n")
        assert head == "GET /data?page=2 HTTP/1.1"
        assert {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)} == {
            "host": "api.example.com",
            "accept": "*/*",
            "accept-encoding": "gzip",
            "connection": "close",
            "user-agent": "tapecheck-backend",
        }

    async def test_nothing_of_one_call_is_sent_with_the_next(self, external: Start) -> None:
        async with external(reply(set_cookie="session=swordfish; Path=/")) as api:
            await api.fetch()
            await api.fetch()
        assert api.calls == 2
        assert b"swordfish" not in b"".join(api.server.requests)

    async def test_redirects(self, external: Start) -> None:
        moved = reply(307, b"", location="http://cdn.example.org/moved")
        async with external(moved, OK) as api:
            fetched = await api.fetch()
        assert (fetched.url, fetched.attempts) == ("http://cdn.example.org/moved", 1)
        assert [b"Host: api.example.com" in api.server.requests[0], b"Host: cdn.example.org" in api.server.requests[1]]

    async def test_another_address_is_tried_where_one_takes_no_connection(
        self, redis_url: str, clock: VirtualClock
    ) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.host == PUBLIC:
                raise httpx.ConnectError("no route")
            return httpx.Response(200, json=1)

        transport = CountingTransport(answer)
        resolver = CountingResolver({"api.example.com": [PUBLIC, "2606:4700:4700::1111"]})
        async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
            assert (await fetcher.fetch(URL, 0)).attempts == 1
        assert transport.addresses == [PUBLIC, "2606:4700:4700::1111"]
        assert all(is_public(ip_address(address)) for address in transport.addresses)


class TestTimeOuts:
    IMPATIENT = Settings(read_timeout=0.05)

    @pytest.mark.parametrize("sent", [b"", OK[:20], OK[:-1]], ids=["nothing", "half a head", "half a body"])
    async def test_a_server_that_falls_silent(self, external: Start, sent: bytes) -> None:
        async with external(sent, hold=True, settings=self.IMPATIENT) as api:
            with pytest.raises(TimedOutError, match=r"timeout: api\.example\.com") as caught:
                await api.fetch()
        assert (caught.value.status, api.calls) == (408, 1)

    async def test_it_is_asked_again(self, external: Start, clock: VirtualClock) -> None:
        async with external(b"", b"", hold=True, settings=self.IMPATIENT) as api:
            with pytest.raises(TimedOutError):
                await api.fetch(max_retries=1)
        assert (api.calls, clock.slept) == (2, [1])

    async def test_the_deadline_ends_a_call_that_goes_on_and_on(self, external: Start) -> None:
        async with external(OK[:-1], hold=True, settings=Settings(call_timeout=0.5)) as api:
            with pytest.raises(TimedOutError, match="timeout") as caught:
                await api.fetch(max_retries=5)
        assert (caught.value.status, api.calls) == (408, 1)

    async def test_the_deadline_ends_the_pauses(self, external: Start, clock: VirtualClock) -> None:
        async with external(reply(500), settings=Settings(call_timeout=10)) as api:
            with pytest.raises(UpstreamError, match="answered 500"):
                await api.fetch(max_retries=10)
        assert (api.calls, clock.slept) == (4, [1, 2, 4])


class TestRetries:
    async def test_until_it_succeeds(self, external: Start, clock: VirtualClock) -> None:
        async with external(b"", OK[:-1], reply(502), OK) as api:
            fetched = await api.fetch(max_retries=3)
        assert (fetched.attempts, api.calls, clock.slept) == (4, 4, [1, 2, 4])

    async def test_no_more_often_than_wanted(self, external: Start, clock: VirtualClock) -> None:
        async with external(reply(500)) as api:
            with pytest.raises(UpstreamError):
                await api.fetch(max_retries=2)
        assert (api.calls, clock.slept) == (3, [1, 2])

    async def test_the_backoff_is_that_of_the_settings(self, external: Start, clock: VirtualClock) -> None:
        settings = Settings(backoff_initial=0.5, backoff_max=1.5, breaker_failures=10)
        async with external(reply(500), settings=settings) as api:
            with pytest.raises(UpstreamError):
                await api.fetch(max_retries=4)
        assert clock.slept == [0.5, 1, 1.5, 1.5]

    @pytest.mark.parametrize("status", [429, 503])
    async def test_as_late_as_the_api_says(self, external: Start, clock: VirtualClock, status: int) -> None:
        at = format_datetime(clock.now() + timedelta(seconds=12), usegmt=True)
        async with external(reply(status, retry_after="5"), reply(status, retry_after=at), OK) as api:
            fetched = await api.fetch(max_retries=2)
        assert (fetched.attempts, clock.slept) == (3, [5, 7])

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
    async def test_not_where_it_does_not_help(self, external: Start, clock: VirtualClock, status: int) -> None:
        async with external(reply(status)) as api:
            with pytest.raises(UpstreamError):
                await api.fetch(max_retries=3)
        assert (api.calls, clock.slept) == (1, [])

    async def test_not_while_the_breaker_is_open(self, external: Start) -> None:
        async with external(reply(500), settings=Settings(breaker_failures=2)) as api:
            with pytest.raises(UnavailableError, match="circuit breaker") as caught:
                await api.fetch(max_retries=5)
        assert (caught.value.status, api.calls) == (503, 2)


class TestErrors:
    @pytest.mark.parametrize("status", [304, 400, 404, 418, 500, 504])
    async def test_statuses(self, external: Start, status: int) -> None:
        async with external(reply(status, b"" if status == 304 else b'{"secret":"swordfish"}')) as api:
            with pytest.raises(UpstreamError, match=rf"api\.example\.com answered {status}") as caught:
                await api.fetch()
        assert caught.value.status == 502
        assert "swordfish" not in caught.value.detail

    @pytest.mark.parametrize("status", [429, 503])
    async def test_an_api_that_wants_to_be_left_alone(self, external: Start, status: int) -> None:
        async with external(reply(status, retry_after="3600")) as api:
            with pytest.raises(UnavailableError, match=f"answered {status}") as caught:
                await api.fetch(max_retries=3)
        assert (caught.value.status, caught.value.retry_after, api.calls) == (503, 3600, 1)

    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"220 smtp.example.com ESMTP\r\n",
            b"HTTP/1.1 200 OK\r\n",
            OK[:-1],
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1",
            reply(body=gzip.compress(JSON)[:-4], content_encoding="gzip"),
        ],
        ids=["nothing", "not HTTP", "half a head", "half a body", "half a chunk", "half a gzip"],
    )
    async def test_answers_that_break_off(self, external: Start, sent: bytes) -> None:
        async with external(sent) as api:
            with pytest.raises(BrokenOffError) as caught:
                await api.fetch()
        assert caught.value.status == 502
        assert "smtp" not in caught.value.detail

    @pytest.mark.parametrize(
        ("sent", "reason"),
        [
            (reply(body=b""), "JSON is not valid"),
            (reply(body=b'{"a": '), "JSON is not valid"),
            (reply(body=b"[NaN]"), "JSON is not valid"),
            (reply(body=b"[" * 100_000), "JSON is not valid"),
            (reply(body=b"caf\xe9", kind="text/plain"), "not valid utf-8"),
            (reply(body=b"\x89PNG\r\n\x1a\n", kind="image/png"), "only JSON and text"),
            (reply(body=b"\x00\x01", kind="text/plain"), "not text"),
            (reply(body=JSON, content_encoding="gzip"), "not valid gzip"),
            (reply(body=JSON, content_encoding="br"), "expected gzip or none"),
            (reply(301, b"", location="/again"), "more than 5 redirects"),
        ],
    )
    async def test_answers_that_cannot_be_used(self, external: Start, sent: bytes, reason: str) -> None:
        async with external(sent) as api:
            with pytest.raises(UpstreamError, match=reason) as caught:
                await api.fetch()
        assert caught.value.status == 502

    @pytest.mark.parametrize("packed", [False, True])
    async def test_too_large_an_answer(self, external: Start, *, packed: bool) -> None:
        large = b'"' + b"x" * 2_000_000 + b'"'
        sent = reply(body=gzip.compress(large), content_encoding="gzip") if packed else reply(body=large)
        async with external(sent, settings=Settings(answer_bytes=100_000)) as api:
            with pytest.raises(UpstreamError, match="more than 100000 bytes"):
                await api.fetch(max_retries=3)
        assert api.calls == 1

    async def test_a_port_that_takes_no_connection(self, redis_url: str, clock: VirtualClock) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            transport = LoopbackTransport(taken.getsockname()[1])
            async with make_fetcher(redis_url, clock, transport) as fetcher:
                with pytest.raises(UpstreamError, match="cannot be reached"):
                    await fetcher.fetch(URL, 1)
        assert (transport.addresses, clock.slept) == ([PUBLIC, PUBLIC], [1])

    async def test_a_name_that_cannot_be_resolved(self, redis_url: str, clock: VirtualClock) -> None:
        transport = CountingTransport()
        resolver = CountingResolver({"api.example.com": []})
        async with make_fetcher(redis_url, clock, transport, resolver=resolver) as fetcher:
            with pytest.raises(UpstreamError, match="cannot be resolved"):
                await fetcher.fetch(URL, 3)
        assert (transport.requests, clock.slept) == ([], [])

    async def test_every_error_is_a_problem_with_a_status(self, external: Start) -> None:
        async with external(b"", reply(500), reply(404), reply(503), b"\xff" * 100) as api:
            statuses = []
            for _ in range(5):
                with pytest.raises(Problem) as caught:
                    await api.fetch()
                statuses.append(caught.value.status)
        assert statuses == [502, 502, 502, 503, 502]
