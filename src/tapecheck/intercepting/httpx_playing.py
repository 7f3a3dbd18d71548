"""Replies played to httpx and httpx2, through their own HTTP library: parsing and errors are the real ones."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType, new_class
from typing import TYPE_CHECKING, Any, Final

from tapecheck.intercepting.wire import Wire

if TYPE_CHECKING:
    import httpcore
    import httpx

_CORES: Final = {"httpx": "httpcore", "httpx2": "httpcore2"}

_GRACE: Final = 5
"""Seconds that an asynchronous client without a time-out really waits: a deadline around it may end the wait."""


@dataclass(frozen=True, slots=True)
class _Libraries:
    """httpx or httpx2, and the library below it."""

    top: ModuleType
    core: ModuleType

    @classmethod
    def of(cls, top: ModuleType) -> _Libraries:
        return cls(top, import_module(_CORES[top.__name__]))

    @contextmanager
    def mapped(self, *, hiding: bool) -> Iterator[None]:
        """Raise what the library below raises as the error of the same name, as its own transport does.

        Args:
            hiding: whether what lies further behind is hidden, as the library's pool of connections hides it.
        """
        core = self.core
        try:
            yield
        except (core.TimeoutException, core.NetworkError, core.ProtocolError) as error:
            if hiding:
                error.__cause__ = None
            raise getattr(self.top, type(error).__name__)(str(error)) from error

    def reading(self) -> AbstractContextManager[None]:
        """Do the same while a body is read: of the two libraries the older one hides causes there as well."""
        return self.mapped(hiding=self.core.__name__ == "httpcore")

    def request(self, request: httpx.Request) -> httpcore.Request:
        url = request.url
        core_url = self.core.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        made: httpcore.Request = self.core.Request(
            method=request.method,
            url=core_url,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        return made

    def response(self, response: httpcore.Response, body: type, base: type) -> httpx.Response:
        stream = new_class("PlayedStream", (body, base))(response.stream, self)
        made: httpx.Response = self.top.Response(
            status_code=response.status, headers=response.headers, stream=stream, extensions=response.extensions
        )
        return made


class _Body:
    """A response's body as it comes, read synchronously."""

    def __init__(self, stream: Any, libraries: _Libraries) -> None:  # noqa: ANN401 - httpcore does not say what it is
        self._stream = stream
        self._libraries = libraries

    def __iter__(self) -> Iterator[bytes]:
        with self._libraries.reading():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _AsyncBody:
    """A response's body as it comes, read asynchronously."""

    def __init__(self, stream: Any, libraries: _Libraries) -> None:  # noqa: ANN401 - httpcore does not say what it is
        self._stream = stream
        self._libraries = libraries

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self._libraries.reading():
            async for piece in self._stream:
                yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Stream:
    """What httpcore takes for a connection (httpcore.NetworkStream)."""

    def __init__(self, wire: Wire, core: ModuleType) -> None:
        self.wire = wire
        self._core = core
        self._is_closed = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._is_closed:
            raise self._core.ReadError(os.strerror(errno.EBADF))
        try:
            return self.wire.read(max_bytes, timeout)
        except TimeoutError as error:
            raise self._core.ReadTimeout(str(error)) from error
        except OSError as error:
            raise self._core.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Nobody is there to read it."""

    def close(self) -> None:
        self._is_closed = True

    def get_extra_info(self, info: str) -> None:
        """Return None: a connection without a socket knows nothing about it."""


class _AsyncStream:
    """What httpcore takes for an asynchronous connection (httpcore.AsyncNetworkStream)."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        from anyio import sleep

        # Where a client waits for the net, others get their turn, and it may be cancelled.
        await sleep(_GRACE if self._stream.wire.is_silent(timeout) else 0)
        return self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Nobody is there to read it."""

    async def aclose(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> None:
        """Return None: a connection without a socket knows nothing about it."""


def play_to(library: ModuleType, request: httpx.Request, wire: Wire) -> httpx.Response:
    """Return the response that a client gets who reads a wire.

    Args:
        library: httpx or httpx2.
        request: of that library, for its time-outs.
        wire: to be read.

    Raises:
        httpx.TransportError: as the client's own transport raises it; the body's errors are raised as it is read.
        FaultError: the wire cannot be played to this client.
    """
    libraries = _Libraries.of(library)
    core = libraries.core
    with libraries.mapped(hiding=True):
        _connect(wire, request, core)
        asked = libraries.request(request)
        connection = core.HTTP11Connection(asked.url.origin, _Stream(wire, core))
        response = connection.handle_request(asked)
    return libraries.response(response, _Body, library.SyncByteStream)


async def play_to_async(library: ModuleType, request: httpx.Request, wire: Wire) -> httpx.Response:
    """Do the same as `play_to` for an asynchronous client."""
    libraries = _Libraries.of(library)
    core = libraries.core
    with libraries.mapped(hiding=True):
        _connect(wire, request, core)
        asked = libraries.request(request)
        connection = core.AsyncHTTP11Connection(asked.url.origin, _AsyncStream(_Stream(wire, core)))
        response = await connection.handle_async_request(asked)
    return libraries.response(response, _AsyncBody, library.AsyncByteStream)


def _connect(wire: Wire, request: httpx.Request, core: ModuleType) -> None:
    timeouts = request.extensions.get("timeout", {})
    try:
        wire.connect(timeouts.get("connect"), tls=request.url.scheme == "https")
    except TimeoutError as error:
        raise core.ConnectTimeout(str(error)) from error
    except OSError as error:
        raise core.ConnectError(str(error)) from error
