from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.errors import StreamError
from tapecheck.streams.json_array import ArrayElement, JSONArrayDecoder, decode_array

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("body", "elements"),
    [
        ("[]", []),
        (" \r\n[\t]\n", []),
        ('[{"a": 1},\n{"a": 2}\n,\n\n{"a":\n3}]\n', [('{"a": 1}', 0), ('{"a": 2}', 1), ('{"a":\n3}', 4)]),
        ("[1,-2.5e+3, true,false , null\n]", [("1", 0), ("-2.5e+3", 0), ("true", 0), ("false", 0), ("null", 0)]),
        ('["", "a", [[], {}], {}]', [('""', 0), ('"a"', 0), ("[[], {}]", 0), ("{}", 0)]),
        (r'["]", "\"]", "\\", {"}": "\\\"}"}]', [('"]"', 0), (r'"\"]"', 0), (r'"\\"', 0), (r'{"}": "\\\"}"}', 0)]),
        ('["é€😀"]', [('"é€😀"', 0)]),
        ("[{1 2: x}]", [("{1 2: x}", 0)]),
    ],
)
def test_elements_are_cut_out_as_they_are_written(body: str, elements: list[tuple[str, int]]) -> None:
    assert decode_array(body.encode()) == tuple(ArrayElement(data, line) for data, line in elements)


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("{}", 1, "got '{', expected '['"),
        ("\n\nnull", 3, "got 'n', expected '['"),
        ("\ufeff[]", 1, "got byte 0xEF, expected '['"),
        ("[1\n2]", 2, "got '2', expected ',' or ']'"),
        ('["a" "b"]', 1, "got '\"', expected ',' or ']'"),
        ("[{}{}]", 1, "got '{', expected ',' or ']'"),
        ("[1{}]", 1, "got '{', expected ',' or ']'"),
        ("[1:2]", 1, "got ':', expected ',' or ']'"),
        ("[,]", 1, "got ',', expected a JSON value or ']'"),
        ("[}", 1, "got '}', expected a JSON value or ']'"),
        ("[1,]", 1, "got ']', expected a JSON value"),
        ("[1,,2]", 1, "got ',', expected a JSON value"),
        ("[]\n\n{}", 3, "got '{', expected nothing more after the array"),
        ("[][]", 1, "got '[', expected nothing more after the array"),
        ("[{]}]", 1, "got ']', expected '}' (line 1)"),
        ('[1,\n{"a":\n[}]]', 3, "got '}', expected ']' (line 3)"),
    ],
)
def test_what_is_no_array_is_an_error(body: str, line: int, message: str) -> None:
    with pytest.raises(StreamError) as caught:
        decode_array(body.encode())
    assert caught.value.message.endswith(f" {message}")
    assert caught.value.line == line
    assert caught.value.hint is not None


@pytest.mark.parametrize(
    ("body", "last"),
    [
        ("", ArrayElement("", 0, complete=False)),
        ("[\n", ArrayElement("", 1, complete=False)),
        ("[\n1,\n", ArrayElement("", 2, complete=False)),
        ("[1", ArrayElement("1", 0, complete=False)),
        ('[1, "a', ArrayElement('"a', 0, complete=False)),
        ('[1, "a\\', ArrayElement('"a\\', 0, complete=False)),
        ('[\n{"a":\n[1', ArrayElement('{"a":\n[1', 1, complete=False)),
        ("[{}", ArrayElement("", 0, complete=False)),
    ],
)
def test_the_last_element_of_a_body_that_stops_early_is_not_complete(body: str, last: ArrayElement) -> None:
    assert decode_array(body.encode())[-1] == last


def test_a_character_that_the_body_ends_within_is_left_out() -> None:
    assert decode_array('["5 €'.encode()[:-1]) == (ArrayElement('"5 ', 0, complete=False),)


def test_close_returns_the_element_that_the_body_ends_within() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed(b'[{}, {"a"') == [ArrayElement("{}", 0)]
    assert decoder.close() == ArrayElement('{"a"', 0, complete=False)
    assert decoder.close() is None


def test_a_body_may_be_cut_within_an_escape() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed(b'["a\\') == []
    assert decoder.feed(b'"]"]') == [ArrayElement(r'"a\"]"', 0)]
    assert decoder.closed


