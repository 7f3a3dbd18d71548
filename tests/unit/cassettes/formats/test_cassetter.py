from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tapecheck.errors import CassetteError
from tapecheck.model import Cassette

TAPE = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://host/v1
    headers:
      a:
      - b
      - c
    body:
      type: json
      content:
        a: 1
        at: 12:30:45
  response:
    status: 200
    headers: {}
    body:
      type: text
      content: |+
        data: 1

  recorded_at: 2026-01-01T00:00:00Z
- request:
    method: GET
    uri: https://host/v1
    headers: {}
    body:
      type: none
  response:
    status: 204
    body:
      type: binary
      content: "0001ff"
- request: {method: GET, uri: http://host/}
  response: {status: 200}
"""


def test_bodies_are_read_by_their_type(read_text: Callable[..., Cassette]) -> None:
    cassette = read_text(TAPE)
    first, second, third = cassette.interactions
    assert cassette.format == "cassetter"
    assert first.request.headers.get_all("A") == ("b", "c")
    assert (first.request.body.content, first.request.body.line) == (b'{"a":1,"at":"12:30:45"}', 13)
    assert first.response.body.content == b"data: 1\n\n"
    assert first.response.body.verbatim
    assert (second.request.body.content, second.response.body.content) == (b"", b"\x00\x01\xff")
    assert third.request.body.content == third.response.body.content == b""


@pytest.mark.parametrize("kind", ["grpc_interactions", "ws_interactions"])
def test_interactions_of_other_protocols_are_passed_over(read_text: Callable[..., Cassette], kind: str) -> None:
    cassette = read_text(f"version: 1\n{kind}: []")
    assert (cassette.format, cassette.interactions) == ("cassetter", ())


def test_broken_hex_is_a_problem_of_the_body(read_text: Callable[..., Cassette]) -> None:
    body = read_text(TAPE.replace("0001ff", "0x")).interactions[1].response.body
    assert body.content == b"0x"
    assert "hex" in str(body.problem)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("type: none", "type: video"), "got a body of type 'video', expected one of json, text, binary, none"),
        (('      content: "0001ff"\n', ""), "expected a field 'content' too"),
        (("type: none", "kind: none"), "expected a field 'type' too"),
        (("{status: 200}", "{}"), "expected a field 'status' too"),
    ],
)
def test_what_is_missing_or_unknown_is_named(
    refused: Callable[..., CassetteError], change: tuple[str, str], message: str
) -> None:
    assert message in refused(TAPE.replace(*change)).message


def test_a_body_of_vcrpy_with_a_type_of_its_own_is_vcrpys(read_text: Callable[..., Cassette]) -> None:
    text = "interactions: [{request: {method: GET, uri: u}, response: {status: 200, body: {type: text, string: hi}}}]"
    assert read_text(text).format == "vcrpy"


def test_scalars_that_cassetter_leaves_plain_are_text(read_text: Callable[..., Cassette]) -> None:
    content = """\
        - "yes"
        - 12:30:45
        - "1_000"
        - 2026-01-01
        - <<
        - =
        - |-
          a
          b
        - 1
        - 1.0
        - 1.0e+20
        - null
        - true
        - {}
"""
    text = TAPE.replace("        a: 1\n        at: 12:30:45\n", content)
    sent = json.loads(read_text(text).interactions[0].request.body.content)
    assert sent == ["yes", "12:30:45", "1_000", "2026-01-01", "<<", "=", "a\nb", 1, 1.0, 1e20, None, True, {}]
