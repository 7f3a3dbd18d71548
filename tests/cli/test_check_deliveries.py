"""`tapecheck check` of recorded deliveries."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import CONTRACT, DIALECT, Result

WEBHOOKS = """
[webhooks]
events = "webhooks"
name = "/type"
[[webhooks.recognised]]
headers = { "x-weather-id" = "." }
[[webhooks.signatures]]
header = "x-weather-signature"
each = "v1=([0-9a-f]{64})"
"""
SETTINGS = """\
[tool.tapecheck]
contracts = "contracts"
cassettes = ["tapes/delivered.yaml"]
[tool.tapecheck.webhook-secrets]
weather = "a secret of this test"
"""
BODY = '{"type":"storm","city":"Oslo"}'


def tape(body: str, signed: str = BODY) -> str:
    signature = hmac.digest(b"a secret of this test", signed.encode(), "sha256").hex()
    headers = {"content-type": ["application/json"], "x-weather-id": ["1"], "x-weather-signature": [f"v1={signature}"]}
    request = {"method": "POST", "uri": "http://127.0.0.1:8000/hooks", "body": body, "headers": headers}
    response = {"status": {"code": 204, "message": "No Content"}, "headers": {}, "body": {"string": ""}}
    return json.dumps({"version": 1, "interactions": [{"request": request, "response": response}]}, indent=1)


@pytest.fixture
def deliver(project: Path, tapecheck: Callable[..., Result]) -> Callable[..., Result]:
    """Check the cassette of a delivery."""
    schema = {"$schema": DIALECT, "required": ["city"], "properties": {"type": {}, "city": {"type": "string"}}}
    (project / "contracts/weather/contract.toml").write_text(CONTRACT + WEBHOOKS, encoding="utf-8")
    (project / "contracts/weather/webhooks").mkdir()
    (project / "contracts/weather/webhooks/storm.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (project / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")

    def check(text: str, *options: str) -> Result:
        (project / "tapes/delivered.yaml").write_text(text, encoding="utf-8")
        return tapecheck("check", "--format", "json", *options)

    return check


def test_a_good_one(deliver: Callable[..., Result]) -> None:
    result = deliver(tape(BODY))
    assert (result.status, result.codes) == (0, [])
    assert (result.summary["checked"], result.summary["unmatched"]) == (1, 0)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"type":"storm","city":1}', "TC110"),
        ('{"city":"Oslo"}', "TC110"),
        ('{"type":"storm"', "TC109"),
        ('{"type":"strom","city":"Oslo"}', "TC203"),
        ('{"type":"storm","city":"Oslo","new":1}', "TC201"),
    ],
)
def test_one_that_is_not(deliver: Callable[..., Result], body: str, code: str) -> None:
    result = deliver(tape(body, body))
    assert (result.status, result.codes) == (0 if code.startswith("TC2") else 1, [code])
    (finding,) = result.findings
    assert (finding["provider"], finding["side"]) == ("weather", "request")


def test_one_that_was_changed(deliver: Callable[..., Result]) -> None:
    result = deliver(tape('{"type":"storm","city":"Rome"}'))
    assert (result.status, result.codes) == (1, ["TC111"])
    assert "a secret of this test" not in result.out


def test_a_secret_of_a_provider_without_signatures(deliver: Callable[..., Result], project: Path) -> None:
    (project / "pyproject.toml").write_text(SETTINGS.replace("weather", "wether"), encoding="utf-8")
    result = deliver(tape(BODY))
    assert (result.status, result.out) == (2, "")
    assert "a webhook secret is given for 'wether'" in result.err
    assert "a secret of this test" not in result.err
