from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from vcr.request import Request as VcrRequest

from tapecheck.model import Headers
from tapecheck.replaying.messages import content_of, status_of, to_request, to_response

URI = "https://a.example/b"


def asked(body: object, **headers: str) -> VcrRequest:
    return VcrRequest("post", URI, body, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (None, b""),
        ("ä", "ä".encode()),
        (b"a", b"a"),
        (bytearray(b"a"), b"a"),
        (io.BytesIO(b"abc"), b"abc"),
        (io.StringIO("abc"), b"abc"),
        (iter([b"a", "b"]), b"ab"),
        ((b"a", b"b"), b"ab"),
        ({"a": 1}, None),
        (iter([b"a", object()]), None),
    ],
)
def test_bodies_can_be_read_again_and_again(body: object, content: bytes | None) -> None:
    request = asked(body)
    assert content_of(request) == content
    assert content_of(request) == content


def late(body: object) -> VcrRequest:
    """A request whose body came after it was made, so that vcrpy keeps the very object."""
    request = asked(None)
    request.body = body
    return request


def test_an_iterator_of_the_client_is_left_alone() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"a"

    body = chunks()
    assert content_of(late(body)) is None
    assert list(body) == [b"a"]


def test_a_file_of_the_client_is_wound_back(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(b"abc")
    with path.open("rb") as file:
        file.seek(1)
        assert content_of(late(file)) == b"bc"
        assert file.read() == b"bc"
    assert content_of(late(file)) is None


def test_a_request_is_unpacked() -> None:
    packed = gzip.compress(b"text")
    request = to_request(asked(packed, content_encoding="gzip"), packed)
    assert (request.method, request.uri, request.body.content) == ("POST", URI, b"text")
    assert request.headers == Headers((("content-encoding", "gzip"),))


@pytest.mark.parametrize(
    "stored",
    [
        {
            "status": {"code": 201, "message": "Made"},
            "headers": {"a": ["1", b"2"], "b": "3"},
            "body": {"string": b"text"},
        },
        {"status": {"code": 201, "message": "Made"}, "headers": {"a": ["1", "2"], "b": "3"}, "content": "text"},
    ],
)
def test_a_response(stored: dict[str, object]) -> None:
    response = to_response(stored)
    assert (response.status, response.reason, response.body.content) == (201, "Made", b"text")
    assert response.headers == Headers((("a", "1"), ("a", "2"), ("b", "3")))


def test_a_response_of_old() -> None:
    stored: dict[str, object] = {"status_code": 204, "headers": {}, "content": b""}
    response = to_response(stored)
    assert (response.status, response.reason, response.body.content) == (204, "", b"")


def test_a_response_without_a_status() -> None:
    assert status_of({"status": {"code": "200"}}) == 0
