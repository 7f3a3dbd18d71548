"""Requests and responses of vcrpy as our own values."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Protocol, runtime_checkable

from tapecheck.cassettes import Limits
from tapecheck.cassettes.decoding import decode
from tapecheck.model import Body, Headers, Request, Response
from tapecheck.replaying.recorder import VcrRequest, VcrResponse


@runtime_checkable
class _File(Protocol):
    def read(self) -> bytes | str: ...
    def tell(self) -> int: ...
    def seek(self, offset: int, /) -> int: ...


def content_of(request: VcrRequest) -> bytes | None:
    """Return the bytes of a request's body; None where they could not be had without taking them from the client."""
    body = request.body
    plain = _plain(body)
    if plain is not None:
        return plain
    if isinstance(body, Iterator) and body is not request.body:  # vcrpy makes a new one each time
        return _joined(body)
    return _joined(body) if isinstance(body, list | tuple) else None


def to_request(request: VcrRequest, content: bytes) -> Request:
    """Make a request of what vcrpy keeps of it; the `content-encoding` of its body is undone."""
    headers = _headers(request.headers)
    return Request(method=request.method.upper(), uri=request.uri, headers=headers, body=_body(content, headers))


def to_response(response: VcrResponse) -> Response:
    """Make a response of what vcrpy keeps of it, in today's form or in that of vcrpy 2 to 5 for httpx."""
    headers = _headers(_mapping(response.get("headers")))
    status = _mapping(response.get("status"))
    content = response.get("content") or _mapping(response.get("body")).get("string")
    return Response(
        status=status_of(response),
        reason=str(status.get("message") or ""),
        headers=headers,
        body=_body(_plain(content) or b"", headers),
    )


def status_of(response: VcrResponse) -> int:
    """Return the status of a response; 0 where there is none."""
    code = _mapping(response.get("status")).get("code", response.get("status_code"))
    return code if isinstance(code, int) else 0


def _plain(body: object) -> bytes | None:
    """Return what needs no reading, or can be read and put back."""
    match body:
        case None:
            return b""
        case str():
            return body.encode()
        case bytes() | bytearray() | memoryview():
            return bytes(body)
        case io.BytesIO():
            return body.getvalue()
        case _File():
            return _read_and_wind_back(body)
    return None


def _read_and_wind_back(file: _File) -> bytes | None:
    with suppress(OSError, ValueError):  # a pipe, or a file that is closed already
        place = file.tell()
        content = file.read()
        file.seek(place)
        return content.encode() if isinstance(content, str) else content
    return None


def _joined(chunks: Iterable[object]) -> bytes | None:
    parts = [_plain(chunk) for chunk in chunks]
    return b"".join(part for part in parts if part is not None) if None not in parts else None


def _headers(fields: Mapping[str, object]) -> Headers:
    return Headers(tuple((str(name), value) for name, values in fields.items() for value in _values(values)))


def _values(values: object) -> Iterator[str]:
    for value in values if isinstance(values, list | tuple) else (values,):
        yield value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(content: bytes, headers: Headers) -> Body:
    plain, problem = decode(content, headers, Limits().body_bytes)
    return Body(content=plain, problem=problem)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
