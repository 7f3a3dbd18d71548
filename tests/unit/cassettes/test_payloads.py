from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tapecheck.cassettes import Limits
from tapecheck.cassettes.fields import Document, Field
from tapecheck.cassettes.payloads import body, data
from tapecheck.model import Body, Headers

MakeField = Callable[..., Field]
GZIP = Headers((("content-encoding", "gzip"),))


def read(field: Field, headers: Headers = Headers()) -> Body:  # noqa: B008
    return body(field, headers, 7)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("text", b"text"),
        ("'1'", b"1"),
        ("1.50", b"1.50"),
        ("é", "é".encode()),
        ("null", b""),
        ("{}", b""),
        ("{string: null}", b""),
        ("{string: hi}", b"hi"),
        ("{string: !!binary aGk=}", b"hi"),
        ("{encoding: UTF-8, string: hi}", b"hi"),
        ("{encoding: UTF-8, base64_string: aGk=}", b"hi"),
        ("!!binary aGk=", b"hi"),
        ("!binary aGk=", b"hi"),
        ("!!binary |\n  aG\n  k=", b"hi"),
        ("{string: [a, !!binary Yg==, c]}", b"abc"),
        ("[]", b""),
        ("[104, 105]", b"hi"),
        ("[104, 1000]", b"[104,1000]"),
        ("{model: gpt, stream: true}", b'{"model":"gpt","stream":true}'),
        ("{fields: {file: {name: null}}}", b'{"fields":{"file":{"name":null}}}'),
        ("!!python/object/new:_io.BytesIO {state: !!python/tuple [!!binary aGk=, 0, null]}", b"hi"),
        ("!!python/object/new:_io.BytesIO {}", b""),
        ("!!python/object/apply:builtins.iter {args: [[a, b]]}", b"ab"),
        ("!!python/object/apply:builtins.iter [[a, b]]", b"ab"),
        ("!!python/object/apply:builtins.iter []", b""),
        ("!!python/str hi", b"hi"),
    ],
)
def test_a_body_is_read_from_every_shape(field: MakeField, text: str, content: bytes) -> None:
    found = read(field(text))
    assert found.content == content
    assert found.problem is None


@pytest.mark.parametrize(("text", "blank"), [("''", True), ("null", False), ("text", False), ("{string: ''}", True)])
def test_an_empty_text_is_not_nothing(field: MakeField, text: str, blank: bool) -> None:
    assert read(field(text)).blank is blank


def test_a_body_that_is_not_there_is_empty() -> None:
    assert body(None, Headers(), 7) == Body(line=7)


@pytest.mark.parametrize("text", ["!!binary a", "!!binary '@@@@'", "[!!binary a]", "{base64_string: a}", "!!binary é"])
def test_broken_base64_is_a_problem_of_the_body(field: MakeField, text: str) -> None:
    assert "base64" in str(read(field(text), GZIP).problem)


@pytest.mark.parametrize(
    ("text", "line", "verbatim"),
    [
        ("a:\nbody: |\n  one\n  two\n", 3, True),
        ("a:\nbody: |2-\n   one\n   two\n", 3, True),
        ("a:\nbody: |+ # words\n\n  one\n\n", 3, True),
        ("a:\nbody: &x |\n  one\n", 3, True),
        ("a:\nbody: >\n  one\n", 2, False),
        ('a:\nbody: "one\\n\\\n  two"', 2, False),
        ("a:\nbody: one", 2, False),
        ("a:\nbody:\n  string: |\n    one", 4, True),
        ("a:\nbody:\n  x: 1", 3, False),
        ("a:\nbody: !!binary |\n  aGk=", 2, False),
        ("a:\nbody:\n- one\n- two", 3, False),
    ],
)
def test_a_body_knows_its_line(field: MakeField, text: str, line: int, verbatim: bool) -> None:
    found = read(field(text).record().need("body"))
    assert (found.line, found.verbatim) == (line, verbatim)
    if verbatim:
        lines = text.split("\n")
        for number, shown in enumerate(found.content.decode().removesuffix("\n").split("\n")):
            assert lines[line - 1 + number].strip() == shown.strip()


def test_odd_line_ends_leave_no_line_verbatim(field: MakeField) -> None:
    assert not read(field("|\n  a", breaks=(5,))).verbatim


def test_a_packed_body_is_unpacked(field: MakeField) -> None:
    packed = base64.b64encode(gzip.compress(b"hi")).decode()
    assert read(field(f"!!binary {packed}"), GZIP) == Body(content=b"hi", line=1)


def test_all_bodies_of_a_file_share_an_allowance() -> None:
    packed = base64.b64encode(gzip.compress(bytes(60))).decode()
    node = yaml.ScalarNode("!binary", packed, yaml.Mark("", 0, 0, 0, None, 0))
    shared = Field(Document(Path("tape.yaml"), Limits(bodies_bytes=100)), node)
    assert read(shared, GZIP).content == bytes(60)
    assert "more than 40 bytes" in str(read(shared, GZIP).problem)


def test_a_body_that_cannot_be_unpacked_says_why(field: MakeField) -> None:
    packed = base64.b64encode(gzip.compress(b"hi")[:-2]).decode()
    found = read(field(f"!!binary {packed}"), GZIP)
    assert found.content.startswith(b"\x1f\x8b")
    assert "gzip" in str(found.problem)


def test_parsed_data_are_compact_json(field: MakeField) -> None:
    assert data(field("\nb: 1\na: é")) == Body(content='{"b":1,"a":"é"}'.encode(), line=2)
