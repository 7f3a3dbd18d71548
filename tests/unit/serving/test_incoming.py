from __future__ import annotations

import gzip
import io
from email.message import Message

import pytest

from tapecheck.model import Request
from tapecheck.serving.incoming import MessageError, read_request

MOST = 100


def read(content: bytes, target: str = "/a", **fields: str) -> Request:
    message = Message()
    for name, value in fields.items():
        message[name.rstrip("_").replace("_", "-")] = value
    return read_request("post", target, message, io.BytesIO(content), MOST)


def test_a_body_of_known_length() -> None:
    request = read(b"hello, next request", content_length="5", Host="example.com")
    assert (request.method, request.uri, request.body.content) == ("POST", "http://example.com/a", b"hello")
    assert request.headers.get("host") == "example.com"


def test_no_body() -> None:
    assert read(b"next request").body.content == b""


@pytest.mark.parametrize(
    ("target", "uri"), [("/a?b", "http://localhost/a?b"), ("http://x/y", "http://x/y"), ("*", "*")]
)
def test_targets(target: str, uri: str) -> None:
    assert read(b"", target).uri == uri


def test_a_body_in_chunks() -> None:
    content = b"3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\ntrailer: x\r\n\r\nnext request"
    assert read(content, transfer_encoding="chunked").body.content == b"abc0123456789"


def test_a_packed_body() -> None:
    packed = gzip.compress(b"hello")
    assert read(packed, content_length=str(len(packed)), content_encoding="gzip").body.content == b"hello"


def test_what_is_packed_badly_is_for_the_contract_to_refuse() -> None:
    assert read(b"\x1f\x8bx", content_length="3", content_encoding="gzip").body.problem


@pytest.mark.parametrize(
    ("content", "fields", "status"),
    [
        (b"x" * 101, {"content_length": "101"}, 413),
        (b"", {"content_length": "9" * 19}, 413),
        (b"", {"content_length": "9" * 20}, 400),
        (b"x" * 101, {"content_length": "0" * 20 + "101"}, 413),
        (b"x", {"content_length": "1\x0b"}, 400),
        (b"65\r\n", {"transfer_encoding": "chunked"}, 413),
        (b"0\r\n" + b"a: b\r\n" * 50, {"transfer_encoding": "chunked"}, 413),
        (b"x", {"content_length": "2"}, 400),
        (b"x", {"content_length": "-1"}, 400),
        (b"x", {"content_length": "1x"}, 400),
        (b"x", {"content_length": "\u0661"}, 400),
        (b"x", {"content_length": "1, 2"}, 400),
        (b"x", {"content_length": "1", "transfer_encoding": "chunked"}, 400),
        (b"x", {"transfer_encoding": "gzip, chunked"}, 400),
        (b"", {"transfer_encoding": "chunked"}, 400),
        (b"x\r\n", {"transfer_encoding": "chunked"}, 400),
        (b"\r\n", {"transfer_encoding": "chunked"}, 400),
        (b"3\r\nab", {"transfer_encoding": "chunked"}, 400),
        (b"f" * 2000, {"transfer_encoding": "chunked"}, 400),
        (b"0" * 20 + b"\r\n", {"transfer_encoding": "chunked"}, 400),
    ],
)
def test_what_is_refused(content: bytes, fields: dict[str, str], status: int) -> None:
    with pytest.raises(MessageError) as caught:
        read(content, **fields)
    assert caught.value.status == status


def test_a_host_that_is_none() -> None:
    with pytest.raises(MessageError, match="no URI"):
        read(b"", host="[::1")


def test_lengths_may_be_repeated() -> None:
    assert read(b"xy", content_length="1, 1").body.content == b"x"


@pytest.mark.parametrize(("zeros", "size"), [(20, 3), (5000, 3), (5000, 0)])
def test_zeros_before_a_length_mean_nothing(zeros: int, size: int) -> None:
    assert read(b"abc" + b"GET / ", content_length="0" * zeros + str(size)).body.content == b"abc"[:size]
