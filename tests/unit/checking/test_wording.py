from __future__ import annotations

from collections.abc import Mapping

import pytest

from tapecheck.checking.keywords import Keyword
from tapecheck.checking.wording import describe, did_you_mean, several_fit, show, show_all
from tapecheck.model import JSONValue


def keyword(name: str, value: JSONValue, **beside: JSONValue) -> Keyword:
    return Keyword(name=name, value=value, schema={name: value, **beside}, uri="")


@pytest.mark.parametrize(
    ("name", "says", "value", "message"),
    [
        ("required", ["id"], {"city": 1}, "'id' is missing"),
        ("required", ["id", "city", "day"], {"day": 1}, "'id', 'city' are missing"),
        ("type", "string", 1, "got integer 1, the contract says string"),
        ("type", ["string", "null"], 1.0, "got number 1.0, the contract says string or null"),
        ("type", "object", None, "got null, the contract says object"),
        ("type", "object", True, "got boolean true, the contract says object"),
        ("type", "object", "é", 'got string "é", the contract says object'),
        ("type", "object", [1], "got array [1], the contract says object"),
        ("type", "array", {}, "got object {}, the contract says array"),
        ("const", "day", "night", 'got "night", the contract says "day"'),
        ("const", None, 1, "got 1, the contract says null"),
        ("const", False, 1, "got 1, the contract says false"),
        ("enum", ["day", None, 2], "dry", 'got "dry", the contract allows "day", null, 2'),
        ("minimum", 1, 0, "got 0, the contract says at least 1"),
        ("maximum", 1.5, 2, "got 2, the contract says at most 1.5"),
        ("exclusiveMinimum", 0, 0, "got 0, the contract says more than 0"),
        ("exclusiveMaximum", 0, 0, "got 0, the contract says less than 0"),
        ("multipleOf", 5, 7, "got 7, the contract says a multiple of 5"),
        ("minLength", 2, "é", 'got "é" with 1 character, the contract says at least 2'),
        ("maxLength", 1, "ab", 'got "ab" with 2 characters, the contract says at most 1'),
        ("minItems", 1, [], "got [] with 0 items, the contract says at least 1"),
        ("maxItems", 1, [1, 2], "got [1, 2] with 2 items, the contract says at most 1"),
        ("minProperties", 1, {}, "got {} with 0 fields, the contract says at least 1"),
        ("maxProperties", 0, {"a": 1}, 'got {"a": 1} with 1 field, the contract says at most 0'),
        ("uniqueItems", True, ["a", "b", "a"], 'the items 0 and 2 are both "a", the contract says that all differ'),
        ("uniqueItems", True, [{"a": 1, "b": 2}, {"b": 2, "a": 1}],
         'the items 0 and 1 are both {"b": 2, "a": 1}, the contract says that all differ'),
        ("uniqueItems", True, [1, 1.0], "got [1, 1.0] with equal items, the contract says that all differ"),
        ("contains", {"type": "string"}, [1],
         'got [1], the contract says an array with an item that is {"type": "string"}'),
        ("minContains", 2, [1], "got [1], the contract says at least 2 items of the kind that `contains` describes"),
        ("maxContains", 2, [1], "got [1], the contract says at most 2 items of the kind that `contains` describes"),
        ("propertyNames", {"maxLength": 1}, {"ab": 1, "c": 2},
         "got the fields 'ab', 'c', the contract says of each name: {\"maxLength\": 1}"),
        ("dependentRequired", {"a": ["b", "c"], "x": ["y"]}, {"a": 1, "c": 1}, "'b' must come with 'a'"),
        ("dependentRequired", {"a": ["b", "c"], "x": ["y"]}, {"a": 1, "x": 1},
         "'b', 'c' must come with 'a'; 'y' must come with 'x'"),
        ("pattern", "^a", "b", 'got "b", the contract says a string that matches "^a"'),
        ("format", "date", "b", 'got "b", the contract says a string of the format "date"'),
        ("anyOf", [{"type": "string"}, {"type": ["array", "null"]}, {"const": 5}, {"title": "Day", "type": "object"},
                   {"$ref": "../common/night.schema.json"}, {"$ref": "#/$defs/dusk"}, {"minimum": 7}, True], 1,
         'got 1, the contract says one of the shapes string, array or null, 5, Day, night, dusk, {"minimum": 7}, true'),
        ("oneOf", [{"type": "string"}], 1, "got 1, the contract says one of the shapes string"),
        ("not", {"type": "string"}, "a", 'got "a", the contract says anything but {"type": "string"}'),
        ("not", {"required": ["a"]}, {"a": 1}, 'got "a", the contract forbids that here'),
        ("not", {"required": ["a", "b"]}, {"a": 1, "b": 2},
         'got "a" together with "b", the contract forbids that here'),
        ("not", {"required": ["a"], "minProperties": 2}, {"a": 1, "b": 2},
         'got {"a": 1, "b": 2}, the contract says anything but {"required": ["a"], "minProperties": 2}'),
        ("items", False, 1, "got 1, the contract forbids it here"),
        ("high", False, 1, "got 1, the contract forbids it here"),
        ("if", {}, 1, "got 1, the contract says if {}"),
    ],
)  # fmt: skip
def test_each_keyword_has_its_words(name: str, says: JSONValue, value: JSONValue, message: str) -> None:
    assert describe(keyword(name, says), value)[0] == message