@pytest.mark.parametrize(
    ("body", "closed"), [("", False), ("[", False), ("[1", False), ("[1,", False), ("[1]", True), ("[1] \n", True)]
)
def test_closed_tells_whether_the_array_ended(body: str, closed: bool) -> None:
    decoder = JSONArrayDecoder()
    decoder.feed(body.encode())
    assert decoder.closed is closed


def test_an_array_with_text_after_it_is_not_closed() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed(b"[1] x") == [ArrayElement("1", 0)]
    assert not decoder.closed
    with pytest.raises(StreamError, match="after the array"):
        decoder.close()


def test_what_is_not_utf8_is_an_error() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed(b'["a",\n{"b":\n"\xff"}]') == [ArrayElement('"a"', 0)]
    with pytest.raises(StreamError, match="line 3 of the body is not UTF-8: got byte 0xFF") as caught:
        decoder.close()
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "element", ['"23456"', "1234567", "[[2,3]]", '"2345\\"'], ids=["string", "scalar", "array", "escape"]
)
def test_an_element_that_is_too_long_is_an_error(element: str) -> None:
    decoder = JSONArrayDecoder(max_element=6)
    assert decoder.feed(f"[0,\n{element}]".encode()) == [ArrayElement("0", 0)]
    with pytest.raises(StreamError, match=r"element on line 2 .* at most max_element = 6 bytes") as caught:
        decoder.close()
    assert caught.value.line == 2


@pytest.mark.parametrize("element", ['"2345"', "123456", "[2345]"], ids=["string", "scalar", "array"])
def test_an_element_of_just_the_greatest_length_is_none(element: str) -> None:
    decoder = JSONArrayDecoder(max_element=6)
    assert [found.data for found in decoder.feed(f"[{element}]".encode())] == [element]


def test_an_element_that_nests_too_deep_is_an_error() -> None:
    assert len(JSONArrayDecoder(max_depth=2).feed(b"[[{}]]")) == 1
    with pytest.raises(StreamError, match="nests too deep: expected at most max_depth = 2"):
        JSONArrayDecoder(max_depth=2).feed(b"[[{[")


def test_the_usual_limits_stop_what_a_parser_cannot_read() -> None:
    with pytest.raises(StreamError, match="max_depth = 512"):
        decode_array(b"[" * 1000)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)


@given(st.lists(JSON), st.sampled_from([None, 0, 2]), st.booleans())
def test_what_is_written_as_an_array_is_read_back(values: list[object], indent: int | None, ascii_only: bool) -> None:
    body = json.dumps(values, indent=indent, ensure_ascii=ascii_only)
    elements = decode_array(body.encode())
    assert [json.loads(element.data) for element in elements] == values
    lines = body.split("\n")
    assert all(element.data.split("\n")[0] in lines[element.line] for element in elements)
    assert all(element.complete for element in elements)


@given(st.lists(JSON, min_size=1), st.data())
def test_a_body_that_is_cut_never_seems_whole(values: list[object], data: st.DataObject) -> None:
    body = json.dumps(values, ensure_ascii=False).encode()
    stop = data.draw(st.integers(0, len(body) - 1))
    *whole, last = decode_array(body[:stop])
    assert not last.complete
    assert [json.loads(element.data) for element in whole] == values[: len(whole)]


SOUP = st.lists(
    st.sampled_from(
        ["[", "]", "{", "}", ",", ":", '"', '"a"', "\\", "\n", " ", "12", "true", "é€", '{"a": [1]}', '["]"]']
    )
).map(lambda parts: f"[{''.join(parts)}".encode())


@given(st.one_of(SOUP, st.tuples(SOUP, st.binary(max_size=3), SOUP).map(b"".join)), st.lists(st.integers(min_value=0)))
def test_the_result_does_not_depend_on_how_the_body_is_cut(
    drain: Callable[..., tuple[list[ArrayElement], object]], body: bytes, places: list[int]
) -> None:
    def decoder() -> JSONArrayDecoder:
        return JSONArrayDecoder(max_element=12, max_depth=3)

    whole = drain(decoder(), body, [])
    assert drain(decoder(), body, places) == whole
    assert drain(decoder(), body, range(len(body))) == whole
