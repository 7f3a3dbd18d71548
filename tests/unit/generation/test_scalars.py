from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.errors import GenerationError
from tapecheck.generation.parts import Part
from tapecheck.generation.scalars import number, string
from tapecheck.generation.source import PlainSource, RandomSource
from tapecheck.model import JSONValue


def plain(schema: JSONValue, usual: str = "name") -> str:
    return string([Part.wish(0, schema)], usual, PlainSource())


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({}, "name"),
        ({"minLength": 6}, "namena"),
        ({"maxLength": 2}, "na"),
        ({"pattern": "^[a-z]+$"}, "name"),
        ({"pattern": "^[0-9]{2}$"}, "00"),
        ({"format": "date"}, "2026-01-01"),
        ({"format": "unheard-of"}, "name"),
        ({"contentEncoding": "base64"}, base64.b64encode(b"name").decode()),
    ],
)
def test_plain_strings_say_the_name_of_their_field(schema: JSONValue, expected: str) -> None:
    assert plain(schema) == expected


def test_an_empty_name_does_no_harm() -> None:
    assert plain({}, usual="") == ""


@given(st.integers(), st.integers(0, 30), st.integers(0, 30))
def test_strings_keep_their_bounds(seed: int, low: int, more: int) -> None:
    part = Part.wish(0, {"minLength": low, "maxLength": low + more})
    assert low <= len(string([part], "name", RandomSource(seed))) <= low + more


@pytest.mark.parametrize("schema", [{"minLength": 2, "maxLength": 1}, {"pattern": "^[0-9]$", "minLength": 3}])
def test_what_no_string_can_keep_is_an_error(schema: JSONValue) -> None:
    with pytest.raises(GenerationError):
        plain(schema)


@pytest.mark.parametrize(
    ("schema", "whole", "usual", "expected"),
    [
        ({}, True, 0, 0),
        ({"minimum": 3}, True, 0, 3),
        ({"maximum": -3}, True, 0, -3),
        ({"exclusiveMinimum": 3, "exclusiveMaximum": 5}, True, 0, 4),
        ({"minimum": 400, "maximum": 599}, True, 429, 429),
        ({"minimum": 0, "maximum": 2}, False, 0, 0),
        ({"minimum": 0.5}, False, 0, 0.5),
    ],
)
def test_plain_numbers(schema: JSONValue, whole: bool, usual: int, expected: float) -> None:
    got = number([Part.wish(0, schema)], whole=whole, usual=usual, source=PlainSource())
    assert got == expected
    assert isinstance(got, type(expected))


@given(st.integers(), st.integers(-50, 50), st.integers(0, 50), st.booleans())
def test_numbers_keep_their_bounds(seed: int, low: int, more: int, whole: bool) -> None:
    part = Part.wish(0, {"minimum": low, "exclusiveMaximum": low + more + 1})
    got = number([part], whole=whole, usual=0, source=RandomSource(seed))
    assert low <= got < low + more + 1


def test_what_no_number_can_keep_is_an_error() -> None:
    with pytest.raises(GenerationError, match="a number from 2"):
        number([Part.wish(0, {"minimum": 2, "maximum": 1})], whole=True, usual=0, source=PlainSource())
