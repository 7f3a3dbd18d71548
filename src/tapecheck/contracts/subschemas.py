"""The schemas within a schema, and what they must not say though JSON Schema allows it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import jsonschema_rs

from tapecheck.model import JSONValue

Place = tuple[str | int, ...]

_ONE = frozenset(
    (
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
    )
)
_ARRAY = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_OBJECT = frozenset(("$defs", "dependentSchemas", "patternProperties", "properties"))
"""Which keywords hold one schema, an array of them, or an object of them (JSON Schema 2020-12, core 10 and 8.2.4)."""

_UNSUPPORTED = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef")

_KEYWORDS = frozenset(
    (
        *_ONE,
        *_ARRAY,
        *_OBJECT,
        *_UNSUPPORTED,
        *("$schema", "$ref", "$comment", "$vocabulary"),
        *("type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains"),
        *("maxProperties", "minProperties", "required", "dependentRequired", "format"),
        *("title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples"),
        *("contentEncoding", "contentMediaType"),
    )
)
"""The keywords of all vocabularies of JSON Schema 2020-12; a misspelt one would be passed over in silence."""


@dataclass(frozen=True, slots=True)
class Misuse:
    """What is wrong at a place of a schema, and what to do instead."""

    place: Place
    message: str
    hint: str | None


def subschemas(schema: JSONValue, place: Place = ()) -> Iterator[tuple[Place, dict[str, JSONValue]]]:
    """Yield each schema within a schema, itself included, with its place; those that are `true` or `false` left out."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield from subschemas(value, (*place, keyword))
        elif keyword in _ARRAY and isinstance(value, list):
            for index, below in enumerate(value):
                yield from subschemas(below, (*place, keyword, index))
        elif keyword in _OBJECT and isinstance(value, dict):
            for name, below in value.items():
                yield from subschemas(below, (*place, keyword, name))


def misuses(schema: Mapping[str, JSONValue]) -> Iterator[Misuse]:
    """Yield what one schema must not say; the schemas within it are not looked at."""
    for keyword in _UNSUPPORTED:
        if keyword in schema:
            hint = "Use $ref with a path relative to the file, and a JSON pointer behind '#'."
            yield Misuse((keyword,), f"{keyword} is not supported", hint)
    for keyword in schema:
        if keyword not in _KEYWORDS and not keyword.startswith("x-"):
            close = difflib.get_close_matches(keyword, _KEYWORDS, n=1)
            hint = f"Is {close[0]!r} meant?" if close else "Begin the names of your own keywords with 'x-'."
            yield Misuse((keyword,), f"{keyword!r} is no keyword of JSON Schema 2020-12", hint)
    if not isinstance(schema.get("x-extensible-enum", []), list):
        yield Misuse(("x-extensible-enum",), "x-extensible-enum is no array of values", None)
    for place, pattern in _patterns(schema):
        if (reason := _fault(pattern)) is not None:
            hint = "A pattern has to be one for JSON Schema and for Python."
            yield Misuse(place, f"{pattern!r} is no regular expression: {reason}", hint)


def _patterns(schema: Mapping[str, JSONValue]) -> Iterator[tuple[Place, str]]:
    if isinstance(pattern := schema.get("pattern"), str):
        yield ("pattern",), pattern
    if isinstance(named := schema.get("patternProperties"), dict):
        for pattern in named:
            yield ("patternProperties", pattern), pattern


def _fault(pattern: str) -> str | None:
    """Say why one of the two engines cannot use a pattern."""
    try:
        re.compile(pattern)
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except re.error as error:
        return error.msg
    except jsonschema_rs.ValidationError as error:
        return error.message
    return None
