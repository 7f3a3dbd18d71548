"""Requests as they come in: bounded, and undone of how they were packed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import Final, Protocol
from urllib.parse import urlsplit

from tapecheck.cassettes.decoding import decode
from tapecheck.errors import TapecheckError
from tapecheck.model import Body, Headers, Request

_LINE: Final = 1024
_LENGTH: Final = re.compile("0*([0-9]{1,19})")
"""Digits and nothing else, any number of zeros before them (RFC 9110, 8.6); no body has more of them."""


class MessageError(TapecheckError):
    """A request cannot be read; `status` says why to the client."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Reader(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer where the client leaves."""
        ...

    def readline(self, size: int, /) -> bytes:
        """Return the bytes up to the end of the line, or so many."""
        ...


def read_request(method: str, target: str, fields: Message, reader: Reader, most: int) -> Request:
    """Read the body of a request, and make a request of it all.

    Args:
        method: as it came.
        target: of the request line: a path with its query, or a whole URI.
        fields: the header fields.
        reader: gives the body.
        most: bytes that a body may have, packed and unpacked.

    Raises:
        MessageError: the body is too long, or is not framed as RFC 9112 says.
    """
    headers = Headers(tuple((name, str(value)) for name, value in fields.items()))
    content = b"".join(_content(headers, reader, most))
    unpacked, problem = decode(content, headers, most)
    body = Body(content=unpacked, problem=problem)
    return Request(method=method.upper(), uri=_uri(target, headers), headers=headers, body=body)


def _uri(target: str, headers: Headers) -> str:
    uri = target if not target.startswith("/") else f"http://{headers.get('host') or 'localhost'}{target}"
    try:
        urlsplit(uri)
    except ValueError as error:  # such as half a bracket around an IPv6 address
        raise MessageError(400, f"what is asked for is no URI: {error}") from error
    return uri


def _content(headers: Headers, reader: Reader, most: int) -> Iterator[bytes]:
    lengths = {one.strip(" \t") for value in headers.get_all("content-length") for one in value.split(",")}
    coding = ", ".join(headers.get_all("transfer-encoding")).strip().lower()
    if coding:
        if coding != "chunked" or lengths:
            raise MessageError(400, "expected a body in chunks, or of one known length, and not both")
        yield from _chunks(reader, most)
    elif lengths:
        length = _LENGTH.fullmatch(next(iter(lengths)))
        if len(lengths) > 1 or length is None:
            raise MessageError(400, f"got the length {' and '.join(sorted(lengths))}, expected one number of bytes")
        yield _exactly(reader, _bounded(int(length[1]), most))


def _chunks(reader: Reader, most: int) -> Iterator[bytes]:
    total = 0
    while size := _size(_line(reader)):
        total = _bounded(total + size, most)
        yield _exactly(reader, size)
        _line(reader)
    left = most
    while (trailer := _line(reader)).strip():
        left -= len(trailer)
        _bounded(most - left, most)


def _size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not digits or len(digits) > 16 or digits.strip(b"0123456789abcdefABCDEF"):
        raise MessageError(400, "expected the size of a chunk, in hexadecimal digits")
    return int(digits, 16)


def _line(reader: Reader) -> bytes:
    line = reader.readline(_LINE)
    if not line.endswith(b"\n"):
        raise MessageError(400, "the body ends, or has too long a line, within its chunks")
    return line


def _exactly(reader: Reader, size: int) -> bytes:
    content = reader.read(size)
    if len(content) < size:
        raise MessageError(400, f"the body ends after {len(content)} bytes, expected {size}")
    return content


def _bounded(size: int, most: int) -> int:
    if size > most:
        raise MessageError(413, f"the body has more than {most} bytes, which is the most that is read")
    return size
