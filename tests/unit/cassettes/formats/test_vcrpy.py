from __future__ import annotations

from collections.abc import Callable

import pytest
from vcr.request import Request as VcrRequest
from vcr.serialize import serialize
from vcr.serializers import jsonserializer, yamlserializer

from tapecheck.model import Body, Cassette, Headers

ReadText = Callable[..., Cassette]


@pytest.mark.parametrize("serializer", [yamlserializer, jsonserializer], ids=["yaml", "json"])
def test_what_vcrpy_writes_is_read(read_text: ReadText, serializer: object) -> None:
    request = VcrRequest("POST", "https://host/path?q=1", "é\nline two", {"A": "b"})
    response = {
        "status": {"code": 404, "message": "Not Found"},
        "headers": {"Set-Cookie": ["a", "b"]},
        "body": {"string": b"gone"},
    }
    cassette = read_text(serialize({"requests": [request], "responses": [response]}, serializer))
    (found,) = cassette.interactions
    assert cassette.format == "vcrpy"
    assert (found.request.method, found.request.uri) == ("POST", "https://host/path?q=1")
    assert found.request.headers == Headers((("A", "b"),))
    assert found.request.body.content == "é\nline two".encode()
    assert (found.response.status, found.response.reason) == (404, "Not Found")
    assert found.response.headers.get_all("set-cookie") == ("a", "b")
    assert found.response.body.content == b"gone"


def test_bodies_that_are_no_text_are_read(read_text: ReadText) -> None:
    request = VcrRequest("POST", "http://host/", iter([b"\xff", b"\x00"]), {})
    response = {"status": {"code": 200, "message": None}, "headers": {}, "body": {"string": b"\xff\xfe"}}
    (found,) = read_text(serialize({"requests": [request], "responses": [response]}, yamlserializer)).interactions
    assert found.request.body.content == b"\xff\x00"
    assert found.response.body.content == b"\xff\xfe"
    assert found.response.reason == ""


def test_metadata_are_passed_over(read_text: ReadText) -> None:
    assert read_text("version: 1\nmetadata: {recorded: now}\ninteractions: []").interactions == ()


def test_what_people_write_by_hand_is_read(read_text: ReadText) -> None:
    text = "interactions: [{request: {method: get, uri: http://host/}, response: {status: 200, body: hi}}]"
    (found,) = read_text(text).interactions
    assert found.request.body == Body(line=1)
    assert (found.response.status, found.response.reason, found.response.body.content) == (200, "", b"hi")


def test_python_strings_of_other_libraries_are_read_as_text(read_text: ReadText) -> None:
    text = """\
interactions:
- request:
    headers:
      ? !!python/object/apply:multidict._multidict.istr
      - Accept
      : - application/json
    method: GET
    uri: http://host/
  response: {status: {code: 200}}
"""
    (found,) = read_text(text).interactions
    assert list(found.request.headers) == [("Accept", "application/json")]
