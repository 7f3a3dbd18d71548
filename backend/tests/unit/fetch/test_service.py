from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis

from backend.errors import (
    AddressRefusedError,
    BrokenOffError,
    Problem,
    TimedOutError,
    UnavailableError,
    UpstreamError,
)
from backend.fetch.service import Fetched
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.breakers.state import Condition
from backend.outgoing.origins import origin
from backend.settings import Settings
from backend.tests.fetching import make_fetcher
from backend.tests.network import Answer, CountingResolver, CountingTransport, WatchedBody
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

URL = "https://api.example.com/data"
SETTINGS = Settings(answer_bytes=1000, redirects=2)


class Site:
    """The outside as a fetcher sees it."""

    def __init__(self, redis_url: str, clock: VirtualClock) -> None:
        self._redis_url = redis_url
        self.clock = clock
        self.transport = CountingTransport()
        self.resolver = CountingResolver()

    async def fetch(
        self, answer: Answer, *, url: str = URL, max_retries: int = 0, settings: Settings = SETTINGS
    ) -> Fetched:
        """Return what is fetched where this answers."""
        self.transport = CountingTransport(answer)
        async with make_fetcher(
            self._redis_url, self.clock, self.transport, resolver=self.resolver, settings=settings
        ) as fetcher:
            return await fetcher.fetch(url, max_retries)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.transport.requests]


@pytest.fixture
def site(redis_url: str, clock: VirtualClock) -> Site:
    return Site(redis_url, clock)


def always(status: int, **parts: object) -> Answer:
    return lambda request: httpx.Response(status, **parts)  # type: ignore[arg-type]


def in_turn(*answers: httpx.Response | Exception) -> Answer:
    left = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        match next(left):
            case Exception() as error:
                raise error
            case response:
                return response

    return answer


def redirect(location: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": location})


async def test_json(site: Site) -> None:
    fetched = await site.fetch(always(200, json={"data": [1, None]}))
    assert fetched == Fetched(
        url=URL, status=200, content_type="application/json", data={"data": [1, None]}, text=None, attempts=1
    )
    assert site.transport.requests[0].method == "GET"


async def test_text(site: Site) -> None:
    header = "text/html; charset=iso-8859-1"
    fetched = await site.fetch(always(201, headers={"content-type": header}, content=b"caf\xe9"))
    assert (fetched.status, fetched.content_type, fetched.data, fetched.text) == (201, header, None, "café")


async def test_text_without_a_type(site: Site) -> None:
    fetched = await site.fetch(always(200, content=b"text"))
    assert (fetched.content_type, fetched.text) == (None, "text")


@pytest.mark.parametrize("status", [204, 205])
async def test_no_content(site: Site, status: int) -> None:
    fetched = await site.fetch(always(status, headers={"content-type": "application/json"}))
    assert (fetched.status, fetched.data, fetched.text) == (status, None, None)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"headers": {"content-type": "application/json"}, "content": b""}, "JSON is not valid"),
        ({"headers": {"content-type": "application/json"}, "content": b'{"a":'}, "JSON is not valid"),
        ({"headers": {"content-type": "text/plain"}, "content": b"\xff"}, "not valid utf-8"),
        ({"headers": {"content-type": "image/png"}, "content": b"\x89PNG"}, "only JSON and text"),
        ({"headers": {"content-encoding": "br"}, "stream": httpx.ByteStream(b"packed")}, "expected gzip or none"),
        ({"text": "x" * 1001}, "more than 1000 bytes"),
    ],
)
async def test_answers_that_cannot_be_used(site: Site, parts: dict[str, object], reason: str) -> None:
    with pytest.raises(UpstreamError, match=reason) as caught:
        await site.fetch(always(200, **parts))
    assert (caught.value.status, caught.value.blames_host) == (502, False)


@pytest.mark.parametrize(
    ("status", "transient", "blames_host"),
    [
        (206, False, False),
        (301, False, False),
        (304, False, False),
        (400, False, False),
        (401, False, False),
        (404, False, False),
        (408, True, False),
        (418, False, False),
        (425, True, False),
        (500, True, True),
        (502, True, True),
        (504, True, True),
        (599, True, True),
    ],
)
async def test_statuses_that_are_no_success(site: Site, status: int, *, transient: bool, blames_host: bool) -> None:
    with pytest.raises(UpstreamError, match=rf"api\.example\.com answered {status}") as caught:
        await site.fetch(always(status, text="swordfish"), max_retries=1)
    error = caught.value
    assert (error.status, error.transient, error.blames_host) == (502, transient, blames_host)
    assert "swordfish" not in error.detail
    assert len(site.transport.requests) == 1 + transient


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_wants_to_be_left_alone(site: Site, status: int) -> None:
    with pytest.raises(UnavailableError, match=f"answered {status}") as caught:
        await site.fetch(always(status, headers={"retry-after": "7"}), max_retries=2)
    assert (caught.value.status, caught.value.retry_after) == (503, 7)
    assert site.clock.slept == [7, 7]


