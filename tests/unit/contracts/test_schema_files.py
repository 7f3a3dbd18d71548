from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tapecheck.contracts import BASE_URI, DIALECT, Schema, follow
from tapecheck.contracts.schema_files import SchemaFiles, outline_schemas, provider_of, read_schemas, schema_uri
from tapecheck.errors import ContractError
from tapecheck.model import JSONValue

Read = Callable[[Mapping[str, object]], SchemaFiles]


@pytest.fixture
def read(write: Callable[[Mapping[str, object]], Path]) -> Read:
    """Write the files of a provider `p` and read its schemas."""

    def written(files: Mapping[str, object]) -> SchemaFiles:
        return read_schemas(write({f"p/{name}": content for name, content in files.items()}) / "p")

    return written


def nested(levels: int) -> dict[str, JSONValue]:
    """A schema with so many objects within it."""
    schema: dict[str, JSONValue] = {}
    for _ in range(levels):
        schema = {"not": schema}
    return schema


def test_schemas_are_found_at_any_depth_by_their_uris(read: Read) -> None:
    files = read(
        {"a.schema.json": {"type": "object"}, "b/c/d.schema.json": {}, "notes.json": "{", "e.schema.yaml": "-"}
    )
    assert files.problems == ()
    assert list(files.schemas) == [f"{BASE_URI}p/a.schema.json", f"{BASE_URI}p/b/c/d.schema.json"]
    schema = files.schemas[f"{BASE_URI}p/a.schema.json"]
    assert schema.path.name == "a.schema.json"
    assert schema.document == {"$schema": DIALECT, "type": "object"}


def test_a_uri_names_provider_and_file() -> None:
    assert schema_uri(Path("contracts/p"), "a/b.schema.json") == f"{BASE_URI}p/a/b.schema.json"


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"\xff", 1, "the schema is not UTF-8: invalid start byte"),
        (b'{\n\n"a": "\xe9"}', 3, "the schema is not UTF-8: invalid continuation byte"),
        ("", 1, "the schema is not JSON: Expecting value"),
        ('{\n"a": 1,\n"b" 2}', 3, "the schema is not JSON: "),
        ("[]", 1, "a schema file holds one object, got list"),
        ("null", 1, "a schema file holds one object, got NoneType"),
        ("{}", 1, f'"$schema" is None, expected {DIALECT!r}'),
        (
            '{"$schema": "http://json-schema.org/draft-07/schema#"}',
            1,
            f"\"$schema\" is 'http://json-schema.org/draft-07/schema#', expected {DIALECT!r}",
        ),
        (f'{{"$schema": "{DIALECT}",\n"properties": {{\n"a": {{"type": "text"}}}}}}', 3, "not a valid JSON Schema: "),
        (f'{{"$schema": "{DIALECT}",\n"required": "a"}}', 2, "not a valid JSON Schema: "),
        ("[" * 100_000, 1, "the schema nests deeper than 100"),
    ],
    ids=[
        "bytes",
        "a late byte",
        "empty",
        "colon",
        "list",
        "null",
        "no dialect",
        "old dialect",
        "type",
        "required",
        "depth",
    ],
)
def test_a_file_that_is_no_schema(read: Read, content: str | bytes, line: int, message: str) -> None:
    files = read({"bad.schema.json": content, "good.schema.json": {}})
    assert list(files.schemas) == [f"{BASE_URI}p/good.schema.json"]
    (problem,) = files.problems
    assert problem.line == line
    assert problem.message.startswith(message)
    assert files.broken == {problem.path}


def test_the_pointer_leads_to_what_is_not_json_schema(read: Read) -> None:
    (problem,) = read({"a.schema.json": {"properties": {"a/b": {"type": "text"}}}}).problems
    assert problem.pointer == "/properties/a~1b/type"


def test_a_file_that_may_not_be_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, object] = {"a.schema.json": {}, "b.schema.json": {}}
    read(files)
    plain = Path.read_text

    def refuse(path: Path, encoding: str | None = None) -> str:
        if path.name == "a.schema.json":
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path, encoding)

    monkeypatch.setattr(Path, "read_text", refuse)
    found = read(files)
    assert [problem.message for problem in found.problems] == ["the schema cannot be read: Permission denied"]
    assert len(found.schemas) == 1


@pytest.mark.parametrize(("levels", "problems"), [(98, 0), (99, 0), (100, 0), (101, 1), (150, 1)])
def test_nesting_is_bounded(read: Read, levels: int, problems: int) -> None:
    assert len(read({"a.schema.json": nested(levels)}).problems) == problems


