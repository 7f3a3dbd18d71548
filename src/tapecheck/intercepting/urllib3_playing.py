"""Replies played to urllib3, which requests stands on: everything above the socket is the real thing."""

from __future__ import annotations

import io
import socket
import sys
from collections.abc import Callable
from types import new_class
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tapecheck.intercepting.patches import Function, Patches
from tapecheck.intercepting.wire import Wire
from tapecheck.model import Body, Headers, Request

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    _Tunnels = WeakKeyDictionary[HTTPConnection, Callable[[], object]]

Wiring = Callable[[Request], Wire | None]
"""Returns what is played for a request; None lets it go on."""


class _Raw(io.RawIOBase):
    """What is read off a wire, as a file."""

    def __init__(self, sock: _Socket) -> None:
        self._socket = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - no type for buffers before Python 3.12
        return self._socket.recv_into(buffer)


class _Socket:
    """What http.client and urllib3 take for a socket."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._timeout: float | None = None

    def settimeout(self, timeout: float | None) -> None:
        self._timeout = timeout

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - http.client reads only, and only bytes
        return io.BufferedReader(_Raw(self))

    def recv_into(self, buffer: Any) -> int:  # noqa: ANN401 - no type for buffers before Python 3.12
        view = memoryview(buffer)
        came = self._wire.read(len(view), self._timeout)
        view[: len(came)] = came
        return len(came)

    def sendall(self, data: object) -> None:
        """Nobody is there to read it."""

    def shutdown(self, how: int) -> None:
        """Nothing is open."""

    def close(self) -> None:
        """Nothing is open."""


class _Connecting:
    """Connects to a wire; what cannot be reached is told as `urllib3.connection.HTTPConnection` tells it."""

    wire: Wire
    tls: bool
    is_verified = True  # of an unencrypted connection nobody asks it

    def _new_conn(self: Any) -> _Socket:
        from urllib3 import exceptions

        try:
            self.wire.connect(self.timeout, tls=self.tls)
        except socket.gaierror as error:
            raise exceptions.NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            message = f"Connection to {self.host} timed out. (connect timeout={self.timeout})"
            raise exceptions.ConnectTimeoutError(self, message) from error
        except ConnectionError as error:
            raise exceptions.NewConnectionError(self, f"Failed to establish a new connection: {error}") from error
        return _Socket(self.wire)


def stand_before_urllib3(patches: Patches, wiring: Wiring) -> None:
    """Stand before urllib3's connections, if somebody has imported it.

    Args:
        patches: hold what is replaced.
        wiring: is asked for each request.
    """
    pools = sys.modules.get("urllib3.connectionpool")
    if pools is not None and hasattr(pools, "HTTPSConnectionPool"):
        tunnels: _Tunnels = WeakKeyDictionary()
        patches.put(pools.HTTPConnectionPool, "_make_request", lambda original: _around(original, wiring, tunnels))
        patches.put(pools.HTTPSConnectionPool, "_prepare_proxy", lambda original: _postponed(original, tunnels))


def _postponed(original: Function, tunnels: _Tunnels) -> Function:
    """Connect to a proxy only when it is known that a request goes on."""

    def _prepare_proxy(self: HTTPSConnectionPool, conn: HTTPConnection) -> None:
        tunnels[conn] = lambda: original(self, conn)

    return _prepare_proxy


def _around(original: Function, wiring: Wiring, tunnels: _Tunnels) -> Function:
    def _make_request(
        self: HTTPConnectionPool,
        conn: HTTPConnection,
        method: str,
        url: str,
        body: object = None,
        headers: Any = None,  # noqa: ANN401 - any mapping, and urllib3's own
        **options: object,
    ) -> object:
        wire = wiring(
            Request(
                method=method.upper(),
                uri=_uri(self, url),
                headers=Headers(tuple((str(name), str(value)) for name, value in (headers or {}).items())),
                body=Body(content=_content(body)),
            )
        )
        if wire is not None:
            conn = _connection(self, conn, wire)
        elif (connect := tunnels.pop(conn, None)) is not None:
            connect()
        return original(self, conn, method, url, body=body, headers=headers, **options)

    return _make_request


def _connection(pool: HTTPConnectionPool, conn: HTTPConnection, wire: Wire) -> HTTPConnection:
    found = sys.modules["urllib3.connection"].HTTPConnection
    # Within a cassette vcrpy's stub stands in its place, which is derived from it.
    real = next(one for one in found.__mro__ if one.__module__ == "urllib3.connection")
    scripted: Any = new_class("ScriptedConnection", (_Connecting, real))(pool.host, pool.port, timeout=conn.timeout)
    scripted.wire = wire
    scripted.tls = pool.scheme == "https"
    made: HTTPConnection = scripted
    return made


def _uri(pool: HTTPConnectionPool, url: str) -> str:
    """Return the absolute URI: a proxy is asked for one, a server for a path."""
    if not url.startswith("/"):
        return url
    host = f"[{pool.host}]" if ":" in pool.host and not pool.host.startswith("[") else pool.host
    port = "" if pool.port in (None, {"http": 80, "https": 443}.get(pool.scheme or "")) else f":{pool.port}"
    return f"{pool.scheme}://{host}{port}{url}"


def _content(body: object) -> bytes:
    """Return a body without consuming it; nothing where that cannot be."""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, io.IOBase) and body.seekable():
        place = body.tell()
        content = body.read()
        body.seek(place)
        return content.encode() if isinstance(content, str) else bytes(content)
    return b""
