from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from tapecheck.cassettes import read, render
from tapecheck.cassettes.normalising import normalise
from tapecheck.model import Body, Headers, Interaction, Request, Response

CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXT = st.text(CHARACTERS) | st.text("ab1 \t\n\r:#-?&*!|>'\"{}[],~=\u2028\x85\ufeff\x7f")
LINES = st.lists(TEXT, max_size=5).map("\n".join)
BODIES = st.binary() | LINES.map(str.encode)
MEDIA_TYPES = st.sampled_from(["application/json", "text/event-stream", "text/plain"])
FIELDS = st.lists(st.tuples(TEXT, TEXT), max_size=4) | st.lists(
    st.tuples(st.just("Content-Type"), MEDIA_TYPES), max_size=1
)
INTERACTIONS = st.builds(
    lambda method, uri, status, reason, fields, sent, received: Interaction(
        index=0,
        line=1,
        request=Request(method=method, uri=uri, headers=Headers(tuple(fields)), body=Body(content=sent)),
        response=Response(status=status, reason=reason, headers=Headers(tuple(fields)), body=Body(content=received)),
    ),
    st.sampled_from(["GET", "POST", "HEAD"]),
    TEXT,
    st.integers(0, 999),
    TEXT,
    FIELDS,
    BODIES,
    BODIES,
)


def plain(body: Body) -> Body:
    return Body(content=body.content)


def without_places(interactions: Sequence[Interaction]) -> list[Interaction]:
    return [
        replace(
            each,
            index=0,
            line=1,
            request=replace(each.request, body=plain(each.request.body)),
            response=replace(each.response, body=plain(each.response.body)),
        )
        for each in interactions
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(interactions=st.lists(INTERACTIONS, max_size=3))
def test_what_is_written_is_read_back_normalised(save: Callable[..., Path], interactions: list[Interaction]) -> None:
    cassette = read(save(render(interactions)))
    expected = without_places([normalise(each) for each in interactions])
    assert without_places(cassette.interactions) == expected


@given(interactions=st.lists(INTERACTIONS, min_size=1, max_size=3))
def test_vcrpy_reads_the_same_requests_and_responses(interactions: list[Interaction]) -> None:
    requests, responses = deserialize(render(interactions), yamlserializer)
    for each, request, response in zip(map(normalise, interactions), requests, responses, strict=True):
        assert (request.method, request.uri) == (each.request.method, each.request.uri)
        assert (request.body or b"") == each.request.body.content
        assert response["status"] == {"code": each.response.status, "message": each.response.reason}
        assert response["body"]["string"] == each.response.body.content
        assert [(name, value) for name in response["headers"] for value in response["headers"][name]] == list(
            each.response.headers
        )


@given(interactions=st.lists(INTERACTIONS, max_size=3))
def test_writing_what_was_written_changes_nothing(interactions: list[Interaction]) -> None:
    assert render([normalise(each) for each in interactions]) == render(interactions)


def test_a_cassette_reads_well() -> None:
    interaction = Interaction(
        index=0,
        line=1,
        request=Request(
            method="POST",
            uri="https://host/v1/chat",
            headers=Headers((("host", "host"), ("Content-Type", "application/json"), ("content-length", "5"))),
            body=Body(content=b'{"model":"m","n":[1.0,true]}'),
        ),
        response=Response(
            status=200,
            reason="OK",
            headers=Headers((("content-type", "text/event-stream"), ("Set-Cookie", "a=1"), ("set-cookie", "b: 2"))),
            body=Body(content=b'data: {"a": 1}\r\n\r\ndata: [DONE]\r\n\r\n'),
        ),
    )
    assert render([interaction]) == (
        """\
version: 1
interactions:
- request:
    method: POST
    uri: https://host/v1/chat
    headers:
      content-length:
      - "50"
      Content-Type:
      - application/json
      host:
      - host
    body: |-
      {
        "model": "m",
        "n": [
          1.0,
          true
        ]
      }
  response:
    status:
      code: 200
      message: OK
    headers:
      content-type:
      - text/event-stream
      Set-Cookie:
      - a=1
      - "b: 2"
    body:
      string: |+
        data: {"a": 1}

        data: [DONE]

"""
    )


def test_empty_and_binary_bodies(read_text: Callable[..., object]) -> None:
    interaction = Interaction(
        index=0,
        line=1,
        request=Request(method="GET", uri="http://host/"),
        response=Response(status=200, body=Body(content=bytes(range(256)))),
    )
    text = render([interaction])
    assert "    headers: {}\n    body: null\n" in text
    blank = replace(interaction, request=replace(interaction.request, body=Body(blank=True)))
    assert '    headers: {}\n    body: ""\n' in render([blank])
    assert "      string: !!binary AAECAwQF" in text
    assert max(map(len, text.splitlines())) > 300, "no scalar is wrapped"
    assert '      string: ""\n' in render([replace(interaction, response=Response(status=200))])


def test_no_interactions_are_an_empty_list(save: Callable[..., Path]) -> None:
    text = render([])
    assert deserialize(text, yamlserializer) == ([], [])
    assert read(save(text)).interactions == ()


@pytest.mark.parametrize("length", [999, 1000, 5000])
def test_a_name_too_long_for_one_line_stands_alone(save: Callable[..., Path], length: int) -> None:
    fields = Headers((("a" * length, "1"), ("b", "2")))
    interaction = Interaction(
        index=0, line=1, request=Request(method="GET", uri="u", headers=fields), response=Response(status=200)
    )
    (found,) = read(save(render([interaction]))).interactions
    assert found.request.headers == fields


def test_bodies_know_their_lines_once_written(save: Callable[..., Path]) -> None:
    interaction = Interaction(
        index=0,
        line=1,
        request=Request(method="POST", uri="u", body=Body(content=b'{"a": [1, 2]}')),
        response=Response(status=200, body=Body(content=b"one\ntwo\n")),
    )
    text = render([interaction] * 2)
    for found in read(save(text)).interactions:
        for body in (found.request.body, found.response.body):
            assert body.verbatim
            shown = body.content.decode().splitlines()
            assert [line.strip() for line in text.splitlines()[body.line - 1 :][: len(shown)]] == [
                s.strip() for s in shown
            ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(interactions=st.lists(INTERACTIONS, min_size=1, max_size=3))
def test_raw_bodies_stay_byte_by_byte(save: Callable[..., Path], interactions: list[Interaction]) -> None:
    text = render(interactions, lambda request: True)
    wanted = [each.request.body.content for each in interactions]
    assert [each.request.body.content for each in read(save(text)).interactions] == wanted
    requests, _ = deserialize(text, yamlserializer)
    assert [request.body or b"" for request in requests] == wanted


@pytest.mark.parametrize("content", [b'{"a":1}', b'{ "a" : 1 }\n', b'{"a":"\xe2\x80\xa8"}\r\n', b" [1]", b"\n{}\n\n"])
def test_raw_json_is_not_laid_out(save: Callable[..., Path], content: bytes) -> None:
    headers = Headers((("content-type", "application/json"),))
    request = Request(method="POST", uri="http://127.0.0.1/hooks", headers=headers, body=Body(content=content))
    response = Response(status=200, headers=headers, body=Body(content=b'{"a":1}'))
    tape = Interaction(index=0, line=1, request=request, response=response)
    (each,) = read(save(render([tape], lambda request: request.method == "POST"))).interactions
    assert each.request.body.content == content
    assert each.response.body.content == b'{\n  "a": 1\n}'
    (laid_out,) = read(save(render([tape], lambda request: request.method == "GET"))).interactions
    assert laid_out.request.body.content != content
