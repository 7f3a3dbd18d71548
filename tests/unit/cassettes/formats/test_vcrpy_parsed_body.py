from __future__ import annotations

from collections.abc import Callable

from tapecheck.model import Cassette

TAPE = """\
interactions:
- request:
    method: POST
    uri: http://host/
    parsed_body:
      model: m
      temperature: 1.0
  response:
    status: {code: 200, message: OK}
    headers: {content-type: [application/json], content-encoding: [gzip]}
    parsed_body:
    - é: null
- request: {method: GET, uri: http://host/, body: null}
  response: {status: {code: 200}, body: {string: plain}}
- request: {method: GET, uri: http://host/, parsed_body: null}
  response: {status: {code: 200}, body: null}
"""


def test_parsed_bodies_become_compact_json(read_text: Callable[..., Cassette]) -> None:
    cassette = read_text(TAPE)
    first, second, third = cassette.interactions
    assert cassette.format == "vcrpy-parsed-body"
    assert first.request.body.content == b'{"model":"m","temperature":1.0}'
    assert first.response.body.content == '[{"é":null}]'.encode()
    assert (first.request.body.line, first.response.body.line) == (6, 12)
    assert not first.request.body.verbatim
    assert (second.request.body.content, second.response.body.content) == (b"", b"plain")
    assert (third.request.body.content, third.response.body.content) == (b"null", b"")
