"""jsonschema-rs, which checks, and jsonschema, the reference, come to the same verdict, and for the same reasons.

Where the two differ, a test at the end pins it.
"""

from __future__ import annotations

import copy
import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tapecheck.cassettes import discover, read
from tapecheck.checking import ReferenceEngine, RustEngine, sound
from tapecheck.checking.exchange import Outcome, read_exchange
from tapecheck.checking.explain import explain
from tapecheck.checking.payload import Document, EventStream
from tapecheck.contracts import Contracts, Match, Schema
from tapecheck.model import Interaction, JSONValue, find

ROOT = Path(__file__).parents[2]
URI = "https://contracts.tapecheck.invalid/generated/schema.json"


class Engines:
    """Both engines with the same schemas."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self.rust, self.reference = RustEngine(schemas), ReferenceEngine(schemas)

    def agree(self, uri: str, value: JSONValue) -> bool:
        """Hold the two against each other, and return their verdict."""
        broken = set(self.rust.violations(uri, value))
        assert broken == set(self.reference.violations(uri, value))
        assert self.rust.is_valid(uri, value) is self.reference.is_valid(uri, value) is (not broken)
        return not broken


def engines_for(schema: JSONValue) -> Engines:
    assert isinstance(schema, dict)
    return Engines({URI: Schema(uri=URI, path=Path("schema.json"), document=schema)})


# Generated schemas ----------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "c", "type"])
NUMBERS = st.integers(-3, 3) | st.sampled_from([0.5, 1.0, -1.0, 1e300, 2**53 + 1, 2**64, -(2**70)])
STRINGS = st.sampled_from(["", "a", "ab", "b1", "é", "e\u0301", "\N{GRINNING FACE}", "a\nb", "\0", "-"]) | st.text(
    max_size=3
)
TEXT = STRINGS.filter(lambda text: not text.endswith("\n"))  # see `test_patterns`
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
VALUES = st.recursive(
    SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(NAMES, below, max_size=4), max_leaves=12
)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "array", "object"])
SIZES = st.integers(0, 3)
PATTERNS = st.sampled_from(["^a", "b$", "^[0-9]+$", "^[A-Za-z0-9+/]+={0,2}$", "-", "^(a|b)[^-]*$", ".", "^..$"])

PLAIN: Mapping[str, st.SearchStrategy[JSONValue]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True).map(list[JSONValue]),
    "enum": st.lists(VALUES, min_size=1, max_size=3).map(list[JSONValue]),
    "const": VALUES,
    "required": st.lists(NAMES, max_size=3, unique=True).map(list[JSONValue]),
    "dependentRequired": st.dictionaries(
        NAMES, st.lists(NAMES, max_size=2, unique=True).map(list[JSONValue]), max_size=2
    ),
    "minLength": SIZES,
    "maxLength": SIZES,
    "minItems": SIZES,
    "maxItems": SIZES,
    "minProperties": SIZES,
    "maxProperties": SIZES,
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "exclusiveMinimum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "multipleOf": st.integers(1, 2),  # see `test_divisors`
    "uniqueItems": st.booleans(),
    "pattern": PATTERNS,
    "format": st.sampled_from(["date-time", "uri", "uuid", "none such"]),
    "x-extensible-enum": st.lists(VALUES, max_size=2).map(list[JSONValue]),
}


def keywords(below: st.SearchStrategy[JSONValue]) -> dict[str, st.SearchStrategy[JSONValue]]:
    """The keywords that hold schemas, but for `unevaluatedProperties` (see `test_what_is_said_twice`)."""
    several = st.lists(below, min_size=1, max_size=3).map(list[JSONValue])
    by_name = st.dictionaries(NAMES, below, max_size=3)
    one = dict.fromkeys(("if", "then", "else", "not", "items", "contains", "propertyNames"), below)
    return {
        **one,
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), several),
        **dict.fromkeys(("properties", "dependentSchemas"), by_name),
        "patternProperties": st.dictionaries(PATTERNS, below, max_size=2),
        "additionalProperties": below | st.booleans(),
    }


def schemas_of(optional: Mapping[str, st.SearchStrategy[JSONValue]]) -> st.SearchStrategy[JSONValue]:
    """Schemas of one to four of these keywords."""
    chosen = st.lists(st.sampled_from(sorted(optional)), min_size=1, max_size=4, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: optional[name] for name in names}))


REFERENCES: st.SearchStrategy[JSONValue] = st.sampled_from([{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/b"}])
PARTS: st.SearchStrategy[JSONValue] = st.recursive(
    schemas_of(PLAIN) | st.just(True) | REFERENCES,
    lambda below: schemas_of({**PLAIN, **keywords(below)}),
    max_leaves=6,
)
ENDS: st.SearchStrategy[JSONValue] = schemas_of(PLAIN)


@st.composite
def documents(draw: st.DrawFn) -> JSONValue:
    """A schema with two parts that it may refer to."""
    held = draw(schemas_of({**PLAIN, **keywords(PARTS)}))
    assert isinstance(held, dict)
    return {**held, "$defs": {"a": draw(ENDS), "b": draw(ENDS)}}


@settings(max_examples=400)
@given(documents(), st.lists(VALUES, min_size=1, max_size=5))
def test_generated_schemas(schema: JSONValue, values: list[JSONValue]) -> None:
    engines = engines_for(schema)
    for value in values:
        engines.agree(URI, value)


# Our contracts --------------------------------------------------------------------------------------------------------


@cache
def contracts() -> Contracts:
    return sound(ROOT / "contracts")


@cache
def engines() -> Engines:
    return Engines(contracts().schemas)


@cache
def seeds() -> Mapping[str, list[JSONValue]]:
    """What our cassettes have for each schema, by its URI; invented bodies where they have nothing."""
    found: defaultdict[str, list[JSONValue]] = defaultdict(list)
    for path in discover([ROOT / "cassettes"]):
        for interaction in read(path).interactions if isinstance(path, Path) else ():
            for schema, value in recorded(interaction):
                found[schema.uri].append(value)
    invented: list[JSONValue] = [
        {"type": "text", "text": "a"},
        {"id": "1", "object": "list", "data": []},
        {"error": {}},
    ]
    return {uri: found[uri] or invented for uri in sorted(contracts().schemas)}


def recorded(interaction: Interaction) -> Iterator[tuple[Schema, JSONValue]]:
    """Yield the bodies and events of an interaction with their schemas."""
    match = contracts().match(interaction.request.method, interaction.request.uri)
    if not isinstance(match, Match):
        return
    exchange, operation = read_exchange(match, interaction), match.operation
    answer = operation.error if exchange.expected is Outcome.ERROR else operation.response
    for payload, schema in ((exchange.request, operation.request), (exchange.response, answer)):
        if isinstance(payload, Document) and schema is not None:
            yield schema, payload.value
    if isinstance(exchange.response, EventStream) and operation.stream is not None:
        for event in exchange.response.events:
            if (schema := operation.stream.events.get(event.name or "")) is not None:
                yield schema, event.value


@st.composite
def near(draw: st.DrawFn, uri: str) -> JSONValue:
    """What a cassette has for a schema, altered in up to two places."""
    value = copy.deepcopy(draw(st.sampled_from(seeds()[uri])))
    for _ in range(draw(st.integers(0, 2))):
        spots = list(places(value))
        if not spots:
            return draw(VALUES)
        holder, step = draw(st.sampled_from(spots))
        if isinstance(holder, list) and isinstance(step, int):
            holder[step] = draw(VALUES)
        elif isinstance(holder, dict) and isinstance(step, str):
            if draw(st.booleans()):
                del holder[step]
            else:
                holder[step] = draw(VALUES)
    return value


def places(value: JSONValue) -> Iterator[tuple[JSONValue, str | int]]:
    """Yield every object and array with each of its keys and indexes."""
    for (step,), below in find(value, ("*",)):
        yield value, step
        yield from places(below)


USED = sorted(sound(ROOT / "contracts").schemas)


@settings(max_examples=300)
@given(st.sampled_from(USED).flatmap(lambda uri: st.tuples(st.just(uri), near(uri))))
def test_bodies_that_are_nearly_right(case: tuple[str, JSONValue]) -> None:
    uri, value = case
    valid = engines().agree(uri, value)
    words = list(explain(engines().rust, engines().schemas, uri, value))
    assert bool(words) is not valid, "every violation can be put into words"


@pytest.mark.parametrize("provider", sorted(contracts().by_provider))
def test_every_schema_of_a_provider(provider: str) -> None:
    plain: list[JSONValue] = [None, True, 0, 1.0, "", "a", [], [{}], {}, {"type": "a"}, {"error": None}, {"id": 1}]
    chosen = random.Random(0)
    for uri in contracts().by_provider[provider].schemas:
        recordings = chosen.sample(seeds()[uri], min(3, len(seeds()[uri])))
        for value in [*plain, *recordings]:
            engines().agree(uri, value)


# Where they differ ----------------------------------------------------------------------------------------------------


def verdicts(schema: JSONValue, value: JSONValue) -> tuple[bool, bool]:
    engines = engines_for(schema)
    return engines.rust.is_valid(URI, value), engines.reference.is_valid(URI, value)


@pytest.mark.parametrize(
    ("pattern", "text", "rust"),
    [
        (r"^a$", "a\n", False),
        (r"^\d$", "\N{ARABIC-INDIC DIGIT THREE}", False),
        (r"^\w$", "é", False),
        (r"^\W$", "é", True),
        (r"^\s$", "\x1c", False),
        (r"^\s$", "\ufeff", True),
    ],
    ids=["end", "digit", "letter", "no letter", "separator", "byte order mark"],
)
def test_patterns(pattern: str, text: str, rust: bool) -> None:
    """JSON Schema's are those of JavaScript (core 6.4), and so are jsonschema-rs's; jsonschema takes Python's."""
    assert verdicts({"pattern": pattern}, text) == (rust, not rust)


