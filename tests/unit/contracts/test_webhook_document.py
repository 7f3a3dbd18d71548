from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tapecheck.contracts import webhook_document
from tapecheck.contracts.webhook_document import HeaderTable, NamedTable, SignatureTable, WebhooksTable

if TYPE_CHECKING:
    from pydantic import BaseModel

REFERENCE = Path(__file__).parents[3] / "docs/reference/contracts.md"
RECOGNISED = {"headers": {"x-event": ".+"}}
WEBHOOKS: Mapping[str, object] = {"events": "hooks", "name": "/type", "recognised": (RECOGNISED,)}
SIGNATURE: Mapping[str, object] = {"header": "x-sig", "each": "v1=([0-9a-f]{64})"}

TABLES: list[type[BaseModel]] = [
    value
    for name, value in vars(webhook_document).items()
    if name.endswith("Table") and isinstance(value, type) and value.__module__ == webhook_document.__name__
]
HEAD = """\
[webhooks]
events = "hooks"
name = "/type"
[[webhooks.recognised]]
body = { "/type" = "." }
"""
SIGNED = HEAD + "[[webhooks.signatures]]\nheader = 'x-sig'\n"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_the_reference_has_every_key(table: type[BaseModel]) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    keys = [field.alias or name for name, field in table.model_fields.items()]
    assert [key for key in keys if not re.search(rf"[`.\[{{ ]{key}[`\]=,}} ]", text)] == []


def test_defaults_are_those_of_the_reference() -> None:
    table = WebhooksTable.model_validate(WEBHOOKS)
    assert (table.id, table.form, table.retries, table.signatures) == ((), None, (), ())
    signature = SignatureTable.model_validate(SIGNATURE)
    assert (signature.algorithm, signature.encoding, signature.signed) == ("sha256", "hex", "{body}")
    assert (signature.secret.prefix, signature.secret.encoding) == ("", "utf-8")


def test_the_forms_of_a_place() -> None:
    header, named = {"header": "x-event", "each": "a(.)"}, {"name": "command", "when": "/command"}
    several = WebhooksTable.model_validate({**WEBHOOKS, "name": ("/type", header, named)}).name
    assert several == ("/type", HeaderTable.model_validate(header), NamedTable.model_validate(named))
    for one, place in zip(("/type", header, named), several, strict=True):
        assert WebhooksTable.model_validate({**WEBHOOKS, "name": one}).name == (place,)


@pytest.mark.parametrize(
    ("toml", "line", "message"),
    [
        (HEAD.replace('name = "/type"', "name = 1"), 7, "got 1, expected a JSON pointer, or a table with `header` or"),
        (HEAD.replace('name = "/type"', "name = []"), 7, "webhooks.name: got an empty array, expected"),
        (HEAD.replace('name = "/type"', 'name = "type"'), 7, "a JSON pointer is empty or begins with '/'"),
        (HEAD.replace('name = "/type"', 'name = { header = "a b" }'), 7, "expected the name of a header field"),
        (HEAD.replace('name = "/type"', 'name = { headr = "a" }'), 7, "webhooks.name[0].header: the key is missing"),
        (HEAD.replace('name = "/type"', 'name = { name = "a" }'), 7, "webhooks.name[0].when: the key is missing"),
        (HEAD.replace('name = "/type"', 'name = { name = "", when = "" }'), 7, "got '', expected a string that is not"),
        (HEAD.replace('name = "/type"', 'name = { header = "a", when = "" }'), 7, "name[0].when: the key is unknown"),
        (HEAD.replace('{ "/type" = "." }', '{ "/type" = "(" }'), 9, "got '(', expected a regular expression"),
        (HEAD.replace('{ "/type" = "." }', '{ "type" = "." }'), 9, "recognised[0].body.type: a JSON"),
        (HEAD.replace('{ "/type" = "." }', "{}"), 8, "got no condition, expected `headers`, `body` or both"),
        (HEAD.replace("[[webhooks.recognised]]", "[[webhooks.recognized]]"), 5, "the key is unknown"),
        (HEAD.replace('name = "/type"', 'name = "/type"\nretries = [-1]'), 8, "expected a number of at least 0"),
        (HEAD.replace('name = "/type"', 'name = "/type"\nretries = [inf]'), 8, "expected a number of at most 31622400"),
        (HEAD.replace('name = "/type"', 'name = "/type"\nretries = ["1"]'), 8, "got '1', expected a number"),
        (SIGNED, 10, "webhooks.signatures[0].each: the key is missing"),
        (SIGNED + "each = '('\n", 12, "got '(', expected a regular expression"),
        (SIGNED + "each = 'v1='\n", 12, "got 'v1=', expected exactly one group"),
        (SIGNED + "each = '(a)(b)'\n", 12, "got '(a)(b)', expected exactly one group"),
        (SIGNED + "each = 'v[12]=(a)'\n", 12, "got 'v[12]=(a)', expected exactly one group"),
        (SIGNED + "each = '(a)'\nsigned = '{who}.{body}'\n", 13, "got {who}, expected {id}, {timestamp} or {body}"),
        (SIGNED + "each = '(a)'\nsigned = 'x'\n", 13, "got 'x', expected {body} in it, once"),
        (SIGNED + "each = '(a)'\nsigned = '{id}.{body}'\n", 10, "`id` goes with {id} in `signed`"),
        (SIGNED + "each = '(a)'\ntimestamp = { header = 'a' }\n", 10, "`timestamp` goes with {timestamp}"),
        (SIGNED + "each = '(a)'\nalgorithm = 'md5'\n", 12 + 1, "got 'md5', expected 'sha1', 'sha256' or 'sha512'"),
    ],
)  # fmt: skip
def test_mistakes_have_lines(mistakes: Callable[..., list[str]], toml: str, line: int, message: str) -> None:
    found = mistakes(toml, {"hooks/a.schema.json": {}})
    assert any(one.startswith(f"contract.toml:{line}: ") and message in one for one in found), found
