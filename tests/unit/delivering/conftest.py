"""Two providers that deliver: one names events and ids in headers, the other in bodies, and signs the time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest

from tapecheck.contracts import DIALECT, Contract, Contracts, load
from tapecheck.delivering import Clock, Delivery, generated
from tapecheck.generation import PlainSource
from tests.receiver import Receiver, listening

FRESH = UUID("12345678-90ab-4cde-8f01-234567890abc")
HUB = """\
title = "Hub"
version = "3"
documentation = "https://hub.example/docs"

[webhooks]
events = "webhooks"
name = { header = "x-hub-event" }
id = { header = "x-hub-delivery" }
form = "payload"
retries = [5, 300]

[[webhooks.recognised]]
headers = { "x-hub-event" = ".+", "x-hub-kind" = "^(app|user)$", "x-hub-signature" = "^" }

[[webhooks.signatures]]
header = "x-hub-signature"
each = "sha256=([0-9a-f]{64})"
"""
BANK = """\
title = "Bank"
version = "2026-01"
documentation = "https://bank.example/docs"

[webhooks]
events = "webhooks"
name = "/type"
id = "/id"

[[webhooks.recognised]]
body = { "/object" = "^event$" }

[[webhooks.signatures]]
header = "bank-signature"
each = "v1=([0-9a-f]{64})"
signed = "{timestamp}.{body}"
timestamp = { header = "bank-signature", each = "t=([0-9]+)" }
"""
STRING = {"type": "string"}
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "hub/webhooks/push": {
        "type": "object",
        "required": ["ref", "repository"],
        "properties": {"ref": STRING, "repository": {"$ref": "common/repository.schema.json"}, "note": STRING},
    },
    "hub/webhooks/ping": {"type": "object", "properties": {"zen": STRING}},
    "hub/webhooks/common/repository": {"type": "object", "required": ["name"], "properties": {"name": STRING}},
    "bank/webhooks/paid": {
        "type": "object",
        "required": ["id", "amount"],
        "properties": {
            "id": {"type": "string", "pattern": "^evt_[0-9a-z]{16}$", "examples": ["evt_aaaaaaaaaaaaaaaa"]},
            "object": {"const": "event"},
            "type": {"enum": ["refunded", "paid"]},
            "amount": {"type": "integer"},
        },
    },
    "bank/webhooks/fixed": {
        "type": "object",
        "required": ["id", "object", "type"],
        "properties": {"id": {"const": "evt_only"}, "object": {"const": "event"}, "type": {"const": "fixed"}},
    },
    "bank/webhooks/strange": {"type": "object", "properties": {"type": {"const": "other"}}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the contracts."""
    for name, text in (("hub", HUB), ("bank", BANK)):
        path = tmp_path / "contracts" / name / "contract.toml"
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    for name, schema in SCHEMAS.items():
        path = tmp_path / "contracts" / f"{name}.schema.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"$schema": DIALECT, **schema}), encoding="utf-8")
    return tmp_path / "contracts"


@pytest.fixture
def contracts(folder: Path) -> Contracts:
    loaded = load(folder)
    assert loaded.problems == ()
    return loaded.contracts


@pytest.fixture
def hub(contracts: Contracts) -> Contract:
    return contracts.by_provider["hub"]


@pytest.fixture
def bank(contracts: Contracts) -> Contract:
    return contracts.by_provider["bank"]


@pytest.fixture
def push(hub: Contract) -> Delivery:
    return generated(hub, "push", PlainSource(), FRESH)


@pytest.fixture
def paid(bank: Contract) -> Delivery:
    return generated(bank, "paid", PlainSource(), FRESH)


@dataclass
class Time:
    """Time that passes only where somebody sleeps."""

    seconds: float = 1_000_000_000
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.seconds, passed=lambda: self.seconds, sleep=self.sleep)


@pytest.fixture
def virtual() -> Time:
    return Time()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one
