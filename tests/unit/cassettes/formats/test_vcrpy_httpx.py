from __future__ import annotations

from collections.abc import Callable

from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

TAPE = """\
interactions:
- request: {method: POST, uri: http://host/, body: hi}
  response:
    content: '{"a": 1}'
    headers: {Content-Type: [application/json]}
    http_version: HTTP/1.1
    status_code: 201
- request: {method: GET, uri: http://host/, body: null}
  response: {status: {code: 200}, body: {string: as usual}}
"""


def test_content_and_status_code_are_read(read_text: Callable[..., Cassette]) -> None:
    cassette = read_text(TAPE)
    first, second = cassette.interactions
    assert cassette.format == "vcrpy-httpx-old"
    assert (first.response.status, first.response.reason) == (201, "")
    assert (first.response.body.content, first.response.body.line) == (b'{"a": 1}', 4)
    assert first.response.headers.get("content-type") == "application/json"
    assert second.response.body.content == b"as usual"


def test_a_status_code_that_is_no_number_is_refused(refused: Callable[..., CassetteError]) -> None:
    error = refused(TAPE.replace("201", "created"))
    assert "got 'created' as 'status_code'" in error.message
    assert error.line == 7
