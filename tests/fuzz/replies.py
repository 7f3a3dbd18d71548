"""Made-up answers of external APIs: whole and well, or broken in one of many ways."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final, TypeAlias

import httpx

if TYPE_CHECKING:
    from pydantic import JsonValue

Break: TypeAlias = Callable[["Reply", Random], "Reply"]

SCALARS: Final[tuple[JsonValue, ...]] = (
    *(None, True, False, 0, -1, 2**63, 1.5, -0.0, 1e300),
    *("", "a", "two words", "line\nbreak", "\x00", "ünïcödé", "你好", "🙂", "\u2028", "null"),
)
TEXTS: Final = (
    ("text/plain", b"hello"),
    ("text/plain; charset=iso-8859-1", "crème brûlée".encode("latin-1")),
    ("text/html; charset=UTF-8", "<p>你好</p>".encode()),
    ("text/csv; charset=windows-1252", "a;b\r\n1;€".encode("cp1252")),
    ("application/xml", b"<a/>"),
    ("application/x-ndjson", b'{"a":1}\n{"a":2}\n'),
    ("text/plain; charset=shift_jis", "日本".encode("shift_jis")),
)
JSON_TYPES: Final = ("application/json", "application/json; charset=utf-8", "application/problem+json", "text/json")
REFUSED_LOCATIONS: Final = (
    *("http://127.0.0.1/", "https://10.0.0.1/x", "http://169.254.169.254/latest/meta-data/", "http://[::1]/"),
    *("ftp://files.example.com/", "file:///etc/passwd", "//localhost/", "http://0x7f000001/", "https://a.internal/"),
    *("http://user:word@api.example.com/", "http://[", "http://api.example.com:99999/", "\\\\host\\x", ""),
)
LARGE: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it is sent.

    Attributes:
        status: of the answer.
        headers: of the answer.
        body: as it is sent, packed or not.
        error: breaks the body off, after all of its bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    error: type[httpx.TransportError] | None = None

    def response(self) -> httpx.Response:
        """Return it as a transport does: the body is not read yet."""
        return httpx.Response(self.status, headers=dict(self.headers), stream=_Body(self.body, self.error))


class _Body(httpx.AsyncByteStream):
    def __init__(self, body: bytes, error: type[httpx.TransportError] | None) -> None:
        self._body = body
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = len(self._body) // 2
        yield self._body[:half]
        yield self._body[half:]
        if self._error is not None:
            raise self._error("made up")


def json_reply(random: Random) -> Reply:
    """Return a success with JSON."""
    body = json.dumps(_value(random, depth=3), ensure_ascii=random.random() < 0.5).encode()
    return _packed(_success(random.choice(JSON_TYPES), body, random), random)


def any_reply(random: Random) -> Reply:
    """Return a success with JSON, with text, or without content."""
    draw = random.random()
    if draw < 0.6:
        return json_reply(random)
    if draw < 0.9:
        return _packed(_success(*random.choice(TEXTS), random), random)
    return Reply(status=random.choice([204, 205]), headers={})


def redirect(random: Random, location: str) -> Reply:
    """Return a redirect."""
    return Reply(status=random.choice([301, 302, 303, 307, 308]), headers={"location": location}, body=b"moved")


def break_reply(reply: Reply, random: Random) -> Reply:
    """Return the answer with one thing wrong."""
    return random.choice(BREAKS)(reply, random)


def _success(content_type: str, body: bytes, random: Random) -> Reply:
    return Reply(status=random.choice([200, 200, 201, 202]), headers={"content-type": content_type}, body=body)


def _packed(reply: Reply, random: Random) -> Reply:
    if random.random() < 0.7:
        return reply
    headers = {**reply.headers, "content-encoding": random.choice(["gzip", "x-gzip", "GZIP"])}
    return replace(reply, headers=headers, body=gzip.compress(reply.body, mtime=0))


def _value(random: Random, depth: int) -> JsonValue:
    draw = random.random()
    if depth and draw < 0.3:
        return [_value(random, depth - 1) for _ in range(random.randrange(4))]
    if depth and draw < 0.7:
        return {f"key {number}": _value(random, depth - 1) for number in range(random.randrange(4))}
    return random.choice(SCALARS)


def _failure(reply: Reply, random: Random) -> Reply:
    waits = ("3", "0", "soon", "-1", "Mon, 05 Jan 2026 09:00:30 GMT", "99999999999999999999")
    headers = {"retry-after": random.choice(waits)} if random.random() < 0.5 else {}
    return Reply(status=random.choice([400, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504, 599]), headers=headers)


def _not_json(reply: Reply, random: Random) -> Reply:
    bodies = (b"", b"{", b"NaN", b"[1e999]", b'"\\ud800"', b"\xff", b"[" * 1000, b'{"a":1}x', b"\xef\xbb\xbf{}")
    return _plain("application/json", random.choice(bodies))


def _not_text(reply: Reply, random: Random) -> Reply:
    texts = (
        ("text/plain", b"\x00\x01"),
        ("text/plain; charset=utf-8", b"\xff\xfe"),
        ("text/plain; charset=punycode", b"abc"),
        ("image/png", b"\x89PNG"),
        ("", b"\x00"),
    )
    return _plain(*random.choice(texts))


def _not_packed(reply: Reply, random: Random) -> Reply:
    coding, body = random.choice(
        [("gzip", b"no gzip"), ("gzip", gzip.compress(b"{}")[:-3]), ("br", b"\x0b"), ("gzip", b"")]
    )
    return replace(reply, headers={**reply.headers, "content-encoding": coding}, body=body)


def _too_large(reply: Reply, random: Random) -> Reply:
    body = b" " * LARGE
    packed = random.random() < 0.5
    headers = {"content-type": "text/plain", **({"content-encoding": "gzip"} if packed else {})}
    return Reply(status=200, headers=headers, body=gzip.compress(body) if packed else body)


def _broken_off(reply: Reply, random: Random) -> Reply:
    return replace(reply, error=random.choice([httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError]))


def _misled(reply: Reply, random: Random) -> Reply:
    return redirect(random, random.choice(REFUSED_LOCATIONS))


def _plain(content_type: str, body: bytes) -> Reply:
    return Reply(status=200, headers={"content-type": content_type}, body=body)


BREAKS: Final[tuple[Break, ...]] = (
    *(_failure, _failure, _not_json, _not_text, _not_packed, _too_large, _broken_off, _misled),
)