@pytest.mark.parametrize(
    ("file", "reference"),
    [
        ("b.schema.json", "#"),
        ("b.schema.json", "#/$defs/one"),
        ("b.schema.json", "a.schema.json"),
        ("b.schema.json", "./a.schema.json"),
        ("b.schema.json", "a.schema.json#/properties/x~1y"),
        ("b.schema.json", "a.schema.json#/properties/x~1y/anyOf/0"),
        ("b.schema.json", "a.schema.json#/properties/100%25"),
        ("c/d.schema.json", "../a.schema.json"),
        ("c/d.schema.json", "/p/a.schema.json"),
    ],
)
def test_references_that_lead_somewhere(read: Read, file: str, reference: str) -> None:
    properties = {"x/y": {"anyOf": [{}, True]}, "100%": {}}
    files = {"a.schema.json": {"properties": properties}, file: {"items": {"$ref": reference}, "$defs": {"one": True}}}
    assert read(files).problems == ()


@pytest.mark.parametrize(
    "reference",
    [
        "#/nope",
        "#nope",
        "b.schema.json",
        "a.schema.json#/nope",
        "../q/a.schema.json",
        "https://example.com/a.schema.json",
        "a.schema.json#/properties/x/anyOf/2",
        "a.schema.json#/properties/x/anyOf/-1",
        "http://[",
    ],
)
def test_references_that_lead_nowhere(read: Read, reference: str) -> None:
    a: JSONValue = {"properties": {"x": {"anyOf": [{}]}}}
    (problem,) = read({"a.schema.json": a, "c.schema.json": {"properties": {"default": {"$ref": reference}}}}).problems
    assert problem.message == f"$ref {reference!r} leads nowhere"
    assert (problem.line, problem.pointer) == (5, "/properties/default/$ref")
    assert problem.hint is not None


def test_a_reference_leads_to_a_schema(read: Read) -> None:
    (problem,) = read({"a.schema.json": {"title": "T", "$ref": "#/title"}}).problems
    assert problem.message == "$ref '#/title' leads to 'T', which is no schema"


def test_every_mistake_of_every_file_is_told(read: Read) -> None:
    broken = {"$ref": "#/nope", "properties": {"a": {"pattern": "("}, "b": {"$id": "b"}}}
    files = read({"a.schema.json": broken, "b.schema.json": broken, "c.schema.json": "{"})
    names = [(problem.path.name, problem.pointer) for problem in files.problems if problem.path]
    assert sorted(names, key=str) == [
        ("a.schema.json", "/$ref"),
        ("a.schema.json", "/properties/a/pattern"),
        ("a.schema.json", "/properties/b/$id"),
        ("b.schema.json", "/$ref"),
        ("b.schema.json", "/properties/a/pattern"),
        ("b.schema.json", "/properties/b/$id"),
        ("c.schema.json", None),
    ]


def test_a_broken_file_is_told_once_however_many_refer_to_it(read: Read) -> None:
    files = read(
        {
            "a.schema.json": "{",
            "b.schema.json": {"$ref": "a.schema.json"},
            "c.schema.json": {"$ref": "a.schema.json#/x"},
        }
    )
    assert len(files.problems) == 1


def test_values_are_not_taken_for_references(read: Read) -> None:
    assert (
        read({"a.schema.json": {"const": {"$ref": "#/nope"}, "properties": {"$ref": {"type": "string"}}}}).problems
        == ()
    )


def test_following_tells_where_it_led() -> None:
    base = f"{BASE_URI}p/a/b.schema.json"
    schema = Schema(uri=base, path=Path("b"), document=json.loads('{"$defs": {"x": {"type": "string"}}}'))
    assert follow({base: schema}, base, "#/$defs/x") == (f"{base}#/$defs/x", {"type": "string"})
    assert follow({base: schema}, f"{BASE_URI}p/c.schema.json", "a/b.schema.json")[0] == base
    with pytest.raises(LookupError):
        follow({base: schema}, base, "#/$defs/y")


def test_an_outline_names_all_and_reads_none(write: Callable[[Mapping[str, object]], Path]) -> None:
    folder = write({"p/a.schema.json": {"type": "object"}, "p/b/c.schema.json": "{"}) / "p"
    schemas = outline_schemas(folder).schemas
    assert {uri: schema.path for uri, schema in schemas.items()} == {
        f"{BASE_URI}p/a.schema.json": folder / "a.schema.json",
        f"{BASE_URI}p/b/c.schema.json": folder / "b/c.schema.json",
    }
    with pytest.raises(ContractError, match="the schema is not JSON"):
        dict(schemas[f"{BASE_URI}p/a.schema.json"].document)


def test_what_an_outline_names_is_read_as_ever(write: Callable[[Mapping[str, object]], Path]) -> None:
    folder = write({"p/a.schema.json": {"type": "object"}, "p/b/c.schema.json": {"$ref": "../a.schema.json"}}) / "p"
    found = {uri: dict(schema.document) for uri, schema in outline_schemas(folder).schemas.items()}
    assert found == {uri: schema.document for uri, schema in read_schemas(folder).schemas.items()}


def test_a_uri_tells_its_provider() -> None:
    assert provider_of(f"{BASE_URI}p/a/b.schema.json#/properties") == "p"
