from __future__ import annotations

import pytest

from tapecheck.contracts.subschemas import misuses, subschemas
from tapecheck.model import JSONValue


@pytest.mark.parametrize(
    "keyword",
    [
        "additionalProperties",
        "contains",
        "contentSchema",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    ],
)
def test_a_keyword_that_holds_a_schema(keyword: str) -> None:
    inner: JSONValue = {"type": "string"}
    assert list(subschemas({keyword: inner})) == [((), {keyword: inner}), ((keyword,), inner)]


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf", "prefixItems"])
def test_a_keyword_that_holds_an_array_of_schemas(keyword: str) -> None:
    found = [place for place, _ in subschemas({keyword: [{}, True, {"not": {}}]})]
    assert found == [(), (keyword, 0), (keyword, 2), (keyword, 2, "not")]


@pytest.mark.parametrize("keyword", ["$defs", "dependentSchemas", "patternProperties", "properties"])
def test_a_keyword_that_holds_an_object_of_schemas(keyword: str) -> None:
    names: dict[str, JSONValue] = {"$ref": {}, "enum": {"items": {}}, "default": False}
    found = [place for place, _ in subschemas({keyword: names})]
    assert found == [(), (keyword, "$ref"), (keyword, "enum"), (keyword, "enum", "items")]


@pytest.mark.parametrize("keyword", ["const", "enum", "default", "examples", "x-anything", "required", "$ref"])
def test_what_holds_values_holds_no_schemas(keyword: str) -> None:
    assert [place for place, _ in subschemas({keyword: {"not": {"$ref": "#"}}})] == [()]


@pytest.mark.parametrize("schema", [True, False, None, 3, "a", [{}]])
def test_what_is_no_object_says_nothing(schema: JSONValue) -> None:
    assert list(subschemas(schema)) == []


@pytest.mark.parametrize("schema", [{"allOf": {}}, {"properties": []}, {"not": 3}])
def test_a_malformed_schema_is_no_matter(schema: dict[str, JSONValue]) -> None:
    assert list(subschemas(schema)) == [((), schema)]


@pytest.mark.parametrize(
    ("schema", "place", "message"),
    [
        ({"$id": "a"}, ("$id",), "$id is not supported"),
        ({"$anchor": "a"}, ("$anchor",), "$anchor is not supported"),
        ({"$dynamicAnchor": "a"}, ("$dynamicAnchor",), "$dynamicAnchor is not supported"),
        ({"$dynamicRef": "#a"}, ("$dynamicRef",), "$dynamicRef is not supported"),
        ({"requird": ["a"]}, ("requird",), "'requird' is no keyword of JSON Schema 2020-12"),
        ({"x-extensible-enum": "a"}, ("x-extensible-enum",), "x-extensible-enum is no array of values"),
        ({"pattern": "("}, ("pattern",), "'(' is no regular expression: missing ), unterminated subpattern"),
        ({"pattern": r"\p{L}"}, ("pattern",), r"'\\p{L}' is no regular expression: bad escape \p"),
        ({"pattern": r"\Z"}, ("pattern",), r"'\\Z' is no regular expression: "),
        ({"patternProperties": {"a": {}, "[": {}}}, ("patternProperties", "["), "'[' is no regular expression: "),
    ],
)
def test_what_a_schema_must_not_say(schema: dict[str, JSONValue], place: tuple[str, ...], message: str) -> None:
    (misuse,) = misuses(schema)
    assert misuse.place == place
    assert misuse.message.startswith(message)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"pattern": "^[a-z]+$"},
        {"x-extensible-enum": ["a"]},
        {"properties": {"$id": {"type": "string"}}},
        {"pattern": 3},
    ],
)
def test_what_a_schema_may_say(schema: dict[str, JSONValue]) -> None:
    assert list(misuses(schema)) == []
