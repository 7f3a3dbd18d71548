from __future__ import annotations

import pytest

from tapecheck.model import Body, Request
from tapecheck.replaying.comparing import compare
from tapecheck.replaying.differences import Absent
from tapecheck.replaying.ignored import Ignored


def request(uri: str = "https://a.example/b", content: bytes = b"", method: str = "POST") -> Request:
    return Request(method=method, uri=uri, body=Body(content=content))


def places(on_tape: Request, sent: Request, *ignored: str, bodies: bool = True) -> list[str]:
    return [one.place for one in compare(on_tape, sent, Ignored.of(ignored), bodies=bodies)]


@pytest.mark.parametrize(
    ("on_tape", "sent", "expected"),
    [
        ("https://a.example/b", "https://a.example:443/b", []),
        ("https://a.example", "https://a.example/", []),
        ("https://a.example/b?x=1&y=2", "https://a.example/b?y=2&x=1", []),
        ("https://a.example/b?x=1", "https://a.example/b?x=2", ["?x"]),
        ("https://a.example/b?x=1&x=2", "https://a.example/b?x=2&x=1", []),
        ("https://a.example/b?x=1&x=2", "https://a.example/b?x=1", ["?x"]),
        ("https://a.example/b", "https://a.example/b?x=", ["?x"]),
        ("https://a.example/b", "https://a.example/c", ["path"]),
        ("https://a.example/b", "http://c.example/b", ["scheme", "host"]),
        ("https://a.example/b", "http://a.example:8080/b", ["scheme", "port"]),
        ("http://127.0.0.1:5000/b", "http://localhost:6000/b", ["host"]),
        ("http://a.example:5000/b", "http://a.example:6000/b", ["port"]),
        ("http://a.example:x/b", "http://a.example/b", ["URI"]),
    ],
)
def test_addresses(on_tape: str, sent: str, expected: list[str]) -> None:
    assert places(request(on_tape), request(sent)) == expected


def test_methods() -> None:
    assert places(request(method="GET"), request(method="POST")) == ["method"]


def test_parameters_that_may_differ() -> None:
    on_tape, sent = request("https://a.example/b?Key=1&page=1&z=1"), request("https://a.example/b?page=2&z=2")
    assert places(on_tape, sent, "?page", "?key") == ["?z"]


def test_documents_part_by_part() -> None:
    on_tape, sent = request(content=b'{"a": 1, "b": 2}'), request(content=b'{"b":3,"a":1.0}')
    assert places(on_tape, sent) == ["/b"]
    assert not places(on_tape, sent, "/b")


def test_large_integers() -> None:
    large = b'{"a": 123456789012345678901234567890, "b":1}'
    assert not places(request(content=large), request(content=large.replace(b" ", b"")))
    assert places(request(content=large), request(content=large.replace(b"890,", b"891,"))) == ["/a"]


def test_bytes_as_a_whole() -> None:
    [found] = compare(request(content=b""), request(content=b"text"), Ignored())
    assert (found.place, found.on_tape, found.sent) == ("", Absent.ABSENT, "text")


def test_bodies_that_are_not_known() -> None:
    assert not places(request(content=b"a"), request(content=b"b"), bodies=False)
