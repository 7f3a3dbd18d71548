"""Validation: jsonschema-rs for speed, jsonschema as the reference; a property test holds them to the same verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tapecheck.contracts import DIALECT, Schema

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

    from tapecheck.model import JSONValue

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A keyword that a value breaks.

    Attributes:
        instance_path: to the part of the value.
        evaluation_path: from the schema to the keyword; a `$ref` on the way may be left out (jsonschema does so).
    """

    instance_path: Path
    evaluation_path: Path


class Engine(Protocol):
    """Holds values against schemas, each named by its URI, with a JSON pointer as fragment for a part of one."""

    def is_valid(self, uri: str, value: JSONValue) -> bool:
        """Tell whether a value keeps a schema."""
        ...

    def violations(self, uri: str, value: JSONValue) -> Iterator[Violation]:
        """Yield every keyword of a schema that a value breaks; those within `anyOf` and `oneOf` count as one."""
        ...


class RustEngine:
    """Validates with jsonschema-rs; each schema is compiled when it is first used."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        import jsonschema_rs

        self._registry = jsonschema_rs.Registry([(uri, dict(schema.document)) for uri, schema in schemas.items()])
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def validator(self, uri: str) -> jsonschema_rs.Draft202012Validator:
        """Return the compiled schema."""
        import jsonschema_rs

        if uri not in self._compiled:
            reference = {"$schema": DIALECT, "$ref": uri}
            self._compiled[uri] = jsonschema_rs.Draft202012Validator(reference, registry=self._registry, offline=True)
        return self._compiled[uri]

    def is_valid(self, uri: str, value: JSONValue) -> bool:
        """Tell whether a value keeps a schema."""
        return self.validator(uri).is_valid(value)

    def violations(self, uri: str, value: JSONValue) -> Iterator[Violation]:
        """Yield every keyword that a value breaks."""
        for error in self.validator(uri).iter_errors(value):
            yield Violation(tuple(error.instance_path), tuple(error.evaluation_path)[1:])

    def annotations(self, uri: str, value: JSONValue) -> list[jsonschema_rs.EvaluationAnnotation]:
        """Return what a schema says of each part of a value that keeps it, nothing for a value that does not."""
        return self.validator(uri).evaluate(value).annotations()


class ReferenceEngine:
    """Validates with jsonschema, some hundred times slower."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        import referencing
        import referencing.jsonschema

        specification = referencing.jsonschema.DRAFT202012
        self._registry: referencing.jsonschema.SchemaRegistry = referencing.Registry().with_resources(
            (uri, specification.create_resource(dict(schema.document))) for uri, schema in schemas.items()
        )
        self._compiled: dict[str, jsonschema.Draft202012Validator] = {}

    def _validator(self, uri: str) -> jsonschema.Draft202012Validator:
        import jsonschema

        if uri not in self._compiled:
            reference = {"$schema": DIALECT, "$ref": uri}
            self._compiled[uri] = jsonschema.Draft202012Validator(reference, registry=self._registry)
        return self._compiled[uri]

    def is_valid(self, uri: str, value: JSONValue) -> bool:
        """Tell whether a value keeps a schema."""
        return self._validator(uri).is_valid(value)

    def violations(self, uri: str, value: JSONValue) -> Iterator[Violation]:
        """Yield every keyword that a value breaks."""
        for error in self._validator(uri).iter_errors(value):
            yield Violation(tuple(error.absolute_path), tuple(error.absolute_schema_path))


ENGINES: Mapping[str, Callable[[Mapping[str, Schema]], Engine]] = {
    "jsonschema-rs": RustEngine,
    "jsonschema": ReferenceEngine,
}