@pytest.mark.parametrize(("divisor", "number", "rust"), [(0.1, 0.3, True), (0.01, 19.99, True), (3, 1e300, False)])
def test_divisors(divisor: float, number: float, rust: bool) -> None:
    """jsonschema-rs calculates with the decimals as they are written, jsonschema with the nearest doubles."""
    assert verdicts({"multipleOf": divisor}, number) == (rust, not rust)


def test_integers_as_large_floats() -> None:
    """Beyond 2 ** 53, a double is not the integer that was written."""
    assert verdicts({"const": 10**30}, 1e30) == (True, False)
    assert verdicts({"const": 10**30}, 10**30) == (True, True)


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_numbers_that_json_has_not(number: float) -> None:
    """Bodies with such numbers are refused before; jsonschema-rs takes them for no number at all."""
    assert verdicts({"type": "number"}, number) == (False, True)


def test_half_a_surrogate_pair() -> None:
    """Bodies with one are refused before; jsonschema-rs, whose strings are UTF-8, cannot even be asked."""
    engines = engines_for({"type": "string"})
    assert engines.reference.is_valid(URI, "\ud800")
    with pytest.raises(UnicodeEncodeError):
        engines.rust.is_valid(URI, "\ud800")


def test_deep_values() -> None:
    """Bodies nested so deep are refused before: jsonschema-rs cannot report a value of more than 255 levels."""
    engines = engines_for({"type": "string"})
    value: JSONValue = []
    for _ in range(255):
        value = [value]
    assert not engines.rust.is_valid(URI, value)
    with pytest.raises(ValueError, match="Recursion limit reached"):
        list(engines.rust.violations(URI, value))


