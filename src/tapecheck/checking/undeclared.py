"""What a value has and its schema does not declare, as the annotations of JSON Schema tell (2020-12, core 7.7)."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapecheck.checking.explain import did_you_mean, show
from tapecheck.checking.keywords import enter, file_of
from tapecheck.checking.problem import Validation
from tapecheck.contracts import Schema
from tapecheck.model import Code, JSONValue, parse_pointer, resolve

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
        known: list[JSONValue] = [one for one in listed if isinstance(one, str | int | float)]
        got = resolve(value, parse_pointer(annotation["instanceLocation"]))
        if got is not None and got not in known:
            yield Undeclared(
                code=Code.UNDECLARED_VALUE,
                message=f"got {show(got)}, which the contract does not know; it knows {', '.join(map(show, known))}",
                hint=did_you_mean(got, known),
                instance_path=annotation["instanceLocation"],
                schema_path=f"{file_of(schemas, annotation['schemaLocation'])}/x-extensible-enum",
            )


def _fields(
    annotations: list[EvaluationAnnotation], value: JSONValue, schemas: Mapping[str, Schema]
) -> Iterator[Undeclared]:
    """Yield each field that no keyword spoke of, in the objects of which `properties` spoke."""
    spoken_of: defaultdict[str, set[str]] = defaultdict(set)
    declared_at: dict[str, str] = {}
    for annotation in annotations:
        keyword = annotation["schemaLocation"].rpartition("/")[2]
        if keyword in _SPEAKS_OF_FIELDS and isinstance(names := annotation["annotations"], list):
            spoken_of[annotation["instanceLocation"]].update(str(name) for name in names)
            if keyword == "properties":
                declared_at.setdefault(annotation["instanceLocation"], annotation["schemaLocation"])
    for path, place in declared_at.items():
        holder = resolve(value, parse_pointer(path))
        if isinstance(holder, dict):
            for name in sorted(set(holder) - spoken_of[path]):
                yield Undeclared(
                    code=Code.UNDECLARED_FIELD,
                    message=f"the contract does not declare the field {name!r} (here {show(holder[name])})",
                    hint=_similar(name, enter(schemas, place)[2]),
                    instance_path=path,
                    schema_path=file_of(schemas, place),
                )


def _similar(name: str, declared: JSONValue) -> str | None:
    close = difflib.get_close_matches(name, declared, n=1) if isinstance(declared, dict) else []
    return f"The contract declares {close[0]!r}." if close else None
