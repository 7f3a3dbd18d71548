"""What a violation means, in words: what was got, what the contract says, the nearest alternative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tapecheck.checking.engine import Engine, Violation
from tapecheck.checking.keywords import Keyword, keyword_at
from tapecheck.checking.wording import describe, several_fit
from tapecheck.contracts import Schema
from tapecheck.model import JSONValue, pointer, resolve


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
        keyword = keyword_at(schemas, violation.keyword)
        part, place = resolve(value, violation.instance_path), pointer(violation.instance_path)
        alternatives = _alternatives(engine, keyword, part)
        nearest = _nearest(alternatives)
        if nearest is None:
            fitting = sum(not broken for broken in alternatives.values())
            message, hint = several_fit(keyword, part) if fitting else describe(keyword, part)
            yield Explanation(message=message, hint=hint, instance_path=place, keyword=keyword)
            continue
        for inner in explain(engine, schemas, nearest, part):
            yield Explanation(
                message=inner.message, hint=inner.hint, instance_path=place + inner.instance_path, keyword=inner.keyword
            )


def _place(violation: Violation) -> tuple[list[tuple[int, str]], str]:
    """Sort by place, elements of an array by number."""
    return [(one, "") if isinstance(one, int) else (-1, one) for one in violation.instance_path], violation.keyword


def _alternatives(engine: Engine, keyword: Keyword, value: JSONValue) -> dict[str, set[Violation]]:
    """Return what a value breaks of each alternative, by the URI of the alternative."""
    if keyword.name not in ("anyOf", "oneOf") or not isinstance(keyword.value, list):
        return {}
    uris = [f"{keyword.uri}/{index}" for index in range(len(keyword.value))]
    return {uri: set(engine.violations(uri, value)) for uri in uris}


def _nearest(alternatives: Mapping[str, set[Violation]]) -> str | None:
    """Return the alternative that is for such values and broken least; None where none is, or where some fit."""
    meant = {uri: broken for uri, broken in alternatives.items() if not any(map(_at_root, broken))}
    return min(meant, key=lambda uri: len(meant[uri]), default=None) if all(alternatives.values()) else None


def _at_root(violation: Violation) -> bool:
    return not violation.instance_path and violation.keyword.endswith(("/type", "/const", "/enum"))
