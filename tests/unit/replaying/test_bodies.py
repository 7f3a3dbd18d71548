from __future__ import annotations

import pytest

from tapecheck.model import Body, Headers, JSONValue, Request
from tapecheck.replaying.bodies import by_name, read_pair, text_of

FORM = "application/x-www-form-urlencoded"
PART = 'Content-Disposition: form-data; name="{}"'


def request(content: bytes, media: str | None = None) -> Request:
    headers = Headers((("content-type", media),) if media else ())
    return Request(method="POST", uri="https://a.example/", headers=headers, body=Body(content=content))


def multipart(boundary: str, *parts: tuple[str, bytes]) -> bytes:
    heads = [(f"--{boundary}\r\n{PART.format(name)}\r\n\r\n".encode(), content) for name, content in parts]
    return b"".join(head + content + b"\r\n" for head, content in heads) + f"--{boundary}--\r\n".encode()


def test_json_needs_no_name() -> None:
    assert read_pair(request(b'{"a": 1}'), request(b'{"a":2}', "application/json")) == ({"a": 1}, {"a": 2})


@pytest.mark.parametrize("media", [FORM, None])
def test_forms_where_either_side_says_so(media: str | None) -> None:
    pair = read_pair(request(b"a=1&b=&c=x&c=y", media), request(b"c=x&c=y&b=&a=1", FORM))
    assert pair == ({"a": "1", "b": "", "c": ["x", "y"]},) * 2


def test_a_form_is_no_json() -> None:
    assert read_pair(request(b"a=1", FORM), request(b'{"a": "1"}', "application/json")) is None


def test_the_boundary_of_parts_tells_nothing() -> None:
    parts = (("file", b"one\r\ntwo"), ("n", b"\xff"))
    first, second = read_pair(request(multipart("abc", *parts)), request(multipart("xyz", *parts))) or (None, 0)
    file: JSONValue = {"headers": PART.format("file"), "content": "one\r\ntwo"}
    assert first == second == {"file": file, "n": {"headers": PART.format("n"), "content": "ff"}}


@pytest.mark.parametrize("content", [b"", b"text", b"--a\r\nb", b"{", b"--abc\r\n\r\nx\r\n--abc"])
def test_what_has_no_parts(content: bytes) -> None:
    assert read_pair(request(content), request(b"{}")) is None


def test_names_that_come_once_and_more_often() -> None:
    assert by_name([("a", 1), ("b", 2), ("a", 3)]) == {"a": [1, 3], "b": 2}


def test_bytes_that_are_no_text() -> None:
    assert (text_of("ä".encode()), text_of(b"\xff\x00")) == ("ä", "ff00")
