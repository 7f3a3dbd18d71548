from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.checking import ENGINES
from tapecheck.checking.explain import Explanation, explain
from tapecheck.contracts import Schema
from tapecheck.model import JSONValue

URI = "https://x.invalid/weather/report.json"


@pytest.fixture(params=sorted(ENGINES))
def explained(request: pytest.FixtureRequest) -> type[Explained]:
    """Explain with each of the engines."""
    return type("Bound", (Explained,), {"engine": request.param})


class Explained:
    """The explanations of what is wrong with a value, by place."""

    engine: str

    def __init__(self, schema: dict[str, JSONValue], value: JSONValue) -> None:
        schemas = {URI: Schema(uri=URI, path=Path("report.json"), document=schema)}
        self.all: list[Explanation] = list(explain(ENGINES[self.engine](schemas), schemas, URI, value))
        self.texts = [(one.instance_path, one.message) for one in self.all]
        self.places = [one.keyword.file(schemas) for one in self.all]


def test_a_value_that_keeps_its_schema_needs_no_words(explained: type[Explained]) -> None:
    assert explained({"type": "object"}, {}).all == []


def test_every_violation_is_told_in_the_order_of_places(explained: type[Explained]) -> None:
    found = explained({"items": {"type": "string"}, "maxItems": 3}, ["a", 1, *["a"] * 8, 2])
    assert [place for place, _ in found.texts] == ["", "/1", "/10"]
    assert found.places == ["report.json#/maxItems", "report.json#/items/type", "report.json#/items/type"]


def test_all_missing_fields_of_an_object_are_told_at_once(explained: type[Explained]) -> None:
    (one,) = explained({"required": ["id", "identifier"]}, {"identifier_": 1}).all
    assert one.message == "'id', 'identifier' are missing"
    assert one.hint == "'identifier_' is there: is 'identifier' meant?"


def test_one_thing_is_told_once(explained: type[Explained]) -> None:
    twice: JSONValue = [{"required": ["id"]}, {"required": ["id"]}]
    assert explained({"allOf": twice}, {}).texts == [("", "'id' is missing")]


SHAPES: dict[str, JSONValue] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"type": {"const": "a"}, "n": {"type": "integer"}}, "required": ["type", "n"]},
        {"type": "object", "properties": {"type": {"const": "b"}}, "required": ["type", "x", "y"]},
    ]
}


def test_the_alternative_that_is_broken_least_speaks(explained: type[Explained]) -> None:
    found = explained({"properties": {"day": SHAPES}}, {"day": {"type": "a", "n": "1"}})
    assert found.texts == [("/day/n", 'got string "1", the contract says integer')]
    assert found.places == ["report.json#/properties/day/anyOf/1/properties/n/type"]


def test_alternatives_within_alternatives_are_followed(explained: type[Explained]) -> None:
    nested: JSONValue = [{"type": "null"}, {"type": "array", "items": SHAPES}]
    found = explained({"oneOf": nested}, ["a", {"type": "b", "x": 1}])
    assert found.texts == [("/1", "'y' is missing")]
    assert found.places == ["report.json#/oneOf/1/items/anyOf/2/required"]


def test_where_no_alternative_is_for_such_a_value_all_are_named(explained: type[Explained]) -> None:
    assert explained(SHAPES, 5).texts == [("", "got 5, the contract says one of the shapes string, object, object")]
    closed: JSONValue = [{"const": 1}, {"enum": [2, 3]}]
    assert explained({"anyOf": closed}, 5).texts == [
        ("", 'got 5, the contract says one of the shapes 1, {"enum": [2, 3]}')
    ]


def test_a_value_that_fits_two_alternatives_of_one_is_told_so(explained: type[Explained]) -> None:
    either: JSONValue = [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c", "d"]}]
    texts = explained({"oneOf": either}, {"a": 1, "b": 2}).texts
    assert texts == [("", 'got {"a": 1, "b": 2}, which fits more than one of the shapes ' + shapes(either))]


def shapes(alternatives: JSONValue) -> str:
    return str(alternatives)[1:-1].replace("'", '"')


def test_a_name_that_is_not_allowed_is_told_with_what_names_must_keep(explained: type[Explained]) -> None:
    found = explained({"propertyNames": {"enum": ["a"]}}, {"a": 1, "b": 2})
    assert found.texts == [("", "got the fields 'a', 'b', the contract says of each name: {\"enum\": [\"a\"]}")]
    assert found.places == ["report.json#/propertyNames"]


def test_a_field_may_be_called_as_a_keyword(explained: type[Explained]) -> None:
    named: JSONValue = {"propertyNames": {"type": "string"}, "anyOf": {"type": "array"}, "$ref": {"type": "null"}}
    found = explained({"properties": named}, {"propertyNames": 1, "anyOf": 1, "$ref": 1})
    assert found.texts == [
        ("/$ref", "got integer 1, the contract says null"),
        ("/anyOf", "got integer 1, the contract says array"),
        ("/propertyNames", "got integer 1, the contract says string"),
    ]


def test_names_that_a_fragment_must_encode(explained: type[Explained]) -> None:
    name = '100% "é" a/b~c #?'
    found = explained({"properties": {name: {"anyOf": [{"type": "string", "minLength": 2}]}}}, {name: "x"})
    assert found.texts == [('/100% "é" a~1b~0c #?', 'got "x" with 1 character, the contract says at least 2')]


def test_a_branch_that_applies_speaks_for_itself(explained: type[Explained]) -> None:
    schema: dict[str, JSONValue] = {
        "if": {"properties": {"type": {"const": "a"}}},
        "then": {"required": ["x"]},
        "else": {"required": ["y"]},
    }
    assert explained(schema, {"type": "a"}).places == ["report.json#/then/required"]
    assert explained(schema, {"type": "b"}).places == ["report.json#/else/required"]


def test_a_schema_that_refers_to_itself(explained: type[Explained]) -> None:
    tree: dict[str, JSONValue] = {"required": ["name"], "properties": {"left": {"$ref": "#"}}}
    value: JSONValue = {"name": "leaf"}
    for _ in range(50):
        value = {"name": "branch", "left": value}
    assert explained(tree, value).all == []
    found = explained(tree, {"name": "a", "left": {"name": "b", "left": {}}})
    assert found.texts == [("/left/left", "'name' is missing")]
