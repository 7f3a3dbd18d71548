from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable

import pytest

from tapecheck.errors import CassetteError
from tapecheck.model import Cassette, Headers

ReadText = Callable[..., Cassette]
GZIP = [{"name": "content-encoding", "value": "gzip"}]


def har(request: dict[str, object] | None = None, response: dict[str, object] | None = None) -> str:
    entry = {
        "request": {"method": "POST", "url": "https://host/v1", "headers": [], **(request or {})},
        "response": {"status": 200, "statusText": "OK", "headers": [], **(response or {})},
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}}, indent=2)


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_an_entry_is_read(read_text: ReadText) -> None:
    headers = [{"name": "A", "value": "b", "_fromType": "array"}, {"name": "C"}]
    cassette = read_text(har({"headers": headers, "postData": {"mimeType": "x", "params": [], "text": "hi"}}))
    (found,) = cassette.interactions
    assert cassette.format == "har"
    assert (found.request.method, found.request.uri) == ("POST", "https://host/v1")
    assert found.request.headers == Headers((("A", "b"), ("C", "")))
    assert found.request.body.content == b"hi"
    assert (found.response.status, found.response.reason) == (200, "OK")
    assert found.line == 5


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        ({"text": "hello"}, []),
        ({"text": "hello"}, GZIP),
        ({"text": packed(b"hello"), "encoding": "base64"}, []),
        ({"text": packed(gzip.compress(b"hello")), "encoding": "base64"}, GZIP),
        ({"text": json.dumps([packed(b"hel"), packed(b"lo")]), "encoding": "base64"}, []),
        ({"text": json.dumps([packed(gzip.compress(b"hello"))]), "encoding": "base64"}, GZIP),
        ({"text": "hello", "encoding": "utf-8"}, []),
    ],
)
def test_content_is_unpacked(read_text: ReadText, content: dict[str, object], headers: list[object]) -> None:
    (found,) = read_text(har(response={"content": content, "headers": headers})).interactions
    assert found.response.body.content == b"hello"
    assert found.response.body.problem is None


@pytest.mark.parametrize("text", ["@@@", "[1]", "[broken", '["a"]', "[" * 100_000])
def test_broken_base64_is_a_problem_of_the_body(read_text: ReadText, text: str) -> None:
    (found,) = read_text(har(response={"content": {"text": text, "encoding": "base64"}})).interactions
    assert "base64" in str(found.response.body.problem)


def test_a_form_may_stand_as_its_fields(read_text: ReadText) -> None:
    posted = {"params": [{"name": "a b", "value": "1&2"}, {"name": "c"}]}
    (found,) = read_text(har({"postData": posted})).interactions
    assert found.request.body.content == b"a+b=1%262&c="


@pytest.mark.parametrize("content", [{}, {"size": 0, "text": None}, {"text": ""}])
def test_content_may_be_missing(read_text: ReadText, content: dict[str, object]) -> None:
    (found,) = read_text(har(response={"content": content})).interactions
    assert found.response.body.content == b""


def test_messages_may_have_neither_body_nor_headers(read_text: ReadText) -> None:
    text = '{"log": {"entries": [{"request": {"method": "get", "url": "u"}, "response": {"status": 0}}]}}'
    (found,) = read_text(text).interactions
    assert found.request.body.content == found.response.body.content == b""
    assert len(found.request.headers) == 0


@pytest.mark.parametrize(
    ("request_", "response", "message"),
    [
        ({"headers": {"a": "b"}}, {}, "got a mapping as 'headers', expected a list"),
        ({"headers": [{"value": "b"}]}, {}, "expected a field 'name' too"),
        ({"url": None}, {}, "got nothing as 'url', expected text"),
        ({}, {"status": "OK"}, "got 'OK' as 'status', expected a whole number"),
        ({}, {"content": "text"}, "got a single value as 'content', expected a mapping"),
    ],
)
def test_what_is_wrong_is_named(
    refused: Callable[..., CassetteError], request_: dict[str, object], response: dict[str, object], message: str
) -> None:
    error = refused(har(request_, response))
    assert message in error.message
    assert str(error.pointer).startswith("/log/entries/0/")
