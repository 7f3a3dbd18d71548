"""Validation: jsonschema-rs for speed, jsonschema as the reference; a property test holds them to the same verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tapecheck.checking.keywords import locate, path_in
from tapecheck.contracts import DIALECT, Schema, provider_of
from tapecheck.errors import CassetteError

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
        keyword: URI of the schema's file, with the JSON pointer of the keyword as fragment.
    """

    instance_path: Path
    keyword: str


class Engine(Protocol):
    """Holds values against schemas, each named by its URI, with a JSON pointer as fragment for a part of one."""

    def is_valid(self, uri: str, value: JSONValue) -> bool:
        """Tell whether a value keeps a schema."""
        ...

    def violations(self, uri: str, value: JSONValue) -> Iterator[Violation]:
        """Yield every keyword of a schema that a value breaks.

        What is broken within `anyOf`, `oneOf` and `propertyNames` counts as one.
        """
        ...


class RustEngine:
    """Validates with jsonschema-rs; each schema is compiled, and those of its provider read, when it is first used."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas
        self._registries: dict[str, jsonschema_rs.Registry] = {}
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def validator(self, uri: str) -> jsonschema_rs.Draft202012Validator:
        """Return the compiled schema."""
        import jsonschema_rs

        if uri not in self._compiled:
            reference = {"$schema": DIALECT, "$ref": uri}
            registry = self._registry(provider_of(uri))
            self._compiled[uri] = jsonschema_rs.Draft202012Validator(reference, registry=registry, offline=True)
        return self._compiled[uri]

    def _registry(self, provider: str) -> jsonschema_rs.Registry:
        import jsonschema_rs

        if provider not in self._registries:
            own = {uri: schema for uri, schema in self._schemas.items() if provider_of(uri) == provider}
            documents = [(uri, dict(schema.document)) for uri, schema in own.items()]
            self._registries[provider] = jsonschema_rs.Registry(documents)
        return self._registries[provider]

    def is_valid(self, uri: str, value: JSONValue) -> bool:
        """Tell whether a value keeps a schema."""
        return self.validator(uri).is_valid(value)

    def violations(self, uri: str, value: JSONValue) -> Iterator[Violation]:
        """Yield every keyword that a value breaks."""
        import jsonschema_rs

        for error in self.validator(uri).iter_errors(value):
            if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.PropertyNames):
                # The path of such an error is wrong behind a `$ref` (0.60).
                keyword = locate(self._schemas, str(error.absolute_keyword_location), ())
            else:
                keyword = locate(self._schemas, uri, error.evaluation_path[1:])
            yield Violation(path_in(value, error.instance_path), keyword)

    def annotations(self, uri: str, value: JSONValue) -> list[jsonschema_rs.EvaluationAnnotation]:
        """Return what a schema says of each part of a value that keeps it, nothing for a value that does not."""
        return self.validator(uri).evaluate(value).annotations()


class ReferenceEngine:
    """Validates with jsonschema, some hundred times slower.

    It differs from jsonschema-rs where tests/property/test_engines.py says so: mostly in patterns, which it reads as
    Python does, and in naming what a `false` schema forbids by the object that holds it.
    """

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        import jsonschema
        import referencing
        import referencing.jsonschema

        specification = referencing.jsonschema.DRAFT202012
        self._registry: referencing.jsonschema.SchemaRegistry = referencing.Registry().with_resources(
            (uri, specification.create_resource(_without_dialect(schema))) for uri, schema in schemas.items()
        )
        self._schemas = schemas
        self._class: type[jsonschema.Draft202012Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
            jsonschema.Draft202012Validator, {"$ref": _reference, "propertyNames": _property_names}
        )
        self._compiled: dict[str, jsonschema.Draft202012Validator] = {}

    def _validator(self, uri: str) -> jsonschema.Draft202012Validator:
        if uri not in self._compiled:
            self._compiled[uri] = self._class({"$ref": uri}, registry=self._registry)
        return self._compiled[uri]

    def is_valid(self, uri: str, value: JSONValue) -> bool:
        """Tell whether a value keeps a schema."""
        return next(self.violations(uri, value), None) is None

    def violations(self, uri: str, value: JSONValue) -> Iterator[Violation]:
        """Yield every keyword that a value breaks.

        Raises:
            CassetteError: the value nests too deeply for jsonschema, which needs some of Python's stack for each level.
        """
        try:
            for error in self._validator(uri).iter_errors(value):
                path = tuple(error.absolute_schema_path)[1:]
                yield Violation(tuple(error.absolute_path), locate(self._schemas, uri, path))
        except RecursionError as error:
            hint = "jsonschema-rs, the default, goes deeper."
            raise CassetteError("a body nests too deeply for jsonschema", hint=hint) from error


def _without_dialect(schema: Schema) -> dict[str, JSONValue]:
    """Leave out `$schema`, at which jsonschema would go back to a validator of its own."""
    return {key: value for key, value in schema.document.items() if key != "$schema"}


def _reference(
    validator: jsonschema.Draft202012Validator, reference: str, instance: JSONValue, schema: Mapping[str, JSONValue]
) -> Iterator[jsonschema.ValidationError]:
    """Follow a `$ref` as jsonschema does, and leave it in the path of an error, from which jsonschema drops it."""
    import jsonschema

    for error in jsonschema.Draft202012Validator.VALIDATORS["$ref"](validator, reference, instance, schema):
        error.schema_path.appendleft("$ref")
        yield error


def _property_names(
    validator: jsonschema.Draft202012Validator,
    names: bool | dict[str, JSONValue],
    instance: JSONValue,
    _: Mapping[str, JSONValue],
) -> Iterator[jsonschema.ValidationError]:
    """Report all names that are not allowed as one error, of `propertyNames` itself."""
    import jsonschema

    if isinstance(instance, dict) and any(any(validator.descend(name, names)) for name in instance):
        yield jsonschema.ValidationError("a name is not allowed")


ENGINES: Mapping[str, Callable[[Mapping[str, Schema]], Engine]] = {
    "jsonschema-rs": RustEngine,
    "jsonschema": ReferenceEngine,
}
