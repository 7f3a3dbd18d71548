from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

TAPE = """\
---
http_interactions:
- request:
    method: post
    uri: https://host/v1
    body:
      encoding: UTF-8
      string: '{"a":1}'
    headers:
      Accept:
      - "*/*"
  response:
    status:
      code: 200
      message: OK
    headers: {}
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        aGk=
  recorded_at: Mon, 17 Nov 2025 19:25:33 GMT
recorded_with: VCR 6.3.1
"""


def test_the_interactions_of_the_gem_are_read(read_text: Callable[..., Cassette]) -> None:
    cassette = read_text(TAPE)
    (found,) = cassette.interactions
    assert cassette.format == "vcr-ruby"
    assert (found.request.method, found.request.uri) == ("POST", "https://host/v1")
    assert (found.request.body.content, found.response.body.content) == (b'{"a":1}', b"hi")
    assert found.line == 3


@pytest.mark.parametrize(("name", "value"), [("string", "hi"), ("base64_string", "aGk=")])
def test_its_json_is_read(read_text: Callable[..., Cassette], name: str, value: str) -> None:
    body = {"encoding": "UTF-8", name: value}
    request = {"method": "get", "uri": "http://host/", "body": body, "headers": {}}
    response = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": body}
    text = json.dumps({"http_interactions": [{"request": request, "response": response}]})
    (found,) = read_text(text).interactions
    assert found.request.body.content == found.response.body.content == b"hi"


def test_a_missing_field_is_named(refused: Callable[..., CassetteError]) -> None:
    assert "expected a field 'method'" in refused(TAPE.replace("method: post", "verb: post")).message
