from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.checking import ENGINES, Engine, RustEngine, Violation
from tapecheck.contracts import Schema
from tapecheck.errors import CassetteError
from tapecheck.model import JSONValue

BASE = "https://x.invalid/weather/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: dict[str, dict[str, JSONValue]] = {
    "report.json": {
        "$schema": DIALECT,
        "properties": {"day": {"$ref": "common/day.json"}, "night": {"$ref": "common/day.json#/$defs/dark"}},
        "required": ["day"],
    },
    "common/day.json": {
        "$schema": DIALECT,
        "$ref": "#/$defs/warm",
        "properties": {"low": {"type": "integer"}},
        "$defs": {
            "warm": {"properties": {"high": {"type": "integer", "maximum": 60}}},
            "dark": {"type": "string", "x-extensible-enum": ["black"]},
        },
    },
    "names.json": {
        "$schema": DIALECT,
        "properties": {"propertyNames": {"propertyNames": {"allOf": [{"$ref": "#/$defs/short"}]}}},
        "$defs": {"short": {"maxLength": 1}},
    },
    "tree.json": {"$schema": DIALECT, "properties": {"left": {"$ref": "#"}}},
}
SCHEMAS = {
    BASE + name: Schema(uri=BASE + name, path=Path(name), document=document) for name, document in DOCUMENTS.items()
}


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the engines."""
    make: Callable[[dict[str, Schema]], Engine] = ENGINES[request.param]
    return make(SCHEMAS)


def test_a_schema_is_named_by_its_uri(engine: Engine) -> None:
    assert engine.is_valid(f"{BASE}report.json", {"day": {"high": 20, "low": -3}, "night": "black"})
    assert not engine.is_valid(f"{BASE}report.json", {"day": {"high": 61}})
    assert list(engine.violations(f"{BASE}report.json", {"day": {}})) == []


def test_a_part_of_a_schema_is_named_by_a_fragment(engine: Engine) -> None:
    assert engine.is_valid(f"{BASE}common/day.json#/$defs/dark", "black")
    assert list(engine.violations(f"{BASE}common/day.json#/$defs/dark", 1)) == [
        Violation((), f"{BASE}common/day.json#/$defs/dark/type")
    ]


def test_every_violation_comes_with_its_place_and_its_keyword(engine: Engine) -> None:
    found = engine.violations(f"{BASE}report.json", {"day": {"high": 61, "low": "x"}, "night": 1})
    assert set(found) == {
        Violation(("day", "high"), f"{BASE}common/day.json#/$defs/warm/properties/high/maximum"),
        Violation(("day", "low"), f"{BASE}common/day.json#/properties/low/type"),
        Violation(("night",), f"{BASE}common/day.json#/$defs/dark/type"),
    }
    assert list(engine.violations(f"{BASE}report.json", {})) == [Violation((), f"{BASE}report.json#/required")]


def test_names_are_told_by_what_speaks_of_names(engine: Engine) -> None:
    named = f"{BASE}names.json#/properties/propertyNames/propertyNames"
    assert set(engine.violations(f"{BASE}names.json", {"propertyNames": {"ab": 1, "abc": 2}})) == {
        Violation(("propertyNames",), named)
    }
    assert engine.is_valid(f"{BASE}names.json", {"propertyNames": {"a": 1}})
    assert engine.is_valid(f"{BASE}names.json", {"propertyNames": "abc"})


def test_a_schema_may_be_asked_again(engine: Engine) -> None:
    assert [engine.is_valid(f"{BASE}tree.json", nested(levels)) for levels in (0, 1, 0)] == [True] * 3


def test_the_annotations_of_a_valid_value() -> None:
    annotations = RustEngine(SCHEMAS).annotations(f"{BASE}report.json", {"day": {"high": 20}, "night": "grey"})
    told = {(one["instanceLocation"], str(one["annotations"])) for one in annotations}
    assert ("", "['day', 'night']") in told
    assert ("/day", "['high']") in told
    assert ("/night", "{'x-extensible-enum': ['black']}") in told


def test_an_invalid_value_has_no_annotations() -> None:
    assert RustEngine(SCHEMAS).annotations(f"{BASE}report.json", {"day": {"high": 61}}) == []


def nested(levels: int) -> JSONValue:
    value: JSONValue = {}
    for _ in range(levels):
        value = {"left": value}
    return value


def test_the_reference_says_so_where_it_cannot_go_deeper() -> None:
    """It needs several frames of Python's stack for each level of a value."""
    reference = ENGINES["jsonschema"](SCHEMAS)
    with pytest.raises(CassetteError, match="nests too deeply for jsonschema") as caught:
        reference.is_valid(f"{BASE}tree.json", nested(900))
    assert caught.value.hint == "jsonschema-rs, the default, goes deeper."
    assert RustEngine(SCHEMAS).is_valid(f"{BASE}tree.json", nested(900))