@pytest.mark.parametrize(
    ("schema", "value", "rust", "reference"),
    [
        ({"properties": {"a": False}}, {"a": 1}, "properties/a", "properties"),
        ({"allOf": [False]}, 1, "allOf/0", "allOf"),
        ({"prefixItems": [{}], "items": False}, [1, 2], "items", "items"),
        ({"contains": {"type": "string"}, "minContains": 2}, ["a"], "minContains", "contains"),
        ({"contains": {"type": "string"}, "maxContains": 0}, ["a"], "maxContains", "contains"),
    ],
    ids=["field", "branch", "items", "too few", "too many"],
)
def test_places_of_violations(schema: JSONValue, value: JSONValue, rust: str, reference: str) -> None:
    """jsonschema names a schema that is `false` by what holds it, and too few or too many items by `contains`."""
    engines = engines_for(schema)
    (one,), (other,) = engines.rust.violations(URI, value), engines.reference.violations(URI, value)
    assert (one.keyword, other.keyword) == (f"{URI}#/{rust}", f"{URI}#/{reference}")
    assert other.instance_path == ()
    assert verdicts(schema, value) == (False, False)


def test_what_is_said_twice() -> None:
    """Of fields that `additionalProperties` forbids, jsonschema says that they are unevaluated as well."""
    engines = engines_for({"additionalProperties": False, "unevaluatedProperties": False})
    told = [
        [violation.keyword.rpartition("/")[2] for violation in engine.violations(URI, {"a": 1})]
        for engine in (engines.rust, engines.reference)
    ]
    assert told == [["additionalProperties"], ["additionalProperties", "unevaluatedProperties"]]


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"type": "integer"}, 1.0, True),
        ({"const": 1}, True, False),
        ({"enum": [0]}, False, False),
        ({"const": {"a": [1]}}, {"a": [1.0]}, True),
        ({"uniqueItems": True}, [1, 1.0], False),
        ({"uniqueItems": True}, [1, True], True),
        ({"uniqueItems": True}, [{"a": 0}, {"a": False}], True),
        ({"maxLength": 1}, "\N{GRINNING FACE}", True),
        ({"maxLength": 1}, "e\u0301", False),
        ({"const": "é"}, "e\u0301", False),
        ({"const": 2**53 + 1}, float(2**53), False),
        ({"maximum": 2**64}, 2**64 + 1, False),
        ({"format": "date-time"}, "never", True),
        ({"contentEncoding": "base64", "contentMediaType": "application/json"}, "%", True),
    ],
)
def test_what_one_might_think_that_they_differ_in(schema: JSONValue, value: JSONValue, valid: bool) -> None:
    assert engines_for(schema).agree(URI, value) is valid