async def test_a_host_that_does_not_say_for_how_long(site: Site) -> None:
    with pytest.raises(UnavailableError) as caught:
        await site.fetch(always(503))
    assert caught.value.retry_after is None


async def test_retries_wait_longer_each_time(site: Site) -> None:
    answer = in_turn(httpx.ConnectError("refused"), httpx.Response(500), httpx.Response(200, json={"data": "success"}))
    fetched = await site.fetch(answer, max_retries=3)
    assert (fetched.data, fetched.attempts) == ({"data": "success"}, 3)
    assert site.clock.slept == [1, 2]


async def test_retries_end(site: Site) -> None:
    with pytest.raises(UpstreamError, match="answered 500"):
        await site.fetch(always(500), max_retries=2)
    assert len(site.transport.requests) == 3


@pytest.mark.parametrize(
    ("error", "problem", "status"),
    [
        (httpx.ReadTimeout("silent"), TimedOutError, 408),
        (httpx.ConnectTimeout("silent"), TimedOutError, 408),
        (httpx.ConnectError("refused"), UpstreamError, 502),
        (httpx.ReadError("lost"), BrokenOffError, 502),
        (httpx.RemoteProtocolError("not HTTP"), BrokenOffError, 502),
        (httpx.PoolTimeout("full"), UnavailableError, 503),
    ],
)
async def test_errors_of_the_network(site: Site, error: Exception, problem: type[Problem], status: int) -> None:
    with pytest.raises(problem, match=r"api\.example\.com") as caught:
        await site.fetch(in_turn(error))
    assert caught.value.status == status
    assert ("timeout" in caught.value.detail) is (status == 408)


async def test_the_deadline_ends_the_retries(site: Site) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        site.clock.advance(9)
        raise httpx.ReadTimeout("silent")

    with pytest.raises(TimedOutError, match="timeout"):
        await site.fetch(slow, max_retries=10, settings=Settings(call_timeout=20))
    assert len(site.transport.requests) == 2


class Hanging(httpx.AsyncByteStream):
    """A body that begins, and never goes on."""

    def __init__(self, clock: VirtualClock, settings: Settings) -> None:
        self._clock = clock
        self._settings = settings

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{"
        self._clock.advance(self._settings.call_timeout)
        await asyncio.Event().wait()


async def test_the_deadline_ends_an_attempt_and_the_host_is_blamed(site: Site) -> None:
    settings = Settings(call_timeout=1, breaker_failures=2)
    for _ in range(2):
        with pytest.raises(TimedOutError, match="timeout"):
            await site.fetch(always(200, stream=Hanging(site.clock, settings)), settings=settings)
    with pytest.raises(UnavailableError, match="breaker"):
        await site.fetch(always(200, json=1), settings=settings)


async def test_redirects(site: Site) -> None:
    answer = in_turn(redirect("/moved"), redirect("https://cdn.example.org/data"), httpx.Response(200, json=1))
    fetched = await site.fetch(answer)
    assert (fetched.url, fetched.data, fetched.attempts) == ("https://cdn.example.org/data", 1, 1)
    assert site.paths == ["/data", "/moved", "/data"]
    assert site.resolver.asked == ["api.example.com", "api.example.com", "cdn.example.org"]


async def test_too_many_redirects(site: Site) -> None:
    with pytest.raises(UpstreamError, match="more than 2 redirects") as caught:
        await site.fetch(lambda request: redirect("/again"), max_retries=2)
    assert (caught.value.transient, caught.value.blames_host) == (False, False)
    assert len(site.transport.requests) == 3


async def test_the_body_of_a_redirect_is_not_read(site: Site) -> None:
    body = WatchedBody(b"body")
    moved = httpx.Response(302, headers={"location": "/moved"}, stream=body)
    assert (await site.fetch(in_turn(moved, httpx.Response(200, json=1)))).data == 1
    assert (body.taken, body.closed) == (0, True)


@pytest.mark.parametrize(("status", "kind"), [(500, "text/plain"), (404, "text/plain"), (200, "image/png")])
async def test_a_connection_is_given_back_whatever_came(site: Site, status: int, kind: str) -> None:
    body = WatchedBody(b"body")
    with pytest.raises(UpstreamError):
        await site.fetch(always(status, headers={"content-type": kind}, stream=body))
    assert (body.taken, body.closed) == (0, True)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "ftp://example.com/", "https://user:pw@example.com/", "nonsense"])
