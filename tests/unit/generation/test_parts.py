from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.contracts import Schema
from tapecheck.generation.parts import Family, Part, bound, candidates, count, known, of_item, types
from tapecheck.model import JSONValue


def parts(*schemas: JSONValue) -> list[Part]:
    return [Part.wish(number, schema) for number, schema in enumerate(schemas)]


def test_a_part_below_is_named_by_a_pointer() -> None:
    part = Part("https://example.com/a.json", {"properties": {"a b/c": {"type": "null"}}})
    assert part.below("properties", "a b/c") == Part(
        "https://example.com/a.json#/properties/a%20b~1c", {"type": "null"}
    )


def test_a_part_that_is_no_object_says_nothing() -> None:
    part = Part.wish(0, schema=True)
    assert part.is_wish
    assert not part.says("type")
    assert part.get("type") is None
    assert part.mapping("properties") == {}
    assert part.listing("required") == []


def test_what_is_taken_in_holds_too_and_references_come_first() -> None:
    document: dict[str, JSONValue] = {
        "$ref": "#/$defs/base",
        "allOf": [{"$ref": "#/$defs/base"}, True, {"title": "more"}],
        "$defs": {"base": {"$ref": "#"}},
    }
    schemas = {"https://example.com/a": Schema(uri="https://example.com/a", path=Path("a"), document=document)}
    assert list(Family(schemas).spread([Part("https://example.com/a", document)])) == [
        "https://example.com/a#/$defs/base",
        "https://example.com/a",
        "https://example.com/a#/allOf/0",
        "https://example.com/a#/allOf/2",
    ]


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ([{"type": ["string", "null"]}], ["string", "null"]),
        ([{"type": ["string", "null", "object"]}, {"type": ["null", "string"]}], ["string", "null"]),
        ([{"type": "number"}, {"type": "integer"}], ["integer"]),
        ([{"type": ["integer", "number"]}], ["number"]),
        ([{"type": "string"}, {"type": "null"}], []),
        ([{"required": ["a"]}], ["object"]),
        ([{"minLength": 1}], ["string"]),
        ([{}], ["string", "number", "boolean", "object", "array", "null"]),
    ],
)
def test_types_that_all_allow(schemas: list[JSONValue], expected: list[str]) -> None:
    assert types(parts(*schemas)) == expected


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ([{"type": "string"}], None),
        ([{"const": None}], [None]),
        ([{"enum": ["a", "b", "c"]}, {"enum": ["c", "b"]}, {"const": "b"}], ["b"]),
        ([{"enum": [1, True]}, {"const": True}], [True]),
        ([{"const": 1}, {"const": 2}], []),
    ],
)
def test_values_that_all_list(schemas: list[JSONValue], expected: list[JSONValue] | None) -> None:
    assert candidates(parts(*schemas)) == expected


def test_values_that_all_know() -> None:
    lists: list[JSONValue] = [{"x-extensible-enum": ["a", "b"]}, {}, {"x-extensible-enum": ["b", "c"]}]
    assert known(parts(*lists)) == ["b"]
    assert known(parts({})) == []


def test_the_tightest_bound() -> None:
    limits = parts({"minLength": 2, "maxLength": 9}, {"minLength": 3, "maxLength": 8}, {})
    assert bound(limits, "minLength", highest=True) == 3
    assert count(limits, "maxLength", 99, highest=False) == 8
    assert count(limits, "minItems", 7, highest=True) == 7


def test_what_holds_for_a_field() -> None:
    schema: JSONValue = {
        "properties": {"a": {"title": "own"}},
        "patternProperties": {"^b": {"title": "pattern"}},
        "additionalProperties": {"title": "other"},
    }

    def titles(name: str) -> list[JSONValue]:
        return [part.get("title") for one in parts(schema, {"type": "object"}) for part in one.field(name)]

    assert [titles(name) for name in ("a", "b", "c")] == [["own"], ["pattern"], ["other"]]


def test_what_holds_for_an_item() -> None:
    schema: JSONValue = {"prefixItems": [{"title": "first"}], "items": {"title": "rest"}, "contains": {"title": "one"}}

    def titles(index: int) -> list[JSONValue]:
        return [part.get("title") for part in of_item(parts(schema, {}), index)]

    assert titles(0) == ["first", "one"]
    assert titles(1) == ["rest"]
