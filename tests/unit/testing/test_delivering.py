from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from tapecheck.cassettes import write
from tapecheck.errors import CassetteError, ConfigurationError, UsageError
from tapecheck.model import Body, Headers, Interaction, Request, Response
from tapecheck.testing import RecordedDelivery, generated_delivery, recorded_deliveries, signed_headers
from tests.unit.testing.hub import CONTRACT

ROOT = Path(__file__).parents[3]


def test_a_generated_delivery_repeats(hub: Path) -> None:
    bodies = [generated_delivery("hub", "push", seed=seed, contracts=hub) for seed in (1, 1, 2, None)]
    assert bodies[0] == bodies[1]
    assert ["ref" in json.loads(body) for body in bodies] == [True] * 4


def test_any_body_is_signed(hub: Path) -> None:
    headers = signed_headers("hub", "push", b"anything", "secret", contracts=hub)
    expected = hmac.new(b"secret", b"anything", hashlib.sha256).hexdigest()
    assert headers["x-hub-signature"] == f"sha256={expected}"
    assert (headers["x-hub-event"], headers["content-type"]) == ("push", "application/json")
    unsigned = signed_headers("hub", "push", b"anything", None, contracts=hub)
    assert "x-hub-signature" not in unsigned
    assert unsigned["x-hub-delivery"] != headers["x-hub-delivery"]


def test_the_time_that_is_signed(hub: Path) -> None:
    text = CONTRACT.replace("sha256=", "v1=") + 'signed = "{timestamp}.{body}"\n'
    text += 'timestamp = { header = "x-hub-signature", each = "t=([0-9]+)" }\n'
    (hub / "hub/contract.toml").write_text(text, encoding="utf-8")
    expected = hmac.new(b"secret", b"7.{}", hashlib.sha256).hexdigest()
    headers = signed_headers("hub", "push", b"{}", "secret", 7.9, hub)
    assert headers["x-hub-signature"] == f"t=7,v1={expected}"


def test_recorded_deliveries_are_found(hub: Path, tmp_path: Path) -> None:
    headers = Headers((("x-hub-event", "push"),))
    request = Request(method="POST", uri="http://127.0.0.1:8000/", headers=headers, body=Body(content=b'{"ref":"a"}'))
    write(
        tmp_path / "tapes/push.yaml",
        [Interaction(index=0, line=1, request=request, response=Response(status=200))],
        is_raw=lambda request: True,
    )
    assert list(recorded_deliveries(tmp_path / "tapes", contracts=hub)) == [
        RecordedDelivery(
            provider="hub",
            event="push",
            url=request.uri,
            headers=(("x-hub-event", "push"),),
            body=b'{"ref":"a"}',
            secret=None,
        )
    ]


@pytest.mark.parametrize("path", ["cassettes", "cassettes/stripe/webhooks/invoice.paid.yaml"])
def test_the_secret_is_that_of_the_lock(path: str) -> None:
    found = {(one.provider, one.event): one for one in recorded_deliveries(ROOT / path)}
    paid = found["stripe", "invoice.paid"]
    assert paid.secret is not None
    signed = dict(paid.headers)["stripe-signature"]
    time = int(signed.partition(",")[0].removeprefix("t="))
    assert signed_headers("stripe", "invoice.paid", paid.body, paid.secret, time)["stripe-signature"] == signed


def test_a_lock_that_cannot_be_read(tmp_path: Path) -> None:
    name = "invoice.paid.yaml"
    (tmp_path / name).write_bytes((ROOT / "cassettes/stripe/webhooks" / name).read_bytes())
    assert [one.secret for one in recorded_deliveries(tmp_path)] == [None]
    (tmp_path / "cassettes.lock").write_text("version = 1\n", encoding="utf-8")
    assert [one.secret for one in recorded_deliveries(tmp_path)] == [None]
    (tmp_path / "cassettes.lock").write_text("version = 0\n", encoding="utf-8")
    with pytest.raises(CassetteError, match="version"):
        list(recorded_deliveries(tmp_path))


def test_deliveries_that_there_are_not(hub: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no contract of 'hubb'"):
        generated_delivery("hubb", "push", contracts=hub)
    with pytest.raises(UsageError, match="declares no event 'pull'"):
        signed_headers("hub", "pull", b"", None, contracts=hub)
    with pytest.raises(ConfigurationError):
        signed_headers("hub", "push", b"", " ", contracts=hub)
    with pytest.raises(CassetteError):
        list(recorded_deliveries(tmp_path / "absent.yaml", contracts=hub))
