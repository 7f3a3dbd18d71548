"""What a violation means, in words: what was got, what the contract says, the nearest alternative."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tapecheck.checking.engine import Engine, Violation
from tapecheck.checking.keywords import Keyword, locate
from tapecheck.contracts import Schema
from tapecheck.model import JSONValue, pointer, resolve

_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A violation in words.

    Attributes:
        message: what was got and what the contract says.
        hint: the nearest alternative, if there is one.
        instance_path: JSON pointer to the part of the value.
        keyword: the keyword that is broken.
    """

    message: str
    hint: str | None
    instance_path: str
    keyword: Keyword


def explain(engine: Engine, schemas: Mapping[str, Schema], uri: str, value: JSONValue) -> Iterator[Explanation]:
    """Yield every violation of a schema in words, in the order of their places.

    A failed `anyOf` or `oneOf` is explained by the alternative that comes nearest to the value.
    """
    said: set[tuple[str, str]] = set()  # branches of `if` and `allOf` may say one thing twice
    for one in _explanations(engine, schemas, uri, value):
        if (one.instance_path, one.message) not in said:
            said.add((one.instance_path, one.message))
            yield one


def _explanations(engine: Engine, schemas: Mapping[str, Schema], uri: str, value: JSONValue) -> Iterator[Explanation]:
    for violation in sorted(set(engine.violations(uri, value)), key=_place):
        keyword = locate(schemas, uri, violation.evaluation_path)
        part = resolve(value, violation.instance_path)
        nearest = _nearest_alternative(engine, keyword, part)
        if nearest is not None:
            for inner in explain(engine, schemas, nearest, part):
                yield Explanation(
                    message=inner.message,
                    hint=inner.hint,
                    instance_path=pointer(violation.instance_path) + inner.instance_path,
                    keyword=inner.keyword,
                )
            continue
        message, hint = _describe(keyword, part)
        yield Explanation(message=message, hint=hint, instance_path=pointer(violation.instance_path), keyword=keyword)


def show(value: JSONValue) -> str:
    """Write a value as JSON, cut to what fits into a sentence."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def type_name(value: JSONValue) -> str:
    """Return the JSON Schema type of a value."""
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


def _place(violation: Violation) -> tuple[list[str], list[str]]:
    return [str(part) for part in violation.instance_path], [str(part) for part in violation.evaluation_path]


def _nearest_alternative(engine: Engine, keyword: Keyword, value: JSONValue) -> str | None:
    """Return the URI of the alternative that fits the type of the value and breaks least, None where none fits."""
    if keyword.name not in ("anyOf", "oneOf") or not isinstance(keyword.value, list):
        return None
    broken = {
        f"{keyword.uri}/{index}": set(engine.violations(f"{keyword.uri}/{index}", value))
        for index in range(len(keyword.value))
    }
    fitting = {
        uri: violations for uri, violations in broken.items() if violations and not any(map(_at_root, violations))
    }
    return min(fitting, key=lambda uri: len(fitting[uri]), default=None)


def _at_root(violation: Violation) -> bool:
    return not violation.instance_path and violation.evaluation_path[-1:] in (("type",), ("const",), ("enum",))


def _describe(keyword: Keyword, value: JSONValue) -> tuple[str, str | None]:
    if keyword.value is False:
        return f"got {show(value)}, the contract forbids it here", None
    describe = _DESCRIPTIONS.get(keyword.name)
    if describe is None:
        return f"got {show(value)}, the contract says {keyword.name} {show(keyword.value)}", None
    return describe(keyword, value)


def _required(keyword: Keyword, value: JSONValue) -> tuple[str, str | None]:
    names = keyword.value if isinstance(keyword.value, list) else []
    present = value if isinstance(value, dict) else {}
    missing = [str(name) for name in names if name not in present]
    listed = ", ".join(repr(name) for name in missing)
    return f"{listed} {'is' if len(missing) == 1 else 'are'} missing", _renamed(keyword, missing, present)


def _renamed(keyword: Keyword, missing: list[str], present: dict[str, JSONValue]) -> str | None:
    declared = keyword.schema.get("properties")
    unknown = [name for name in present if not isinstance(declared, dict) or name not in declared]
    for name in missing:
        if close := difflib.get_close_matches(name, unknown, n=1):
            return f"{close[0]!r} is there, which the contract does not know: is {name!r} meant?"
    return None


def _type(keyword: Keyword, value: JSONValue) -> tuple[str, str | None]:
    expected = keyword.value if isinstance(keyword.value, list) else [keyword.value]
    got = "null" if value is None else f"{type_name(value)} {show(value)}"
    return f"got {got}, the contract says {' or '.join(map(str, expected))}", None


def _const(keyword: Keyword, value: JSONValue) -> tuple[str, str | None]:
    return f"got {show(value)}, the contract says {show(keyword.value)}", None


def _enum(keyword: Keyword, value: JSONValue) -> tuple[str, str | None]:
    allowed = keyword.value if isinstance(keyword.value, list) else []
    message = f"got {show(value)}, the contract allows {', '.join(map(show, allowed))}"
    return message, did_you_mean(value, allowed)


def did_you_mean(value: JSONValue, known: list[JSONValue]) -> str | None:
    """Return a hint that names the known string nearest to a value, if one is near."""
    if not isinstance(value, str):
        return None
    close = difflib.get_close_matches(value, [one for one in known if isinstance(one, str)], n=1)
    return f"Did you mean {show(close[0])}?" if close else None


def _limit(words: str) -> Callable[[Keyword, JSONValue], tuple[str, str | None]]:
    def describe(keyword: Keyword, value: JSONValue) -> tuple[str, str | None]:
        return f"got {show(value)}, the contract says {words.format(show(keyword.value))}", None

    return describe


_DESCRIPTIONS: Mapping[str, Callable[[Keyword, JSONValue], tuple[str, str | None]]] = {
    "required": _required,
    "type": _type,
    "const": _const,
    "enum": _enum,
    "minimum": _limit("at least {}"),
    "maximum": _limit("at most {}"),
    "exclusiveMinimum": _limit("more than {}"),
    "exclusiveMaximum": _limit("less than {}"),
    "minLength": _limit("at least {} characters"),
    "maxLength": _limit("at most {} characters"),
    "minItems": _limit("at least {} items"),
    "maxItems": _limit("at most {} items"),
    "minProperties": _limit("at least {} fields"),
    "pattern": _limit("a string that matches {}"),
    "anyOf": _limit("one of several shapes, and none of them fits: {}"),
    "oneOf": _limit("exactly one of several shapes: {}"),
    "not": _limit("anything but {}"),
}
