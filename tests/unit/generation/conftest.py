"""What the tests of the generator need: schemas and streams, written as contracts write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tapecheck.checking.engine import RustEngine
from tapecheck.checking.payload import StreamedEvent
from tapecheck.contracts import DIALECT, Contract, Schema, load
from tapecheck.generation.builder import Builder
from tapecheck.generation.parts import Family
from tapecheck.generation.source import PlainSource

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tapecheck.generation.source import Source
    from tapecheck.model import JSONValue

    Schemas = Mapping[str, JSONValue]

HEAD = """
title = "Test"
version = "v1"
documentation = "https://example.com"
hosts = ["example.com"]
max-age-days = 30
[operations.talk]
summary = "Talk"
method = "POST"
path = "/talk"
"""


def in_memory(document: JSONValue, path: Path) -> Schema:
    assert isinstance(document, dict)
    return Schema(uri="https://contracts.tapecheck.invalid/test/schema.json", path=path, document=document)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., JSONValue]:
    def build(
        document: JSONValue,
        source: Source | None = None,
        wishes: Sequence[JSONValue] = (),
        **settings: bool | int,
    ) -> JSONValue:
        schema = in_memory(document, tmp_path)
        schemas = {schema.uri: schema}
        surprises, usual = bool(settings.get("surprises", False)), settings.get("usual")
        builder = Builder(
            RustEngine(schemas), Family(schemas), source or PlainSource(), surprises=surprises, usual=usual
        )
        return builder.value(schema.uri, wishes)

    return build


@pytest.fixture
def contract(tmp_path: Path) -> Callable[[str, Schemas], Contract]:
    """Write a contract with one operation; its table goes on with the text, schemas go to their paths."""

    def contract(text: str, schemas: Schemas) -> Contract:
        folder = tmp_path / "test"
        for relative, schema in schemas.items():
            assert isinstance(schema, dict)
            path = folder / f"{relative}.schema.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({"$schema": DIALECT, "title": relative, **schema}))
        (folder / "contract.toml").write_text(HEAD + text)
        loaded = load(tmp_path)
        assert not loaded.problems, loaded.problems
        return loaded.contracts.by_provider["test"]

    return contract


@pytest.fixture
def event() -> Callable[[str, JSONValue], StreamedEvent]:
    def event(name: str, value: JSONValue) -> StreamedEvent:
        return StreamedEvent(index=0, name=name, label=None, value=value, line=0, fault=None, complete=True)

    return event
