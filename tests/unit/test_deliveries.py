"""What an application asks of the contracts of deliveries."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import tapecheck
from tapecheck import CheckedDelivery, DeliveryContracts
from tapecheck.errors import ContractError

TOML = """\
title = "Weather"
version = "1"
documentation = "https://weather.example/docs"
[webhooks]
events = "webhooks"
name = { header = "x-event" }
[[webhooks.recognised]]
headers = { "x-event" = "." }
"""
STORM = """\
{"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["city"],
 "properties": {"city": {"type": "string"}}}
"""

Check = Callable[[bytes, str], CheckedDelivery]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("contract.toml", TOML), ("webhooks/storm.schema.json", STORM)):
        path = tmp_path / "contracts/weather" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "contracts"


@pytest.fixture
def check(folder: Path) -> Check:
    contracts = DeliveryContracts.load(folder)
    return lambda body, event: contracts.check("weather", [("X-Event", event)], body)


def test_a_good_one_though_it_has_drifted(check: Check) -> None:
    assert check(b'{"city": "Oslo", "new": 1}', "storm") == CheckedDelivery(event="storm", findings=())


@pytest.mark.parametrize(
    ("body", "event", "told"),
    [
        (b'{"city": 1}', "storm", ("TC110", "error", "got integer 1, the contract says string", "/city")),
        (b"{}", "storm", ("TC110", "error", "'city' is missing", "")),
        (b"{", "storm", ("TC109", "error", "the body is not JSON: ", None)),
        (b"", "storm", ("TC109", "error", "the delivery has no body", None)),
        (b"{}", "strom", ("TC203", "warning", 'the contract does not know the event "strom"', None)),
    ],
)
def test_what_is_found(check: Check, body: bytes, event: str, told: tuple[str, str, str, str | None]) -> None:
    checked = check(body, event)
    (finding,) = checked.findings
    code, severity, message, path = told
    assert checked.event == event
    assert (finding.code, finding.severity, finding.instance_path) == (code, severity, path)
    assert finding.message.startswith(message)


def test_a_provider_without_a_contract(folder: Path) -> None:
    checked = DeliveryContracts.load(folder).check("nobody", [("x-event", "storm")], b"{")
    assert checked == CheckedDelivery(event=None, findings=())


def test_a_broken_contract(folder: Path) -> None:
    (folder / "weather/contract.toml").write_text("", encoding="utf-8")
    with pytest.raises(ContractError):
        DeliveryContracts.load(folder)


def test_those_that_come_with_tapecheck() -> None:
    assert isinstance(DeliveryContracts.load(), DeliveryContracts)


def test_they_are_imported_when_they_are_asked_for() -> None:
    code = "import sys, tapecheck; assert not {'tapecheck.deliveries', 'tapecheck.contracts'} & {*sys.modules}"
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'Deliveries'"):
        _ = tapecheck.Deliveries  # type: ignore[attr-defined]
