from __future__ import annotations

from collections.abc import Callable

import pytest

from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

TAPE = """\
---
version: 2
interactions:
    - id: 0
      request:
        proto: HTTP/1.1
        content_length: 2
        host: ""
        body: '{}'
        form: {}
        headers:
            Accept:
                - application/json
        url: https://host/v1
        method: POST
      response:
        proto: HTTP/2.0
        uncompressed: false
        body: |+
            data: 1

        headers:
            Content-Type:
                - text/event-stream
        status: 200 OK
        code: 200
        duration: 1s
"""


def test_the_interactions_of_the_package_are_read(read_text: Callable[..., Cassette]) -> None:
    cassette = read_text(TAPE)
    (found,) = cassette.interactions
    assert cassette.format == "go-vcr"
    assert (found.request.method, found.request.uri) == ("POST", "https://host/v1")
    assert found.request.body.content == b"{}"
    assert (found.response.status, found.response.reason) == (200, "OK")
    assert found.response.body.content == b"data: 1\n\n"
    assert (found.response.body.line, found.response.body.verbatim) == (20, True)
    assert found.line == 4


@pytest.mark.parametrize(("status", "reason"), [("", ""), ("'200'", ""), ("Fine", "Fine")])
def test_the_words_of_the_status_may_be_missing(read_text: Callable[..., Cassette], status: str, reason: str) -> None:
    (found,) = read_text(TAPE.replace("status: 200 OK", f"status: {status}")).interactions
    assert (found.response.status, found.response.reason) == (200, reason)


def test_a_missing_code_is_named(refused: Callable[..., CassetteError]) -> None:
    assert "expected a field 'code'" in refused(TAPE.replace("        code: 200\n", "")).message
