"""What each keyword of JSON Schema says, in words."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath

from tapecheck.checking.keywords import Keyword
from tapecheck.model import JSONValue

_SHOWN = 60
_LISTED = 12
_MOST_COMPARED = 100
"""Names that a missing one is compared with: a megabyte has 60,000, and each comparison takes 5 µs."""

Words = tuple[str, str | None]
"""A message and a hint."""


def describe(keyword: Keyword, value: JSONValue) -> Words:
    """Say what a value has that breaks a keyword, and name the nearest alternative, if there is one."""
    in_words = _KEYWORDS.get(keyword.name)
    if in_words is not None:
        return in_words(keyword, value)
    if keyword.value is False:
        return f"got {show(value)}, the contract forbids it here", None
    return f"got {show(value)}, the contract says {keyword.name} {show(keyword.value)}", None


def several_fit(keyword: Keyword, value: JSONValue) -> Words:
    """Say that a value fits more than one alternative of a `oneOf`."""
    return f"got {show(value)}, which fits more than one of the shapes {_shapes(keyword.value)}", None


def show(value: JSONValue) -> str:
    """Write a value as JSON, cut to what fits into a sentence."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def show_all(values: Iterable[JSONValue]) -> str:
    """Write values as JSON, the first dozen of them."""
    shown = [show(value) for value in values]
    more = f" and {len(shown) - _LISTED} more" if len(shown) > _LISTED else ""
    return ", ".join(shown[:_LISTED]) + more


def did_you_mean(value: JSONValue, known: Iterable[JSONValue]) -> str | None:
    """Return a hint that names the known string nearest to a value, if one is near."""
    if not isinstance(value, str):
        return None
    close = difflib.get_close_matches(value, [one for one in known if isinstance(one, str)], n=1)
    return f"Did you mean {show(close[0])}?" if close else None


def _type_name(value: JSONValue) -> str:
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _fields(value: JSONValue) -> dict[str, JSONValue]:
    return value if isinstance(value, dict) else {}


def _elements(value: JSONValue) -> list[JSONValue]:
    return value if isinstance(value, list) else [value]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _required(keyword: Keyword, value: JSONValue) -> Words:
    present = _fields(value)
    missing = [str(name) for name in _elements(keyword.value) if name not in present]
    declared = _fields(keyword.schema.get("properties"))
    hint = _renamed(missing, [name for name in present if name not in declared])
    return f"{_quoted(missing)} {'is' if len(missing) == 1 else 'are'} missing", hint


def _renamed(missing: list[str], others: list[str]) -> str | None:
    for name in missing:
        if close := difflib.get_close_matches(name, others[:_MOST_COMPARED], n=1):
            return f"{close[0]!r} is there: is {name!r} meant?"
    return None


def _dependent_required(keyword: Keyword, value: JSONValue) -> Words:
    present = _fields(value)
    called = [(name, needed) for name, needed in _fields(keyword.value).items() if name in present]
    lacking = [(name, [str(one) for one in _elements(needed) if one not in present]) for name, needed in called]
    return "; ".join(f"{_quoted(names)} must come with {name!r}" for name, names in lacking if names), None


def _type(keyword: Keyword, value: JSONValue) -> Words:
    got = "null" if value is None else f"{_type_name(value)} {show(value)}"
    return f"got {got}, the contract says {' or '.join(map(str, _elements(keyword.value)))}", None


def _enum(keyword: Keyword, value: JSONValue) -> Words:
    allowed = _elements(keyword.value)
    return f"got {show(value)}, the contract allows {show_all(allowed)}", did_you_mean(value, allowed)


def _closed(keyword: Keyword, value: JSONValue) -> Words:
    if keyword.value is not False:
        return _says("other fields to be {}")(keyword, value)
    declared = _fields(keyword.schema.get("properties"))
    extra = [name for name in _fields(value) if name not in declared]
    return f"got the fields {_quoted(extra)}, the contract allows no field that it does not declare", None


def _property_names(keyword: Keyword, value: JSONValue) -> Words:
    return f"got the fields {_quoted(_fields(value))}, the contract says of each name: {show(keyword.value)}", None


def _unique(_: Keyword, value: JSONValue) -> Words:
    places: dict[str, int] = {}
    for index, one in enumerate(_elements(value)):
        before = places.setdefault(json.dumps(one, sort_keys=True), index)
        if before != index:
            return f"the items {before} and {index} are both {show(one)}, the contract says that all differ", None
    return f"got {show(value)} with equal items, the contract says that all differ", None  # such as 1 and 1.0


def _alternatives(keyword: Keyword, value: JSONValue) -> Words:
    return f"got {show(value)}, the contract says one of the shapes {_shapes(keyword.value)}", None


def _not(keyword: Keyword, value: JSONValue) -> Words:
    match keyword.value:
        case {"required": list(names), **others} if not others:
            return f"got {' together with '.join(map(show, names))}, the contract forbids that here", None
    return _says("anything but {}")(keyword, value)


def _shapes(alternatives: JSONValue) -> str:
    return ", ".join(map(_shape, _elements(alternatives)))


def _shape(schema: JSONValue) -> str:
    """Name an alternative by its title, its type, its value or the file that it stands in."""
    match schema:
        case {"title": str(name)} | {"type": str(name)}:
            return name
        case {"type": list(names)}:
            return " or ".join(map(str, names))
        case {"const": value}:
            return show(value)
        case {"$ref": str(reference)}:
            return PurePosixPath(reference).name.removesuffix(".schema.json")
    return show(schema)


def _says(words: str) -> Callable[[Keyword, JSONValue], Words]:
    return lambda keyword, value: (f"got {show(value)}, the contract says {words.format(show(keyword.value))}", None)


def _counts(words: str, unit: str) -> Callable[[Keyword, JSONValue], Words]:
    """Describe a bound to the length of a value."""

    def in_words(keyword: Keyword, value: JSONValue) -> Words:
        length = len(value) if isinstance(value, str | list | dict) else 0
        units = unit if length == 1 else f"{unit}s"
        return f"got {show(value)} with {length} {units}, the contract says {words} {show(keyword.value)}", None

    return in_words


_KEYWORDS: Mapping[str, Callable[[Keyword, JSONValue], Words]] = {
    "required": _required,
    "dependentRequired": _dependent_required,
    "type": _type,
    "const": _says("{}"),
    "enum": _enum,
    "minimum": _says("at least {}"),
    "maximum": _says("at most {}"),
    "exclusiveMinimum": _says("more than {}"),
    "exclusiveMaximum": _says("less than {}"),
    "multipleOf": _says("a multiple of {}"),
    "minLength": _counts("at least", "character"),
    "maxLength": _counts("at most", "character"),
    "minItems": _counts("at least", "item"),
    "maxItems": _counts("at most", "item"),
    "minProperties": _counts("at least", "field"),
    "maxProperties": _counts("at most", "field"),
    "uniqueItems": _unique,
    "contains": _says("an array with an item that is {}"),
    "minContains": _says("at least {} items of the kind that `contains` describes"),
    "maxContains": _says("at most {} items of the kind that `contains` describes"),
    "additionalProperties": _closed,
    "unevaluatedProperties": _closed,
    "propertyNames": _property_names,
    "pattern": _says("a string that matches {}"),
    "format": _says("a string of the format {}"),
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "not": _not,
}
