"""Decompression that stops at a bound."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

GZIP_MAGIC = b"\x1f\x8b"
"""The first bytes of a gzip member (RFC 1952, 2.3.1)."""

ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
"""The first bytes of a Zstandard frame (RFC 8878, 3.1.1)."""

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_FIRST_BLOCK = 256

Inflate = Callable[[bytes, int], bytes]


class TooLargeError(Exception):
    """The unpacked data would exceed the bound."""


class NoModuleError(Exception):
    """No module that unpacks this encoding is installed; the text says to install."""


class BrokenError(Exception):
    """A module other than zlib refuses the data."""


def gunzip(data: bytes, limit: int) -> bytes:
    """Unpack all members of gzip data (RFC 1952).

    Raises:
        TooLargeError: the result would exceed `limit` bytes.
        EOFError: the data end early.
        zlib.error: the data are no gzip.
    """
    content, view, at = bytearray(), memoryview(data), 0
    while data.startswith(GZIP_MAGIC, at):
        part, size = _stream(view[at:], limit - len(content), _GZIP_WINDOW)
        content += part
        at += size
    return bytes(content)


def inflate(data: bytes, limit: int) -> bytes:
    """Unpack `deflate`: zlib data (RFC 1950) or, as some servers send it, a bare deflate stream (RFC 1951).

    Raises:
        TooLargeError: the result would exceed `limit` bytes.
        EOFError: the data end early.
        zlib.error: the data are neither.
    """
    try:
        return _stream(memoryview(data), limit, zlib.MAX_WBITS)[0]
    except zlib.error:
        return _stream(memoryview(data), limit, -zlib.MAX_WBITS)[0]


def _stream(data: memoryview, limit: int, window: int) -> tuple[bytes, int]:
    """Return what the first stream of some data unpacks to, and its own size.

    zlib copies whatever it is given behind the end of a stream, so it gets blocks, small ones first: many short streams
    in a row then cost no more than a long one.
    """
    machine = zlib.decompressobj(window)
    content, at, block = bytearray(), 0, _FIRST_BLOCK
    while not machine.eof and at < len(data) and len(content) <= limit:
        content += machine.decompress(data[at : at + block], limit + 1 - len(content))
        at, block = at + block, 2 * block
    return _whole(bytes(content), limit, machine.eof), min(at, len(data)) - len(machine.unused_data)


def unbrotli(data: bytes, limit: int) -> bytes:
    """Unpack `br` (RFC 7932).

    Raises:
        NoModuleError: brotli is not installed.
        TooLargeError: the result would exceed `limit` bytes.
        EOFError: the data end early.
        BrokenError: the data are no brotli.
    """
    module = _first("brotli")
    machine = module.Decompressor()
    try:
        content: bytes = machine.process(data, output_buffer_limit=limit + 1)
    except module.error as error:
        raise BrokenError(str(error)) from error
    return _whole(content, limit, machine.is_finished())


def unzstd(data: bytes, limit: int) -> bytes:
    """Unpack the first frame of `zstd` (RFC 8878).

    Raises:
        NoModuleError: neither the standard library (3.14) nor a backport offers it.
        TooLargeError: the result would exceed `limit` bytes.
        EOFError: the data end early.
        BrokenError: the data are no Zstandard frame.
    """
    module = _first("compression.zstd", "backports.zstd")
    machine = module.ZstdDecompressor()
    try:
        content: bytes = machine.decompress(data, max_length=limit + 1)
    except module.ZstdError as error:
        raise BrokenError(str(error)) from error
    return _whole(content, limit, machine.eof)


def _whole(content: bytes, limit: int, finished: bool) -> bytes:
    if len(content) > limit:
        raise TooLargeError
    if not finished:
        raise EOFError("the data end before the end of the stream")
    return content


def _first(*names: str) -> ModuleType:
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise NoModuleError(names[-1])
