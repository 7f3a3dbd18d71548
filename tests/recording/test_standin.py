"""The stand-in speaks HTTP, a stream event by event."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.providers import standin

EVENTS = (
    b"HTTP/1.1 200 OK\ncontent-type: text/event-stream\ntransfer-encoding: chunked\n\n: hello\n\ndata: 1\n\ndata: 2\n\n"
)
ARRAY = b"HTTP/1.1 200 OK\ncontent-type: application/json\ntransfer-encoding: chunked\n\n[1\n,\n2\n]\n"
BUSY = b'HTTP/1.1 429 Too Many Requests\nretry-after: 7\n\n{"a":\n\n1}'


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[http.client.HTTPConnection]:
    """A connection to a stand-in with three answers."""
    for name, message in {"events": EVENTS, "array": ARRAY, "busy": BUSY}.items():
        (tmp_path / f"{name}.http").write_bytes(message)
    with standin.serve(tmp_path) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        yield connection
        connection.close()


def ask(connection: http.client.HTTPConnection, name: str, method: str = "POST") -> http.client.HTTPResponse:
    connection.request(method, "/any/path", body=b"{}" if method == "POST" else None, headers={standin.NAME: name})
    return connection.getresponse()


@pytest.mark.parametrize(
    ("name", "pieces"),
    [("events", [b": hello\n\n", b"data: 1\n\n", b"data: 2\n\n"]), ("array", [b"[1\n,\n", b"2\n]\n"])],
)
def test_streams_come_piece_by_piece(connection: http.client.HTTPConnection, name: str, pieces: list[bytes]) -> None:
    with ask(connection, name) as response:
        assert [response.read1() for _ in pieces] == pieces
        assert response.read() == b""


def test_an_answer_has_its_status_headers_and_body(connection: http.client.HTTPConnection) -> None:
    with ask(connection, "busy", "GET") as response:
        assert (response.status, response.reason) == (429, "Too Many Requests")
        assert response.getheaders() == [("retry-after", "7"), ("date", standin.DATE), ("content-length", "9")]
        assert response.read() == b'{"a":\n\n1}'


def test_connections_are_kept(connection: http.client.HTTPConnection) -> None:
    for name in ("events", "busy", "events"):
        with ask(connection, name) as response:
            response.read()
    assert connection.sock is not None


@pytest.mark.parametrize("name", ["absent", ""])
def test_an_answer_that_is_missing_is_named(connection: http.client.HTTPConnection, name: str) -> None:
    with ask(connection, name) as response:
        assert response.status == 421
        assert f"no answer {name!r}" in response.read().decode()


def test_only_this_machine_can_ask(tmp_path: Path) -> None:
    with standin.serve(tmp_path) as url:
        assert urlsplit(url).hostname == "127.0.0.1"
