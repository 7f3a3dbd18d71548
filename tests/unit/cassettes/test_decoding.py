from __future__ import annotations

import gzip
import sys
import zlib

import pytest

from tapecheck.cassettes.decoding import decode
from tapecheck.model import Headers

TEXT = b'{"hello": "world"}' * 3


def encoded(*values: str) -> Headers:
    return Headers(tuple(("Content-Encoding", value) for value in values))


@pytest.mark.parametrize(
    ("content", "values"),
    [
        (TEXT, []),
        (TEXT, ["identity"]),
        (gzip.compress(TEXT, mtime=0), ["gzip"]),
        (gzip.compress(TEXT, mtime=0), ["X-GZIP"]),
        (zlib.compress(TEXT), ["deflate"]),
        (gzip.compress(zlib.compress(TEXT), mtime=0), ["deflate, gzip"]),
        (gzip.compress(zlib.compress(TEXT), mtime=0), ["deflate", "gzip"]),
        (TEXT, ["gzip"]),
        (TEXT, ["deflate"]),
        (TEXT, ["br"]),
        (TEXT, ["zstd"]),
        (TEXT, ["**REDACTED**"]),
        (gzip.compress(TEXT, mtime=0), ["**REDACTED**"]),
        ("naïve\r\n\t".encode(), ["br"]),
    ],
)
def test_an_encoding_is_undone_where_there_is_one(content: bytes, values: list[str]) -> None:
    plain, problem = decode(content, encoded(*values), 1000)
    assert problem is None
    assert plain in (TEXT, "naïve\r\n\t".encode())


@pytest.mark.parametrize("value", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_an_empty_body_stays_empty(value: str) -> None:
    assert decode(b"", encoded(value), 10) == (b"", None)


@pytest.mark.parametrize(
    ("content", "value", "problem"),
    [
        (gzip.compress(TEXT, mtime=0)[:-1], "gzip", "no valid gzip"),
        (b"\xff\xfe\xfd", "deflate", "no valid deflate"),
        (b"\x00\x01\x02", "br", "no valid br"),
        (gzip.compress(bytes(101), mtime=0), "gzip", "more than 100 bytes"),
        (gzip.compress(b"\xff\xfe\xfd", mtime=0), "deflate, gzip", "no valid deflate"),
    ],
)
def test_a_body_that_cannot_be_unpacked_stays_as_found(content: bytes, value: str, problem: str) -> None:
    found, words = decode(content, encoded(value), 100)
    assert found == content
    assert words is not None
    assert problem in words


def test_the_module_that_is_needed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    assert decode(b"\xff\x00", encoded("br"), 100) == (
        b"\xff\x00",
        "the body is br: install brotli to have it unpacked",
    )
