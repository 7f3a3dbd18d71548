"""The JSON Schema files of one provider: read, meta-validated, and every `$ref` followed once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import jsonschema_rs

from tapecheck.contracts.values import Schema
from tapecheck.errors import ContractError
from tapecheck.model import JSONValue, find, line_of, parse_pointer, pointer, resolve

BASE_URI = "https://contracts.tapecheck.invalid/"
"""Where schemas live for `$ref`: under a top-level domain that never resolves (RFC 2606)."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SUFFIX = ".schema.json"


@dataclass(frozen=True, slots=True)
class SchemaFiles:
    """The schemas of a folder by URI, and what is wrong with the files that are not among them."""

    schemas: Mapping[str, Schema]
    problems: tuple[ContractError, ...]


def read_schemas(folder: Path) -> SchemaFiles:
    """Read every `*.schema.json` below a provider's folder."""
    problems: list[ContractError] = []
    schemas: dict[str, Schema] = {}
    texts: dict[str, str] = {}
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        uri = schema_uri(folder, path.relative_to(folder).as_posix())
        try:
            texts[uri] = path.read_text(encoding="utf-8")
            schemas[uri] = Schema(uri=uri, path=path, document=_parse(path, texts[uri]))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(ContractError(f"the schema cannot be read: {error}", path=path))
        except ContractError as error:
            problems.append(error)
    for uri, schema in schemas.items():
        problems.extend(_dangling(schema, texts[uri], schemas))
    return SchemaFiles(schemas=schemas, problems=tuple(problems))


def schema_uri(folder: Path, relative: str) -> str:
    """Return the URI of a schema from its path relative to the provider's folder."""
    return f"{BASE_URI}{folder.name}/{relative}"


def follow(schemas: Mapping[str, Schema], base: str, reference: str) -> tuple[str, JSONValue]:
    """Follow a `$ref`, and return the URI that it names and the schema that stands there.

    Raises:
        LookupError: it leads nowhere.
    """
    target, fragment = urldefrag(urljoin(base, reference))
    document = dict(schemas[target].document)
    return urljoin(base, reference), resolve(document, parse_pointer(unquote(fragment)))


def _parse(path: Path, text: str) -> dict[str, JSONValue]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise ContractError(f"the schema is not JSON: {error.msg}", path=path, line=error.lineno) from error
    if not isinstance(document, dict):
        raise ContractError(f"a schema file holds one object, got {type(document).__name__}", path=path, line=1)
    if document.get("$schema") != DIALECT:
        raise ContractError(
            f'"$schema" is {document.get("$schema")!r}, expected {DIALECT!r}', path=path, line=1, pointer="/$schema"
        )
    try:
        jsonschema_rs.meta.validate(document)
    except jsonschema_rs.ValidationError as error:
        place = error.instance_path
        raise ContractError(
            f"not a valid JSON Schema: {error.message}",
            path=path,
            line=line_of(text, place) + 1,
            pointer=pointer(place),
        ) from error
    return document


def _dangling(schema: Schema, text: str, schemas: Mapping[str, Schema]) -> Iterator[ContractError]:
    """Yield a problem for each `$ref` that leads nowhere."""
    for place, reference in _references(dict(schema.document), ()):
        try:
            follow(schemas, schema.uri, reference)
        except (LookupError, ValueError):
            yield ContractError(
                f"$ref {reference!r} leads nowhere",
                path=schema.path,
                line=line_of(text, place) + 1,
                pointer=pointer(place),
                hint="A $ref is a path relative to this file, with a JSON pointer behind '#'.",
            )


def _references(value: JSONValue, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict) and isinstance(reference := value.get("$ref"), str):
        yield (*path, "$ref"), reference
    for step, below in find(value, ("*",)):
        if isinstance(below, dict | list) and step[0] not in ("const", "enum", "default", "examples"):
            yield from _references(below, (*path, *step))
