from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.llm.protocol import JsonObject
from backend.providers.openai.strict import MAX_DEPTH, close_schema

if TYPE_CHECKING:
    from pydantic import JsonValue

SCALARS: list[JsonObject] = [
    {"type": "string", "description": "A port."},
    {"type": "string", "enum": ["Harwich", "Dover"]},
    {"type": "number"},
    {"type": "integer"},
    {"type": "boolean"},
]


def taking(value: JsonObject, **changed: JsonValue) -> JsonObject:
    """Return the schema of an object whose property `value` is like this."""
    return {"type": "object", "properties": {"value": value}, "required": ["value"], **changed}


@pytest.mark.parametrize("scalar", SCALARS)
def test_an_object_is_closed(scalar: JsonObject) -> None:
    assert close_schema(taking(scalar)) == taking(scalar, additionalProperties=False)
    assert close_schema(taking(scalar, additionalProperties=False)) == taking(scalar, additionalProperties=False)


def test_a_tool_that_takes_nothing_is_strict() -> None:
    schema: JsonObject = {"type": "object", "properties": {}, "required": []}
    assert close_schema(schema) == schema | {"additionalProperties": False}


def test_objects_within_are_closed() -> None:
    inner = taking({"type": "string"})
    closed = inner | {"additionalProperties": False}
    given_schema = taking({"type": "array", "items": taking(inner)})
    expected = taking(
        {"type": "array", "items": taking(closed, additionalProperties=False)}, additionalProperties=False
    )
    assert close_schema(given_schema) == expected


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string"},
        {"type": "object"},
        {"type": "object", "properties": {}},
        {"type": "object", "properties": {"port": {"type": "string"}}, "required": []},
        {"type": "object", "properties": {}, "required": ["port"]},
        {"type": "object", "properties": [], "required": []},
        taking({"type": "string"}, additionalProperties=True),
        taking({"type": "string"}, additionalProperties={}),
        taking({"type": "string"}, title="Unknown to us"),
        taking({"type": "string", "format": "date"}),
        taking({"type": ["string", "null"]}),
        taking({"type": "array"}),
        taking({"type": "array", "items": True}),
        taking({"type": "object"}),
        taking({"anyOf": []}),
        taking({"type": "unheard-of"}),
    ],
)
def test_other_schemas_are_not_strict(schema: JsonObject) -> None:
    assert close_schema(schema) is None


@pytest.mark.parametrize(("levels", "strict"), [(MAX_DEPTH - 1, True), (MAX_DEPTH, False)])
def test_only_so_many_levels_are_strict(levels: int, strict: bool) -> None:
    schema: JsonObject = {"type": "string"}
    for _ in range(levels):
        schema = taking(schema)
    assert (close_schema(schema) is not None) is strict


SCHEMAS = st.recursive(
    st.sampled_from([*SCALARS, {"type": "null", "format": "none"}]),
    lambda inner: st.one_of(
        inner.map(lambda items: {"type": "array", "items": items}),
        st.dictionaries(st.sampled_from("abc"), inner).flatmap(
            lambda properties: st.fixed_dictionaries(
                {
                    "type": st.just("object"),
                    "properties": st.just(properties),
                    "required": st.sampled_from([sorted(properties), sorted(properties)[1:]]),
                },
                optional={"additionalProperties": st.booleans()},
            )
        ),
    ),
    max_leaves=6,
)


@given(SCHEMAS)
def test_closing_changes_nothing_of_what_it_is_given_and_closes_once(schema: JsonObject) -> None:
    before = copy.deepcopy(schema)
    closed = close_schema(schema)
    assert schema == before
    if closed is not None:
        assert close_schema(closed) == closed
