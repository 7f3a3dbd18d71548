from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tapecheck.errors import GenerationError
from tapecheck.generation.source import RandomSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.model import JSONValue

TOOL: JSONValue = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"type": "string", "x-extensible-enum": ["text", "call"]}},
    "allOf": [
        {
            "if": {"properties": {"type": {"const": "text"}}},
            "then": {"required": ["text"], "properties": {"text": {"type": "string"}}},
        },
        {
            "if": {"properties": {"type": {"const": "call"}}},
            "then": {"required": ["args"], "properties": {"args": {"$ref": "#/$defs/args"}}},
            "else": {"properties": {"style": {"type": "string"}}},
        },
    ],
    "$defs": {"args": {"type": "object"}},
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "null"}, None),
        ({"type": "boolean"}, False),
        ({"type": ["string", "null"]}, None),
        ({"type": "string", "enum": ["b", "a"]}, "b"),
        ({"type": ["string", "integer"], "x-extensible-enum": ["one", 1]}, "one"),
        ({"type": "integer", "x-extensible-enum": ["one", 1]}, 1),
        ({"enum": ["a", "b"], "not": {"const": "a"}}, "b"),
        ({"enum": ["b", "c", "a"], "x-extensible-enum": ["a", "b"]}, "a"),
        ({"type": "string", "x-extensible-enum": ["a1", "b1"], "pattern": "^b"}, "b1"),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, None),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "string"}]}, "text"),
        ({"not": {"type": "string"}, "type": ["string", "integer"]}, 0),
        ({"examples": [1, "shown"], "type": "string"}, "shown"),
        ({"examples": [1], "type": "string"}, "text"),
        (TOOL, {"type": "text", "text": "text"}),
        (
            {
                "type": "object",
                "required": ["content"],
                "properties": {"content": {"type": ["null", "string"]}, "calls": {"type": "array"}},
                "if": {"properties": {"content": {"type": "null"}}},
                "then": {"required": ["calls"]},
            },
            {"content": "content"},
        ),
        (
            {"type": "object", "required": ["a"], "dependentSchemas": {"a": {"required": ["b"]}, "c": False}},
            {"a": "a", "b": "b"},
        ),
        ({"type": "object", "properties": {"a": {}, "b": {}}, "not": {"propertyNames": {"const": "a"}}}, {"b": "b"}),
    ],
)
def test_plain(build: Callable[..., JSONValue], schema: JSONValue, expected: JSONValue) -> None:
    got = build(schema)
    assert got == expected
    assert type(got) is type(expected)


def test_conditions_bear_on_what_was_chosen(build: Callable[..., JSONValue]) -> None:
    made = [build(TOOL, RandomSource(seed)) for seed in range(40)]
    assert {tuple(one)[:2] for one in made if isinstance(one, dict)} == {("type", "text"), ("type", "args")}


def test_surprises_are_values_that_nobody_knows(build: Callable[..., JSONValue]) -> None:
    schema: JSONValue = {"type": "string", "minLength": 1, "x-extensible-enum": ["a"]}
    made = {str(build(schema, RandomSource(seed), surprises=True)) for seed in range(50)}
    assert len(made) > 1
    assert "a" in made


def test_a_wish_holds_beside_the_schema(build: Callable[..., JSONValue]) -> None:
    wishes: list[JSONValue] = [{"properties": {"type": {"const": "call"}}}]
    assert build(TOOL, wishes=wishes) == {"type": "call", "args": {}}


def test_examples_are_not_taken_where_there_are_wishes(build: Callable[..., JSONValue]) -> None:
    assert build({"type": "string", "examples": ["shown"]}, wishes=[{"const": "wished"}]) == "wished"


@pytest.mark.parametrize("usual", [404, 429])
def test_the_usual_number_is_taken_where_it_is_allowed(build: Callable[..., JSONValue], usual: int) -> None:
    schema: JSONValue = {"type": "array", "prefixItems": [{"enum": [400, 404, 429]}, {"const": 5}], "minItems": 2}
    assert build(schema, usual=usual) == [usual, 5]


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "string", "const": 1},
        {"allOf": [{"type": "string"}, {"type": "null"}]},
        {"type": "object", "not": {}},
        {"type": "object", "required": ["a"], "if": {"required": ["b"]}, "else": {"required": ["b"]}, "then": False},
        {"type": "array", "minItems": 3, "items": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}},
    ],
)
def test_what_cannot_be_found_is_an_error(build: Callable[..., JSONValue], schema: JSONValue) -> None:
    with pytest.raises(GenerationError):
        build({"allOf": [schema]})


def test_conditions_that_never_come_to_rest_are_an_error(build: Callable[..., JSONValue]) -> None:
    flips: JSONValue = {
        "type": "object",
        "required": ["a"],
        "if": {"properties": {"a": {"const": 1}}},
        "then": {"properties": {"a": {"const": 2}}},
        "else": {"properties": {"a": {"const": 1}}},
    }
    with pytest.raises(GenerationError):
        build(flips)
