"""The JSON Schema files of one provider: read, meta-validated, and every `$ref` followed once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import jsonschema_rs

from tapecheck.contracts.schema import Deferred, Schema
from tapecheck.contracts.subschemas import Misuse, misuses, subschemas
from tapecheck.errors import ContractError
from tapecheck.model import JSONValue, line_of, parse_pointer, pointer, resolve

BASE_URI = "https://contracts.tapecheck.invalid/"
"""Where schemas live for `$ref`: under a top-level domain that never resolves (RFC 2606)."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SUFFIX = ".schema.json"
"""How the names of schema files end."""

_MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class SchemaFiles:
    """The schemas of a folder by URI, and what is wrong with the files that are not among them."""

    schemas: Mapping[str, Schema]
    problems: tuple[ContractError, ...]

    @property
    def broken(self) -> frozenset[Path]:
        """Return the files that have problems."""
        return frozenset(problem.path for problem in self.problems if problem.path)


def read_schemas(folder: Path) -> SchemaFiles:
    """Read every `*.schema.json` below a provider's folder."""
    problems: list[ContractError] = []
    schemas: dict[str, Schema] = {}
    texts: dict[str, str] = {}
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        uri = schema_uri(folder, path.relative_to(folder).as_posix())
        try:
            texts[uri] = _read(path)
            schemas[uri] = Schema(uri=uri, path=path, document=_parse(path, texts[uri]))
        except ContractError as error:
            problems.append(error)
    broken = frozenset(texts.keys() - schemas.keys())
    for uri, schema in schemas.items():
        problems.extend(_mistakes(schema, texts[uri], schemas, broken))
    return SchemaFiles(schemas=schemas, problems=tuple(problems))


def outline_schemas(folder: Path) -> SchemaFiles:
    """Name every `*.schema.json` below a provider's folder; all are read as soon as somebody looks into one.

    A mistake in them is then raised as ContractError.
    """

    @cache
    def documents() -> Mapping[str, Schema]:
        files = read_schemas(folder)
        for problem in files.problems:
            raise problem
        return files.schemas

    def one(path: Path) -> Schema:
        uri = schema_uri(folder, path.relative_to(folder).as_posix())
        return Schema(uri=uri, path=path, document=Deferred(lambda: documents()[uri].document))

    schemas = map(one, sorted(folder.rglob(f"*{SUFFIX}")))
    return SchemaFiles(schemas={schema.uri: schema for schema in schemas}, problems=())


def schema_uri(folder: Path, relative: str) -> str:
    """Return the URI of a schema from its path relative to the provider's folder."""
    return f"{BASE_URI}{folder.name}/{relative}"


def provider_of(uri: str) -> str:
    """Return the name of the folder that a schema is in; no `$ref` leads out of it."""
    return uri.removeprefix(BASE_URI).partition("/")[0]


def follow(schemas: Mapping[str, Schema], base: str, reference: str) -> tuple[str, JSONValue]:
    """Follow a `$ref`, and return the URI that it names and the schema that stands there.

    Raises:
        LookupError: it leads nowhere.
    """
    uri = urljoin(base, reference)
    target, fragment = urldefrag(uri)
    return uri, resolve(dict(schemas[target].document), parse_pointer(unquote(fragment)))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContractError(f"the schema cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ContractError(f"the schema is not UTF-8: {error.reason}", path=path, line=line) from error


def _parse(path: Path, text: str) -> dict[str, JSONValue]:
    try:
        document = json.loads(text)
        too_deep = _is_deeper(document, _MAX_DEPTH)
    except json.JSONDecodeError as error:
        raise ContractError(f"the schema is not JSON: {error.msg}", path=path, line=error.lineno) from error
    except RecursionError:
        document, too_deep = None, True
    if too_deep:
        raise ContractError(f"the schema nests deeper than {_MAX_DEPTH}", path=path, line=1)
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


def _is_deeper(value: JSONValue, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        holders = [one for one in layer if isinstance(one, dict | list)]
        layer = [below for one in holders for below in (one.values() if isinstance(one, dict) else one)]
    return bool(layer)


def _mistakes(
    schema: Schema, text: str, schemas: Mapping[str, Schema], broken: frozenset[str]
) -> Iterator[ContractError]:
    """Yield what valid JSON Schema says and tapecheck cannot hold a value against."""
    for place, part in subschemas(dict(schema.document)):
        reference = part.get("$ref")
        found = [] if not isinstance(reference, str) else _dangling(schema, reference, schemas, broken)
        for mistake in (*found, *misuses(part)):
            where = (*place, *mistake.place)
            yield ContractError(
                mistake.message,
                path=schema.path,
                line=line_of(text, where) + 1,
                pointer=pointer(where),
                hint=mistake.hint,
            )


def _dangling(schema: Schema, reference: str, schemas: Mapping[str, Schema], broken: frozenset[str]) -> list[Misuse]:
    try:
        if urldefrag(urljoin(schema.uri, reference)).url in broken:
            return []  # that file's own problem tells why
        _, target = follow(schemas, schema.uri, reference)
    except (LookupError, ValueError):
        hint = "A $ref is a path relative to this file, with a JSON pointer behind '#'."
        return [Misuse(("$ref",), f"$ref {reference!r} leads nowhere", hint)]
    if isinstance(target, dict | bool):
        return []
    return [Misuse(("$ref",), f"$ref {reference!r} leads to {target!r}, which is no schema", None)]
