"""The network as tests of outgoing calls see it: nothing is looked up, and nothing but loopback is connected to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeAlias

import httpx

from backend.outgoing.addresses import IPAddress

PUBLIC = "93.184.216.34"
"""Public, and never connected to."""

Answers: TypeAlias = Mapping[str, Sequence[str] | Sequence[Sequence[str]]]
Answer: TypeAlias = Callable[[httpx.Request], httpx.Response]


class CountingResolver:
    """Says `PUBLIC` for each name but those that have answers of their own.

    Args:
        answers: the addresses of a name; a list of lists is one answer after the other, the last of them for good.

    Attributes:
        asked: the names, in order.
    """

    def __init__(self, answers: Answers | None = None) -> None:
        self._answers = answers or {}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[IPAddress]:
        turn = self.asked.count(host)
        self.asked.append(host)
        found = self._answers.get(host, [PUBLIC])
        if found and not isinstance(found[0], str):
            found = found[min(turn, len(found) - 1)]
        return [ip_address(address) for address in found if isinstance(address, str)]


class WatchedBody(httpx.AsyncByteStream):
    """A body that notes what is done with it.

    Attributes:
        taken: the bytes that were read.
        closed: whether it was closed, which gives its connection back.
    """

    def __init__(self, *chunks: bytes) -> None:
        self._chunks = chunks
        self.taken = 0
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks:
            self.taken += len(chunk)
            yield chunk

    async def aclose(self) -> None:
        self.closed = True


class CountingTransport(httpx.AsyncBaseTransport):
    """Stands where connections are made, and makes none.

    Args:
        answer: what comes back, or raises what happens; by default an empty JSON object.

    Attributes:
        requests: as they would have been sent, in order.
        closed: whether it was closed.
    """

    def __init__(self, answer: Answer | None = None) -> None:
        self._answer = answer or (lambda request: httpx.Response(200, json={}))
        self.requests: list[httpx.Request] = []
        self.closed = False

    @property
    def addresses(self) -> list[str]:
        """The hosts that would have been connected to."""
        return [request.url.host for request in self.requests]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)

    async def aclose(self) -> None:
        self.closed = True


class LoopbackTransport(CountingTransport):
    """Makes each connection to a port of this machine, whatever the address; all else of a request stays.

    Args:
        port: where a server of the test listens.
        inner: makes the connections.
    """

    def __init__(self, port: int, inner: httpx.AsyncBaseTransport | None = None) -> None:
        super().__init__()
        self._port = port
        self._inner = inner or httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return await self._inner.handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1", port=self._port),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        )

    async def aclose(self) -> None:
        await super().aclose()
        await self._inner.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawServer:
    """A server of this machine.

    Attributes:
        port: where it listens.
        requests: the heads that came, in order.
    """

    port: int
    requests: list[bytes]


@asynccontextmanager
async def raw_server(
    *replies: bytes, hold: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Serve these bytes, to one connection after the other, the last of them for good.

    Args:
        replies: what is sent when a request has come.
        hold: keep each connection open until the end, where it is closed after its bytes otherwise.
        tls: with the certificate of the server; None is plain HTTP.
    """
    requests: list[bytes] = []
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reply = replies[min(len(requests), len(replies) - 1)]
        try:
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(reply)
            await writer.drain()
            if hold:
                await over.wait()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever called does not want to wait
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        try:
            yield RawServer(port=server.sockets[0].getsockname()[1], requests=requests)
        finally:
            over.set()