@pytest.mark.parametrize("name", ["additionalProperties", "unevaluatedProperties"])
def test_a_closed_object_names_the_fields_that_are_too_much(name: str) -> None:
    closed = keyword(name, False, properties={"a": {}})
    message = "got the fields 'b', 'c', the contract allows no field that it does not declare"
    assert describe(closed, {"a": 1, "b": 2, "c": 3}) == (message, None)


def test_fields_that_are_not_declared_may_have_a_schema() -> None:
    message = 'got {"a": 1}, the contract says other fields to be {"type": "string"}'
    assert describe(keyword("unevaluatedProperties", {"type": "string"}), {"a": 1}) == (message, None)


def test_a_value_may_fit_too_many_shapes() -> None:
    message = "got 1, which fits more than one of the shapes integer, number"
    assert several_fit(keyword("oneOf", [{"type": "integer"}, {"type": "number"}]), 1) == (message, None)


@pytest.mark.parametrize(
    ("value", "declared", "hint"),
    [
        ({"identifier_": 1}, {}, "'identifier_' is there: is 'identifier' meant?"),
        ({"identifiers": 1}, {"identifiers": {}}, None),
        ({"city": 1}, {}, None),
        ("no object", {}, None),
    ],
    ids=["renamed", "declared", "far", "no object"],
)
def test_a_missing_field_may_have_been_renamed(
    value: JSONValue, declared: Mapping[str, JSONValue], hint: str | None
) -> None:
    assert describe(keyword("required", ["day", "identifier"], properties=dict(declared)), value)[1] == hint


def test_a_missing_field_is_not_looked_for_among_thousands() -> None:
    many: Mapping[str, JSONValue] = {f"{number:04}": 0 for number in range(100)}
    renamed: Mapping[str, JSONValue] = {"identifier_": 1}
    wanted = keyword("required", ["identifier"], properties={})
    assert describe(wanted, {**renamed, **many})[1] is not None
    assert describe(wanted, {**many, **renamed})[1] is None


def test_the_nearest_value_is_hinted_at() -> None:
    assert describe(keyword("enum", ["stop", "length"]), "stopp")[1] == 'Did you mean "stop"?'
    assert did_you_mean("zzz", ["stop"]) is None
    assert did_you_mean(1, ["1"]) is None
    assert did_you_mean("1", [1, None]) is None


def test_long_values_are_cut() -> None:
    assert show("x" * 58) == f'"{"x" * 58}"'
    assert show("x" * 59) == f'"{"x" * 58}…'
    assert show({"é": "\u2028"}) == '{"é": "\u2028"}'


def test_long_lists_are_cut() -> None:
    assert show_all([1, "a"]) == '1, "a"'
    assert show_all(range(12)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"
    assert show_all(range(14)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more"
