from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest

from backend.errors import (
    AddressRefusedError,
    BrokenOffError,
    Problem,
    TimedOutError,
    UnavailableError,
    UpstreamError,
)
from backend.outgoing.client import iter_bounded, make_client, read_bounded, translating
from backend.settings import Settings
from backend.tests.network import CountingTransport, LoopbackTransport, WatchedBody, raw_server

pytestmark = pytest.mark.anyio

URL = "http://api.example.com/"
OK = b"HTTP/1.1 200 OK\r\n"
SETTINGS = Settings(connect_timeout=2, read_timeout=3)


def subclasses(kind: type[Exception]) -> list[type[Exception]]:
    return [kind, *(below for each in kind.__subclasses__() for below in subclasses(each))]


def make_error(kind: type[Exception]) -> Exception:
    request = httpx.Request("GET", URL)
    if kind is httpx.HTTPStatusError:
        return httpx.HTTPStatusError("swordfish", request=request, response=httpx.Response(500))
    return kind("swordfish")


def raiser(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


async def get(reply: bytes, limit: int = 1000) -> bytes:
    """Return the body that a server answers over a socket."""
    async with raw_server(reply) as server, make_client(SETTINGS, LoopbackTransport(server.port)) as client:
        with translating("api.example.com"):
            async with client.stream("GET", URL) as response:
                return await read_bounded(response, limit)


async def test_time_outs_are_those_of_the_settings() -> None:
    async with make_client(SETTINGS) as client:
        assert client.timeout == httpx.Timeout(connect=2, pool=2, read=3, write=3)


async def test_headers() -> None:
    transport = CountingTransport()
    async with make_client(SETTINGS, transport) as client:
        await client.get(URL)
    (request,) = transport.requests
    assert request.headers["user-agent"] == "tapecheck-backend"
    assert request.headers["accept-encoding"] == "gzip"


async def test_no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    transport = CountingTransport()
    async with make_client(SETTINGS, transport) as client:
        await client.get(URL)
    assert transport.addresses == ["api.example.com"]
    async with make_client(SETTINGS) as client:
        assert not client.trust_env


async def test_cookies_are_not_kept() -> None:
    transport = CountingTransport(lambda request: httpx.Response(200, headers={"set-cookie": "session=1; Path=/"}))
    async with make_client(SETTINGS, transport) as client:
        await client.get(URL)
        await client.get(URL)
        assert not client.cookies
    assert ["cookie" in request.headers for request in transport.requests] == [False, False]


async def test_redirects_are_not_followed() -> None:
    transport = CountingTransport(lambda request: httpx.Response(302, headers={"location": "/other"}))
    async with make_client(SETTINGS, transport) as client:
        assert (await client.get(URL)).status_code == 302
    assert len(transport.requests) == 1


def test_no_other_module_makes_clients_or_names_their_errors() -> None:
    """The guard names two, to try the next address; it makes the transport, too."""
    backend = Path(__file__).parents[3]
    named = re.compile(r"httpx\.(?:Async)?Client\(|httpx\.\w*(?:Error|Timeout|Exception|InvalidURL)\b(?=[,)])")
    sources = [path for path in backend.rglob("*.py") if "tests" not in path.relative_to(backend).parts]
    found = {path.relative_to(backend).as_posix() for path in sources if named.search(path.read_text("utf-8"))}
    assert found <= {"outgoing/client.py", "outgoing/guard.py", "outgoing/urls.py"}


@pytest.mark.parametrize("kind", [*subclasses(httpx.HTTPError), httpx.InvalidURL, TimeoutError])
def test_every_error_of_httpx_is_translated(kind: type[Exception]) -> None:
    with pytest.raises(Problem, match=r"api\.example\.com") as caught, translating("api.example.com"):
        raise make_error(kind)
    assert "swordfish" not in caught.value.detail


@pytest.mark.parametrize(
    ("kind", "problem", "transient", "blames_host"),
    [
        (httpx.ConnectTimeout, TimedOutError, True, True),
        (httpx.ReadTimeout, TimedOutError, True, True),
        (httpx.WriteTimeout, TimedOutError, True, True),
        (TimeoutError, TimedOutError, True, True),
        (httpx.PoolTimeout, UnavailableError, False, False),
        (httpx.ConnectError, UpstreamError, True, True),
        (httpx.WriteError, UpstreamError, True, True),
        (httpx.CloseError, UpstreamError, True, True),
        (httpx.ProxyError, UpstreamError, True, True),
        (httpx.ReadError, BrokenOffError, True, True),
        (httpx.RemoteProtocolError, BrokenOffError, True, True),
        (httpx.LocalProtocolError, UpstreamError, False, False),
        (httpx.DecodingError, UpstreamError, True, True),
        (httpx.TooManyRedirects, UpstreamError, False, False),
        (httpx.UnsupportedProtocol, AddressRefusedError, False, False),
        (httpx.InvalidURL, AddressRefusedError, False, False),
    ],
)
def test_what_errors_mean(kind: type[Exception], problem: type[Problem], *, transient: bool, blames_host: bool) -> None:
    with pytest.raises(Problem) as caught, translating("api.example.com"):
        raise make_error(kind)
    assert type(caught.value) is problem
    assert (caught.value.transient, caught.value.blames_host) == (transient, blames_host)
    assert ("timeout" in caught.value.detail) is (problem is TimedOutError)


@pytest.mark.parametrize("error", [ValueError("ours"), UpstreamError("known"), httpx.StreamConsumed()])
def test_other_errors_pass(error: Exception) -> None:
    with pytest.raises(type(error)) as caught, translating("api.example.com"):
        raise error
    assert caught.value is error


async def test_an_error_of_a_transport() -> None:
    async with make_client(SETTINGS, CountingTransport(raiser(httpx.ConnectError("refused")))) as client:
        with pytest.raises(UpstreamError, match="cannot be reached"), translating("api.example.com"):
            await client.get(URL)


@pytest.mark.parametrize(
    "reply",
    [
        OK + b"Content-Length: 4\r\n\r\nbody",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n",
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"body", mtime=0),
        OK + b"\r\nbody",
    ],
)
async def test_bodies(reply: bytes) -> None:
    assert await get(reply, limit=4) == b"body"
    with pytest.raises(UpstreamError, match="more than 3 bytes") as caught:
        await get(reply, limit=3)
    assert (caught.value.transient, caught.value.blames_host) == (False, False)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        OK + b"Content-Length: 5\r\n\r\nbody",
        OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n",
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"body", mtime=0)[:-1],
    ],
)
async def test_answers_that_break_off(reply: bytes) -> None:
    with pytest.raises(BrokenOffError) as caught:
        await get(reply)
    assert caught.value.status == 502
    assert "SSH" not in caught.value.detail


