from __future__ import annotations

import base64
import gzip
from collections.abc import Callable

from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

TAPE = f"""\
requests:
- body: !!binary |
    aGk=
  headers:
    accept:
    - '**REDACTED**'
  method: POST
  uri: '**REDACTED**'
responses:
- body:
    string: !!binary {base64.b64encode(gzip.compress(b"hello")).decode()}
  headers:
    Content-Encoding: '**REDACTED**'
    Transfer-Encoding: '**REDACTED**'
  status:
    code: 200
    message: OK
version: 1
"""


def test_requests_and_responses_are_paired(read_text: Callable[..., Cassette]) -> None:
    cassette = read_text(gzip.compress(TAPE.encode()))
    (found,) = cassette.interactions
    assert cassette.format == "langchain"
    assert found.request.uri == "**REDACTED**"
    assert (found.request.body.content, found.response.body.content) == (b"hi", b"hello")
    assert found.line == 2


def test_lists_of_different_length_are_refused(refused: Callable[..., CassetteError]) -> None:
    assert "got 0 requests and 1 responses" in refused("requests: []\nresponses: [{}]").message
