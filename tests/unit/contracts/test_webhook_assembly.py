from __future__ import annotations

import re
from collections.abc import Callable

from tapecheck.contracts import Contract, Each, Place, Recognition, SignatureScheme

WEBHOOKS = """
[webhooks]
events = "hooks"
name = [{ header = "X-Event", each = "a=(.)" }, "/data/type", { name = "command", when = "/command" }]
id = { header = "X-Id" }
form = "payload"
retries = [5, 0.5]

[[webhooks.recognised]]
headers = { "X-Event" = ".+" }
body = { "/object" = "^event$" }

[[webhooks.signatures]]
header = "X-Sig"
each = "v1=([0-9a-f]{64})"
algorithm = "sha512"
encoding = "base64"
signed = "{id}.{timestamp}.{body}"
id = { header = "X-Id" }
timestamp = { header = "X-Sig", each = "t=([0-9]+)" }
secret = { prefix = "sec_", encoding = "hex" }
"""
SCHEMAS: dict[str, object] = {"hooks/a.b.schema.json": {}, "hooks/c.schema.json": {}, "common/d.schema.json": {}}


def each(expression: str) -> Each:
    return Each(pattern=re.compile(expression))


def test_everything_a_table_can_say(weather: Callable[..., Contract]) -> None:
    contract = weather(WEBHOOKS, SCHEMAS)
    webhooks = contract.webhooks
    assert webhooks is not None
    assert sorted(webhooks.events) == ["a.b", "c"]
    assert webhooks.name == (
        Place(header="x-event", each=each("a=(.)")),
        Place(pointer=("data", "type")),
        Place(pointer=("command",), constant="command"),
    )
    assert (webhooks.id, webhooks.form, webhooks.retries) == ((Place(header="x-id"),), "payload", (5, 0.5))
    assert webhooks.recognised == (
        Recognition(headers=(("x-event", re.compile(".+")),), body=((("object",), re.compile("^event$")),)),
    )
    assert webhooks.signatures == (
        SignatureScheme(
            header="x-sig",
            each=each("v1=([0-9a-f]{64})"),
            algorithm="sha512",
            encoding="base64",
            signed="{id}.{timestamp}.{body}",
            id=Place(header="x-id"),
            timestamp=Place(header="x-sig", each=each("t=([0-9]+)")),
            secret_prefix="sec_",
            secret_encoding="hex",
        ),
    )


def test_a_contract_without_the_table(weather: Callable[..., Contract]) -> None:
    assert weather().webhooks is None


def test_a_folder_without_events(mistakes: Callable[..., list[str]]) -> None:
    (found,) = mistakes(WEBHOOKS, {"hook/a.schema.json": {}})
    assert found == "contract.toml:7: webhooks.events: no event schema is in the folder 'hooks'"
