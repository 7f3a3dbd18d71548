from __future__ import annotations

from pathlib import Path

import pytest

from tapecheck.checking import RustEngine
from tapecheck.checking.problem import Validation
from tapecheck.checking.undeclared import Undeclared, undeclared
from tapecheck.contracts import Schema
from tapecheck.model import Code, JSONValue

URI = "https://x.invalid/weather/report.json"


def found(document: dict[str, JSONValue], value: JSONValue) -> list[Undeclared]:
    schema = Schema(uri=URI, path=Path("report.json"), document=document)
    engine = RustEngine({URI: schema})
    return list(undeclared(schema, value, Validation(engine=engine, annotator=engine, schemas={URI: schema})))


def places(document: dict[str, JSONValue], value: JSONValue) -> list[str]:
    return [one.instance_path for one in found(document, value)]


DAY: dict[str, JSONValue] = {
    "properties": {"high": {"type": "integer"}, "temperature": {}, "labels": {"type": "object"}},
}


def test_a_field_that_nothing_declares_is_told_where_it_stands() -> None:
    (one,) = found({"properties": {"days": {"items": DAY}}}, {"days": [{"high": 1}, {"temperatur": [1]}]})
    assert one == Undeclared(
        code=Code.UNDECLARED_FIELD,
        message="the contract does not declare the field 'temperatur' (here [1])",
        hint="The contract declares 'temperature'.",
        instance_path="/days/1/temperatur",
        schema_path="report.json#/properties/days/items/properties",
    )


def test_all_fields_are_told_in_order() -> None:
    assert places(DAY, {"z": 1, "high": 1, "a/b~c": 1, "": 1}) == ["/", "/a~1b~0c", "/z"]


def test_an_object_of_which_no_properties_are_declared_is_anybodys() -> None:
    assert places(DAY, {"labels": {"anything": {"goes": 1}}}) == []


@pytest.mark.parametrize(
    "beside",
    [
        {"additionalProperties": {"type": "integer"}},
        {"unevaluatedProperties": {"type": "integer"}},
        {"patternProperties": {"^x-": {}}},
        {"allOf": [{"properties": {"x-a": {}}}]},
        {"anyOf": [{"properties": {"x-a": {}}}, {"required": ["x-b"]}]},
        {"if": {"required": ["high"]}, "then": {"properties": {"x-a": {}}}},
        {"dependentSchemas": {"high": {"properties": {"x-a": {}}}}},
        {"$ref": "#/$defs/more", "$defs": {"more": {"properties": {"x-a": {}}}}},
    ],
    ids=lambda beside: next(iter(beside)),
)
def test_a_field_may_be_declared_by_any_keyword(beside: dict[str, JSONValue]) -> None:
    assert places({**DAY, **beside}, {"high": 1, "x-a": 1}) == []
    assert places(DAY, {"high": 1, "x-a": 1}) == ["/x-a"]


def test_an_object_may_be_open_in_so_many_words() -> None:
    assert places({**DAY, "additionalProperties": True}, {"high": 1, "x": 1}) == []
    assert places({**DAY, "unevaluatedProperties": True}, {"high": 1, "x": 1}) == []


def test_a_branch_that_does_not_apply_declares_nothing() -> None:
    branch: dict[str, JSONValue] = {**DAY, "if": {"required": ["low"]}, "then": {"properties": {"x": {}}}}
    assert places(branch, {"high": 1, "x": 1}) == ["/x"]


def test_a_value_that_breaks_its_schema_has_no_drift() -> None:
    assert found(DAY, {"high": "x", "more": 1}) == []


SKY: dict[str, JSONValue] = {"x-extensible-enum": ["clear", "cloudy"]}


def test_a_value_that_is_not_among_the_known_ones() -> None:
    (one,) = found({"properties": {"sky": SKY}}, {"sky": "claer"})
    assert one == Undeclared(
        code=Code.UNDECLARED_VALUE,
        message='got "claer", which the contract does not know; it knows "clear", "cloudy"',
        hint='Did you mean "clear"?',
        instance_path="/sky",
        schema_path="report.json#/properties/sky/x-extensible-enum",
    )


@pytest.mark.parametrize("value", ["clear", None])
def test_known_values_and_null_are_no_drift(value: JSONValue) -> None:
    assert found(SKY, value) == []


@pytest.mark.parametrize(
    ("known", "value", "drifts"),
    [
        ([1, 2], 1, False),
        ([1, 2], 1.0, False),
        ([1, 2], True, True),
        ([True], 1, True),
        ([0], False, True),
        ([{"a": 1}], {"a": 1}, False),
        ([[1]], [2], True),
        ([], "x", True),
    ],
)
def test_known_values_of_every_type(known: list[JSONValue], value: JSONValue, drifts: bool) -> None:
    assert [one.code for one in found({"x-extensible-enum": known}, value)] == [Code.UNDECLARED_VALUE] * drifts


def test_each_item_of_an_array_has_its_value() -> None:
    assert places({"items": SKY}, ["clear", "red", "cloudy", "blue"]) == ["/1", "/3"]
