from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tapecheck.errors import GenerationError
from tapecheck.generation.source import RandomSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from tapecheck.model import JSONValue

DEEP: JSONValue = {
    "type": "object",
    "required": ["more"],
    "properties": {"more": {"type": "array", "items": {"$ref": "#"}}, "free": {"type": "object"}},
}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "array"}, ["text"]),
        ({"type": "array", "maxItems": 0}, []),
        ({"type": "array", "minItems": 2, "items": {"const": 1}}, [1, 1]),
        ({"type": "array", "prefixItems": [{"const": 1}], "items": {"const": 2}, "minItems": 3}, [1, 2, 2]),
        ({"type": "array", "contains": {"const": 7}}, [7]),
        ({"type": "array", "items": False}, []),
        ({"type": "object"}, {}),
        ({"type": "object", "minProperties": 1}, {"text_0": "text_0"}),
        ({"type": "object", "properties": {"a": {}, "b": {"const": 1}}, "minProperties": 1}, {"a": "a"}),
        ({"type": "object", "properties": {"a": {}}, "required": ["b", "a"]}, {"a": "a", "b": "b"}),
        (
            {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a"], "dependentRequired": {"a": ["b"]}},
            {"a": "a", "b": "b"},
        ),
        ({"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1}, {"text_0": 0}),
    ],
)
def test_plain_has_one_item_and_no_field_that_may_be_missing(
    build: Callable[..., JSONValue], schema: JSONValue, expected: JSONValue
) -> None:
    assert build(schema) == expected


def test_fields_come_in_the_order_in_which_they_are_declared(build: Callable[..., JSONValue]) -> None:
    made = build({"type": "object", "required": ["b", "a"], "properties": {"a": {}, "b": {}}})
    assert isinstance(made, dict)
    assert list(made) == ["a", "b"]


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "minItems": 1, "items": False},
        {"type": "array", "minItems": 2, "maxItems": 1},
        {"type": "object", "required": ["a"], "properties": {"a": False}},
    ],
)
def test_a_contradiction_is_an_error(build: Callable[..., JSONValue], schema: JSONValue) -> None:
    with pytest.raises(GenerationError):
        build(schema)


@given(seed=st.integers())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_recursion_ends(build: Callable[..., JSONValue], seed: int) -> None:
    assert isinstance(build(DEEP, RandomSource(seed)), dict)


def test_fields_that_may_be_missing_are_there_at_times(build: Callable[..., JSONValue]) -> None:
    schema: JSONValue = {"type": "object", "maxProperties": 1, "properties": {"a": {}, "b": {}, "c": False}}
    made = [build(schema, RandomSource(seed)) for seed in range(50)]
    assert {tuple(one) for one in made if isinstance(one, dict)} == {(), ("a",), ("b",)}


def test_free_objects_get_fields_of_any_name(build: Callable[..., JSONValue]) -> None:
    made = [build({"type": "object", "maxProperties": 2}, RandomSource(seed)) for seed in range(30)]
    assert {len(one) for one in made if isinstance(one, dict)} == {0, 1, 2}


def test_surprises_are_fields_that_nobody_declares(build: Callable[..., JSONValue]) -> None:
    schema: JSONValue = {"type": "object", "properties": {"a": {"type": "string"}}}
    made = [build(schema, RandomSource(seed), surprises=True) for seed in range(50)]
    assert {name for one in made if isinstance(one, dict) for name in one} == {"a", "never_seen_before"}
