from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import get_args

import pydantic
import pytest

from tapecheck.contracts import document
from tapecheck.contracts.document import ContractDocument, OperationTable, SeriesTable, StreamTable

CONTRACTS = Path(__file__).parents[3] / "contracts"
REFERENCE = Path(__file__).parents[3] / "docs/reference/contracts.md"
HEAD = {"title": "T", "version": "1", "documentation": "https://t.example", "hosts": ("t.example",)}
OPERATION = {"summary": "S", "method": "GET", "path": "/"}
STREAM = {"events": "events", "name": "/type", "order": "a"}

TABLES = [
    value
    for name, value in vars(document).items()
    if name.endswith(("Table", "Document")) and isinstance(value, type) and value.__module__ == document.__name__
]


def frozen(value: object) -> object:
    if isinstance(value, dict):
        return {key: frozen(below) for key, below in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def failed_at(model: type[pydantic.BaseModel], table: dict[str, object]) -> list[tuple[str | int, ...]]:
    with pytest.raises(pydantic.ValidationError) as caught:
        model.model_validate(table)
    return [detail["loc"] for detail in caught.value.errors()]


def test_defaults_are_those_of_the_reference() -> None:
    whole = ContractDocument.model_validate({**HEAD, "operations": {"a": OPERATION}})
    assert (whole.max_age_days, whole.credentials, whole.secrets.headers) == (365, None, ())
    operation = whole.operations["a"]
    assert (operation.success, operation.errors, operation.error_types, operation.stream) == ((200,), (), (), None)
    stream = StreamTable.model_validate(STREAM)
    assert (stream.framings, stream.sse_event, stream.done, stream.asked_by) == (("sse",), "none", None, None)
    series = SeriesTable.model_validate({})
    assert (series.each, series.events, series.key, series.in_turn, series.json_) == ("", None, (), False, False)


@pytest.mark.parametrize("path", sorted(CONTRACTS.glob("*/contract.toml")), ids=lambda path: path.parent.name)
def test_the_contracts_that_come_with_tapecheck_are_well_spelled(path: Path) -> None:
    ContractDocument.model_validate(frozen(tomllib.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_the_reference_has_every_key(table: type[pydantic.BaseModel]) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    keys = [field.alias or name for name, field in table.model_fields.items()]
    assert [key for key in keys if not re.search(rf"[`.\[{{ ]{key}[`\]=,}} ]", text)] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_an_unknown_key_is_a_mistake_in_every_table(table: type[pydantic.BaseModel]) -> None:
    assert ("unknown",) in failed_at(table, {"unknown": 1})


def test_keys_have_hyphens() -> None:
    assert failed_at(ContractDocument, {**HEAD, "max_age_days": 1}) == [("max_age_days",)]
    assert ContractDocument.model_validate({**HEAD, "max-age-days": 1}).max_age_days == 1


def test_one_path_or_several() -> None:
    assert OperationTable.model_validate(OPERATION).path == ("/",)
    assert OperationTable.model_validate({**OPERATION, "path": ("/a", "/b")}).path == ("/a", "/b")


def test_one_key_or_several() -> None:
    assert SeriesTable.model_validate({"key": "/a"}).key == ("/a",)
    assert SeriesTable.model_validate({"key": ("/a", "/b")}).key == ("/a", "/b")


def test_events_are_named_by_a_pointer_or_by_a_list() -> None:
    assert StreamTable.model_validate(STREAM).name == "/type"
    listed = StreamTable.model_validate({**STREAM, "name": ({"name": "a", "when": "/a"}, {"name": "b"})}).name
    assert [one.name for one in listed if not isinstance(one, str)] == ["a", "b"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("method", "get"),
        ("method", "TRACE"),
        ("path", ""),
        ("path", "v1/a"),
        ("path", "/a?b=1"),
        ("path", ()),
        ("path", 3),
        ("path", {}),
        ("success", (99,)),
        ("success", (600,)),
        ("success", ("200",)),
        ("success", (200.0,)),
        ("success", (True,)),
        ("success", 200),
        ("error-types", ("Text/Plain",)),
        ("error-types", ("text",)),
        ("error-types", ("text/plain; charset=utf-8",)),
        ("summary", 3),
        ("request", 3),
        ("stream", 3),
    ],
)
def test_what_an_operation_refuses(key: str, value: object) -> None:
    assert {place[0] for place in failed_at(OperationTable, {**OPERATION, key: value})} == {key}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hosts", ()),
        ("hosts", "t.example"),
        ("hosts", ("T.example",)),
        ("hosts", ("https://t.example",)),
        ("hosts", ("t.example:443",)),
        ("hosts", ("t.*.example",)),
        ("hosts", ("*",)),
        ("hosts", ("t..example",)),
        ("hosts", ("",)),
        ("max-age-days", 0),
        ("max-age-days", "30"),
        ("max-age-days", True),
        ("secrets", {"fields": ("a",)}),
        ("secrets", {"shapes": ({"begins": "sk-"},)}),
        ("secrets", {"shapes": ({"begins": "sk-", "then": "("},)}),
        ("credentials", {}),
        ("operations", ()),
    ],
)
def test_what_a_contract_refuses(key: str, value: object) -> None:
    assert {place[0] for place in failed_at(ContractDocument, {**HEAD, key: value})} == {key}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 3),
        ("name", "type"),
        ("name", ()),
        ("name", ("/type",)),
        ("name", ({"when": "/a"},)),
        ("framings", ("ndjson",)),
        ("sse-event", "type"),
        ("count", ({"field": "/a"},)),
        ("count", ({"field": "/a", "from": "0"},)),
        ("pairs", ({"open": "a", "close": "b", "key": "c"},)),
        ("pairs", ({"open": "a", "close": "b", "key": "/c", "interleaved": "yes"},)),
        ("series", ({"json": 1},)),
        ("constant", ("/a~b",)),
    ],
)
def test_what_a_stream_refuses(key: str, value: object) -> None:
    assert {place[0] for place in failed_at(StreamTable, {**STREAM, key: value})} == {key}


@pytest.mark.parametrize("host", ["localhost", "t.example", "*.t.example", "a-b.t.example", "127.0.0.1"])
def test_hosts(host: str) -> None:
    assert ContractDocument.model_validate({**HEAD, "hosts": (host,)}).hosts == (host,)


def test_tables_do_not_change() -> None:
    with pytest.raises(pydantic.ValidationError):
        ContractDocument.model_validate(HEAD).title = "U"


def test_methods_are_those_that_have_a_body_or_an_answer() -> None:
    methods = get_args(OperationTable.model_fields["method"].annotation)
    assert methods == ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")


def test_hosts_are_needed_where_there_are_operations() -> None:
    bare: dict[str, object] = {key: value for key, value in HEAD.items() if key != "hosts"}
    webhooks = {"events": "e", "name": "/type", "recognised": ({"body": {"/type": "."}},)}
    assert ContractDocument.model_validate({**bare, "webhooks": webhooks}).hosts is None
    assert failed_at(ContractDocument, bare) == [("hosts",)]
    assert failed_at(ContractDocument, {**bare, "webhooks": webhooks, "operations": {"a": OPERATION}}) == [("hosts",)]
