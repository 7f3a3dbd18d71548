from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tapecheck.checking import Checker
from tapecheck.contracts import Each, SignatureScheme, sign
from tapecheck.model import Body, Cassette, Code, Finding, Interaction, JSONValue, Severity, Side
from tests.unit.checking.conftest import Write
from tests.unit.checking.deliveries import EVENTS, FORM, SECRET, WEBHOOKS, delivered

Found = Callable[..., list[Finding]]


@pytest.fixture
def found(write: Write) -> Found:
    """Check a delivery, with the provider's secret if one is given."""
    checkers: dict[str | None, Checker] = {}

    def findings(interaction: Interaction, secret: str | None = None) -> list[Finding]:
        if secret not in checkers:
            secrets = {} if secret is None else {"weather": (secret,)}
            checkers[secret] = Checker(write(WEBHOOKS, EVENTS).contracts, secrets=secrets)
        tape = Cassette(path=Path("tape.yaml"), format="vcrpy", interactions=(interaction,))
        return list(checkers[secret].check_cassette(tape, own=True).findings)

    return findings


def signed(content: bytes, secret: str = SECRET) -> Interaction:
    scheme = SignatureScheme(header="X-Weather-Signature", each=Each(pattern=re.compile("sha256=([0-9a-f]{64})")))
    ((_, signature),) = sign(scheme, secret, body=content, id="", timestamp=0)
    return delivered(content, X_Weather_Signature=signature)


def test_a_good_one(found: Found) -> None:
    assert found(delivered({"city": "Oslo", "wind": "north"})) == []


def test_one_that_breaks_its_schema(found: Found) -> None:
    (finding,) = found(delivered({"wind": "north", "city": 3}))
    assert (finding.code, finding.severity, finding.side) == (Code.DELIVERY, Severity.ERROR, Side.REQUEST)
    assert (finding.provider, finding.operation) == ("weather", "webhooks.storm")
    assert (finding.line, finding.interaction, finding.instance_path) == (12, 0, "/city")
    assert finding.message == "got integer 3, the contract says string"
    assert finding.schema_path is not None
    assert finding.schema_path.endswith("webhooks/storm.schema.json#/properties/city/type")


@pytest.mark.parametrize(
    ("content", "media", "message"),
    [
        (b"", "application/json", "the delivery has no body"),
        (b"{", "application/json", "the body is not JSON: Expecting property name enclosed in double quotes"),
        (b"payload=%7B", FORM, "the field 'payload' of the body is not JSON: Expecting property name"),
    ],
)
def test_a_malformed_body(found: Found, content: bytes, media: str, message: str) -> None:
    (finding,) = found(delivered(content, media=media))
    assert (finding.code, finding.line, finding.operation) == (Code.MALFORMED_BODY, 10, "webhooks.storm")
    assert finding.message.startswith(message)


def test_one_that_does_not_say_its_event(found: Found) -> None:
    (finding,) = found(delivered({"object": "weather.event"}, event=None))
    assert (finding.code, finding.operation, finding.instance_path) == (Code.DELIVERY, "webhooks", "")
    assert finding.message == (
        "the delivery does not say which event it is, expected in the header x-weather-event or at /type"
    )


def test_an_event_that_the_contract_does_not_know(found: Found) -> None:
    (finding,) = found(delivered({}, event="strom"))
    assert (finding.code, finding.severity, finding.operation) == (Code.UNDECLARED_EVENT, Severity.WARNING, "webhooks")
    assert finding.message == 'the contract does not know the event "strom"'
    assert finding.hint is not None
    assert "storm" in finding.hint


def test_drift(found: Found) -> None:
    content: JSONValue = {"city": "Oslo", "hail": 1, "wind": "west"}
    told = [(one.code, one.line, one.instance_path) for one in found(delivered(content))]
    assert sorted(told) == [(Code.UNDECLARED_FIELD, 12, "/hail"), (Code.UNDECLARED_VALUE, 13, "/wind")]


def test_a_signature_that_verifies(found: Found) -> None:
    assert found(signed(b'{"city":  "Oslo"}'), SECRET) == []


@pytest.mark.parametrize(
    ("interaction", "message"),
    [
        (signed(b'{"city":"Oslo"}', "another"), "no signature in the header x-weather-signature is that of the body"),
        (delivered({"city": "Oslo"}), "the header x-weather-signature is missing"),
        (delivered({"city": "Oslo"}, X_Weather_Signature="?"), "the header x-weather-signature is not of the form"),
    ],
)
def test_a_signature_that_does_not(found: Found, interaction: Interaction, message: str) -> None:
    (finding,) = found(interaction, SECRET)
    assert (finding.code, finding.severity, finding.side) == (Code.SIGNATURE, Severity.ERROR, Side.REQUEST)
    assert (finding.line, finding.operation) == (5, "webhooks.storm")
    assert message in finding.message
    assert SECRET not in repr(finding)


def test_without_a_secret_nothing_is_said_of_signatures(found: Found) -> None:
    assert found(signed(b'{"city":"Oslo"}', "another")) == []


def test_every_byte_of_a_body_counts(found: Found) -> None:
    good = signed(b'{"city":"Oslo"}')
    spaced = replace(good, request=replace(good.request, body=Body(content=b'{"city": "Oslo"}')))
    assert [one.code for one in found(spaced, SECRET)] == [Code.SIGNATURE]


HOSTILE = [
    b"\x00", b"\xff\xfe", b"null", b'""', b"[]", b"[" * 1000, b"{" * 300, b'{"city": ' + b"9" * 5000 + b"}",
    b'{"city": "\\ud800"}', b'{"city": NaN, "+1": 1}', b"payload=" + b"[" * 10_000, b"payload", b"=&=&=",
    b"%ff=%ff", b"payload=%00", b"payload=1e999",
]  # fmt: skip


@pytest.mark.parametrize("media", ["application/json", FORM, "text/plain", "?"])
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_no_body_makes_it_crash(found: Found, content: bytes, media: str) -> None:
    for finding in found(delivered(content, media=media, X_Weather_Signature="\x00\udcff"), SECRET):
        assert f"{finding.message} {finding.hint}".encode()


@pytest.mark.parametrize("event", ["", "../storm", "\x00", "a" * 10_000, "storm\n"])
def test_no_name_of_an_event_makes_it_crash(found: Found, event: str) -> None:
    (finding,) = found(delivered({"city": "Oslo"}, event=event))
    assert finding.code in (Code.UNDECLARED_EVENT, Code.UNMATCHED)
    assert len(finding.message) < 200