async def test_a_url_that_may_not_be_called(site: Site, url: str) -> None:
    with pytest.raises(AddressRefusedError):
        await site.fetch(always(200), url=url, max_retries=3)
    assert (site.transport.requests, site.resolver.asked, site.clock.slept) == ([], [], [])


async def test_a_refused_address_is_not_tried_again(site: Site) -> None:
    site.resolver = CountingResolver({"api.example.com": ["10.0.0.1"]})
    with pytest.raises(AddressRefusedError):
        await site.fetch(always(200), max_retries=3)
    assert (site.transport.requests, len(site.resolver.asked)) == ([], 1)


async def test_an_address_is_refused_before_the_breaker_is_asked(site: Site) -> None:
    with pytest.raises(UpstreamError):
        await site.fetch(always(500), settings=Settings(breaker_failures=1))
    with pytest.raises(AddressRefusedError):
        await site.fetch(always(500), url="https://user:pw@api.example.com/")


BREAKING = Settings(breaker_failures=2, breaker_open=30)


async def test_a_host_that_is_down_is_left_alone(site: Site) -> None:
    with pytest.raises(UpstreamError):
        await site.fetch(always(500), max_retries=1, settings=BREAKING)
    with pytest.raises(UnavailableError, match="breaker") as caught:
        await site.fetch(always(200, json=1), settings=BREAKING)
    assert site.transport.requests == []
    assert caught.value.retry_after == 30
    assert (await site.fetch(always(200, json=1), url="https://other.example.org", settings=BREAKING)).data == 1
    site.clock.advance(30)
    assert (await site.fetch(always(200, json=1), settings=BREAKING)).data == 1


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://api.example.com:443/other", True),
        ("https://API.example.com./", True),
        ("http://api.example.com/", False),
        ("http://api.example.com:443/", False),
        ("https://api.example.com:8443/", False),
    ],
)
async def test_each_scheme_and_port_is_a_service_of_its_own(site: Site, url: str, *, same: bool) -> None:
    with pytest.raises(UpstreamError):
        await site.fetch(always(500), max_retries=1, settings=BREAKING)
    try:
        left_alone = (await site.fetch(always(200, json=1), url=url, settings=BREAKING)).data != 1
    except UnavailableError:
        left_alone = True
    assert left_alone == same


async def test_what_agents_fetch_says_nothing_of_those_whom_the_service_calls_itself(
    site: Site, redis_url: str, clock: VirtualClock
) -> None:
    with pytest.raises(UpstreamError):
        await site.fetch(always(500), max_retries=1, settings=BREAKING)
    async with Redis.from_url(redis_url) as valkey:
        breakers = Breakers(valkey, clock, failures=2, open_for=30, probe_for=60)
        assert await breakers.states() == {"fetches from https://api.example.com": Condition.OPEN}
        async with breakers.permit(origin(httpx.URL(URL))):
            pass


async def test_a_redirect_blames_the_host_that_failed(site: Site) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/data":
            return redirect("https://down.example.org/")
        return httpx.Response(500 if request.headers["host"] == "down.example.org" else 200, json=1)

    with pytest.raises(UpstreamError):
        await site.fetch(answer, max_retries=1, settings=BREAKING)
    with pytest.raises(UnavailableError, match=r"down\.example\.org"):
        await site.fetch(answer, settings=BREAKING)
    assert (await site.fetch(answer, url="https://api.example.com/other", settings=BREAKING)).data == 1


@pytest.mark.parametrize("status", [200, 404, 429])
async def test_a_host_is_not_blamed_for_what_it_rightly_says(site: Site, status: int) -> None:
    png = {"headers": {"content-type": "image/png"}, "content": b""}
    for _ in range(3):
        with pytest.raises((UpstreamError, UnavailableError), match=r"only JSON|answered"):
            await site.fetch(always(status, **png), settings=BREAKING)
    assert (await site.fetch(always(200, json=1), settings=BREAKING)).data == 1
