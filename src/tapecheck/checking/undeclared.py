"""What a value has and its schema does not declare, as the annotations of JSON Schema tell (2020-12, core 7.7)."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from tapecheck.checking.keywords import enter, file_of
from tapecheck.checking.problem import Validation
from tapecheck.checking.wording import did_you_mean, show, show_all
from tapecheck.contracts import Schema
from tapecheck.model import Code, JSONValue, parse_pointer, pointer, resolve

if TYPE_CHECKING:
    from jsonschema_rs import EvaluationAnnotation

_SPEAKS_OF_FIELDS = {"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undeclared:
    """A field or a value that a schema does not declare; the fields are those of `Finding`."""

    code: Code
    message: str
    hint: str | None
    instance_path: str
    schema_path: str


def undeclared(schema: Schema, value: JSONValue, validation: Validation) -> Iterator[Undeclared]:
    """Yield each undeclared field and value of a document that keeps its schema."""
    annotations = validation.annotator.annotations(schema.uri, value)
    yield from _values(annotations, value, validation.schemas)
    yield from _fields(annotations, value, validation.schemas)


def _values(
    annotations: list[EvaluationAnnotation], value: JSONValue, schemas: Mapping[str, Schema]
) -> Iterator[Undeclared]:
    for annotation in annotations:
        found = annotation["annotations"]
        if not isinstance(found, dict) or not isinstance(listed := found.get("x-extensible-enum"), list):
            continue
        known = cast("list[JSONValue]", listed)  # jsonschema-rs makes no Decimal of what is not one
        got = resolve(value, parse_pointer(annotation["instanceLocation"]))
        if got is not None and not _is_among(got, known):
            yield Undeclared(
                code=Code.UNDECLARED_VALUE,
                message=f"got {show(got)}, which the contract does not know; it knows {show_all(known)}",
                hint=did_you_mean(got, known),
                instance_path=annotation["instanceLocation"],
                schema_path=f"{file_of(schemas, annotation['schemaLocation'])}/x-extensible-enum",
            )


def _is_among(value: JSONValue, known: Iterable[JSONValue]) -> bool:
    """Compare as JSON does, where `true` is not 1."""
    return any(one == value and isinstance(one, bool) is isinstance(value, bool) for one in known)


def _fields(
    annotations: list[EvaluationAnnotation], value: JSONValue, schemas: Mapping[str, Schema]
) -> Iterator[Undeclared]:
    """Yield each field that no keyword spoke of, in the objects of which `properties` spoke."""
    spoken_of: defaultdict[str, set[str]] = defaultdict(set)
    declared_at: defaultdict[str, list[str]] = defaultdict(list)
    for annotation in annotations:
        if not isinstance(names := annotation["annotations"], list):
            continue
        keyword = annotation["schemaLocation"].rpartition("/")[2]
        if keyword in _SPEAKS_OF_FIELDS:
            spoken_of[annotation["instanceLocation"]].update(cast("list[str]", names))
            if keyword == "properties":
                declared_at[annotation["instanceLocation"]].append(annotation["schemaLocation"])
    for path, holder in _objects(value, ""):
        places, extra = declared_at.get(path, ()), holder.keys() - spoken_of[path]
        if places and extra and not any(_is_open(schemas, place) for place in places):
            for name in sorted(extra):
                yield _undeclared_field(path, name, holder[name], places[0], schemas)


def _objects(value: JSONValue, path: str) -> Iterator[tuple[str, dict[str, JSONValue]]]:
    """Yield each object of a value with its JSON pointer."""
    if isinstance(value, dict):
        yield path, value
        for name, below in value.items():
            if isinstance(below, dict | list):
                yield from _objects(below, path + pointer((name,)))
    elif isinstance(value, list):
        for index, below in enumerate(value):
            if isinstance(below, dict | list):
                yield from _objects(below, f"{path}/{index}")


def _undeclared_field(path: str, name: str, value: JSONValue, place: str, schemas: Mapping[str, Schema]) -> Undeclared:
    return Undeclared(
        code=Code.UNDECLARED_FIELD,
        message=f"the contract does not declare the field {name!r} (here {show(value)})",
        hint=_similar(name, enter(schemas, place)[2]),
        instance_path=path + pointer((name,)),
        schema_path=file_of(schemas, place),
    )


def _is_open(schemas: Mapping[str, Schema], place: str) -> bool:
    """Tell whether the schema around `properties` takes any other field, which jsonschema-rs has no annotation for."""
    _, _, schema = enter(schemas, place.rpartition("/")[0])
    others = schema if isinstance(schema, dict) else {}
    return others.get("additionalProperties") is True or others.get("unevaluatedProperties", False) is not False


def _similar(name: str, declared: JSONValue) -> str | None:
    close = difflib.get_close_matches(name, declared, n=1) if isinstance(declared, dict) else []
    return f"The contract declares {close[0]!r}." if close else None