async def test_a_server_that_says_nothing() -> None:
    settings = Settings(read_timeout=0.05)
    async with raw_server(b"", hold=True) as server, make_client(settings, LoopbackTransport(server.port)) as client:
        with pytest.raises(TimedOutError, match="timeout"), translating("api.example.com"):
            await client.get(URL)


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate"])
async def test_a_coding_that_nobody_asked_for(coding: str) -> None:
    with pytest.raises(UpstreamError, match=coding):
        await get(OK + f"Content-Encoding: {coding}\r\n\r\nbody".encode())


async def test_no_more_is_taken_than_the_limit() -> None:
    stream = WatchedBody(*[b"12345"] * 10)
    with pytest.raises(UpstreamError, match="more than 12 bytes"):
        await read_bounded(httpx.Response(200, stream=stream), 12)
    assert stream.taken == 15


async def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(50 * 1024 * 1024))
    response = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=WatchedBody(bomb))
    async with aclosing(iter_bounded(response, 100_000)) as pieces:
        assert len(await anext(pieces)) < 100_000
        with pytest.raises(UpstreamError, match="more than 100000 bytes"):
            await anext(pieces)


async def test_pieces_come_as_the_body_does() -> None:
    stream = WatchedBody(b"first", b"second")
    async with aclosing(iter_bounded(httpx.Response(200, stream=stream), 100)) as pieces:
        assert await anext(pieces) == b"first"
        assert stream.taken == 5


async def test_a_response_that_has_been_read() -> None:
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, content=gzip.compress(b"body", mtime=0))
    for response in (httpx.Response(200, content=b"body"), packed):
        assert await read_bounded(response, 4) == b"body"
        with pytest.raises(UpstreamError, match="more than 3 bytes"):
            await read_bounded(response, 3)
