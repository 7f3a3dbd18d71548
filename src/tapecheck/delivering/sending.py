"""One request over HTTP/1.1, and whatever comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from tapecheck.delivering.clock import Clock
from tapecheck.delivering.delivery import Message
from tapecheck.errors import UsageError
from tapecheck.model import Headers

TIMEOUT = 15.0
"""Seconds to wait for a receiver that says nothing."""

_PIECES = 8
_MOST = 1 << 20
"""Bytes of an answer that are read; what a receiver says beyond that nobody needs."""

_PRINTABLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where deliveries are sent; `url` is all of it."""

    url: str
    secure: bool
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> Target:
        """Read a URL.

        Raises:
            UsageError: deliveries cannot be sent there.
        """
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname
        except ValueError as error:
            raise UsageError(f"--to: {url!r} is no URL: {error}") from error
        if parts.scheme not in ("http", "https") or not host or not _PRINTABLE.fullmatch(url):
            raise UsageError(f"--to: got {url!r}, expected a URL such as http://127.0.0.1:8000/webhooks")
        if parts.username is not None or parts.fragment:
            raise UsageError("--to: expected a URL without a user, a password and a fragment: providers send none")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        secure = parts.scheme == "https"
        # Without a port, http.client would take the end of an IPv6 address for one.
        return cls(url=url, secure=secure, host=host, port=port or (443 if secure else 80), path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the receiver answered."""

    status: int
    reason: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """Why there is no answer."""

    reason: str


def post(target: Target, message: Message, clock: Clock, timeout: float = TIMEOUT) -> Answer | NoAnswer:
    """Send a message and wait for its answer; a redirect is an answer, and not followed.

    Args:
        target: whereto.
        message: what is sent.
        clock: waits between the pieces of the body.
        timeout: seconds without a byte after which there is no answer.
    """
    kind = HTTPSConnection if target.secure else HTTPConnection
    with closing(kind(target.host, target.port, timeout=timeout)) as connection:
        try:
            _send(connection, target, message, clock)
            response = connection.getresponse()
            headers = Headers(tuple((name.lower(), value) for name, value in response.getheaders()))
            return Answer(status=response.status, reason=response.reason, headers=headers, body=response.read(_MOST))
        except TimeoutError:
            return NoAnswer(reason=f"timed out after {timeout:g} s")
        except (OSError, HTTPException, ValueError) as error:
            return NoAnswer(reason=getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _send(connection: HTTPConnection, target: Target, message: Message, clock: Clock) -> None:
    connection.putrequest("POST", target.path, skip_accept_encoding=True)
    for name, value in message.headers:
        connection.putheader(name, value.encode())
    connection.putheader("content-length", str(len(message.body)))
    connection.endheaders()
    with suppress(ConnectionError):  # a receiver may answer, and hang up, before it has seen all
        for index, piece in enumerate(_pieces(message)):
            if index:
                clock.sleep(message.pause)
            connection.send(piece)


def _pieces(message: Message) -> Iterator[bytes]:
    size = max(1, -(-len(message.body) // _PIECES)) if message.pause else max(1, len(message.body))
    return (message.body[start : start + size] for start in range(0, len(message.body), size))
