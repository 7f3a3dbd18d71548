from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from tapecheck.checking import ENGINES, Checker, FileResult
from tapecheck.errors import CassetteError
from tapecheck.model import Body, Cassette, Code, Finding, Interaction, JSONValue, Report, Severity, Side, Summary
from tapecheck.reporting import render_json, render_text
from tests.unit.checking.conftest import HOST, Weather, exchanged
from tests.unit.checking.secrets.planted import Secret, secrets

GOOD = exchanged({"id": "1", "sky": "clear"})
KEY = next(one for one in secrets() if one.kind == "hexadecimal key")


def check(weather: Weather, *interactions: Interaction, own: bool = True) -> FileResult:
    cassette = Cassette(path=Path("tapes/one.yaml"), format="vcrpy", interactions=interactions)
    return Checker(weather.contracts).check_cassette(cassette, own=own)


def elsewhere(interaction: Interaction, uri: str, method: str = "POST") -> Interaction:
    return replace(interaction, request=replace(interaction.request, uri=uri, method=method))


def test_a_sound_cassette_has_no_findings(weather: Weather) -> None:
    result = check(weather, GOOD, GOOD)
    assert result == FileResult(interactions=2, checked=(("weather", "report"),) * 2)


def test_a_finding_says_where_it_is(weather: Weather) -> None:
    body = b'{\n  "id": "1",\n  "days": [\n    {"high": 1},\n    {"low": 1, "hihg": 2}\n  ]\n}'
    result = check(weather, GOOD, replace(exchanged(body), index=1))
    assert result.findings == (
        Finding(
            code=Code.RESPONSE_BODY,
            severity=Severity.ERROR,
            message="'high' is missing",
            cassette="tapes/one.yaml",
            line=34,
            interaction=1,
            provider="weather",
            operation="report",
            side=Side.RESPONSE,
            event=None,
            instance_path="/days/1",
            schema_path=str(weather.folder / "weather/common/day.schema.json#/required"),
            hint="'hihg' is there: is 'high' meant?",
        ),
    )


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_engine_tells_the_same(weather: Weather, engine: str) -> None:
    bad = exchanged({"days": [{"high": 61}, {"high": "1"}]}, {"city": 1})
    told = [(one.code, one.instance_path, one.message) for one in weather.findings(bad, engine=engine)]
    assert told == [
        (Code.REQUEST_BODY, "/city", "got integer 1, the contract says string"),
        (Code.RESPONSE_BODY, "", "'id' is missing"),
        (Code.RESPONSE_BODY, "/days/0/high", "got 61, the contract says at most 60"),
        (Code.RESPONSE_BODY, "/days/1/high", 'got string "1", the contract says integer'),
    ]


def test_an_unknown_host_is_a_finding_in_a_cassette_of_ones_own(weather: Weather) -> None:
    stranger = replace(elsewhere(GOOD, "https://other.example/report"), index=1, line=40)
    result = check(weather, GOOD, stranger)
    assert (result.interactions, result.unmatched, len(result.checked)) == (2, 1, 1)
    (finding,) = result.findings
    assert (finding.code, finding.line, finding.interaction) == (Code.UNMATCHED, 40, 1)
    assert finding.message == "no contract declares the host 'other.example'"
    assert finding.hint == "Add it to `hosts` of a contract, or write one: see docs/how-to/write-a-contract.md."
    assert finding.provider is None
    assert check(weather, stranger, own=False) == FileResult(interactions=1, unmatched=1)


@pytest.mark.parametrize(
    ("method", "path", "hint"),
    [
        ("POST", "/reports", "The nearest: POST /report."),
        ("GET", "/report", "The nearest: POST /report."),
        ("DELETE", "/x", "Declare it in contract.toml."),
    ],
)
def test_an_unknown_operation_is_a_finding_with_the_nearest_one(
    weather: Weather, method: str, path: str, hint: str
) -> None:
    (finding,) = check(weather, elsewhere(GOOD, HOST + path, method)).findings
    assert (finding.code, finding.provider, finding.operation) == (Code.UNMATCHED, "weather", None)
    assert (finding.message, finding.hint) == (f"no operation of weather matches {method} {path}", hint)


def test_an_empty_cassette_is_a_finding(weather: Weather) -> None:
    (finding,) = check(weather, own=False).findings
    assert (finding.code, finding.line, finding.interaction) == (Code.EMPTY_CASSETTE, 1, None)
    assert finding.message == "the cassette holds no interaction"
    assert finding.hint == "Record it again, or delete it."


def test_rules_do_not_stop_one_another(weather: Weather) -> None:
    bad = exchanged(b"<html>", {"town": "Oslo"}, status=418, answers="text/html", asks="text/xml")
    assert [one.code.value for one in weather.findings(bad)] == ["TC104", "TC105", "TC105", "TC102", "TC109"]


# Files ----------------------------------------------------------------------------------------------------------------

TAPE = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://api.weather.example/report
    headers: {Content-Type: [application/json]}
    body: '{"city": "Oslo"}'
  response:
    status: {code: 200, message: OK}
    headers: {Content-Type: [application/json]}
    body:
      string: |-
        {
          "id": 1
        }
"""


def test_a_file_is_read_and_checked(weather: Weather, tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(TAPE, encoding="utf-8")
    (finding,) = Checker(weather.contracts).check_file(path, own=True).findings
    assert (finding.code, finding.cassette, finding.line) == (Code.RESPONSE_BODY, str(path), 14)
    assert finding.message == "got integer 1, the contract says string"


def test_a_file_that_cannot_be_read_is_a_finding(weather: Weather, tmp_path: Path) -> None:
    path = tmp_path / "tape.yaml"
    path.write_text(TAPE.replace("headers: {", "headers: [", 1), encoding="utf-8")
    result = Checker(weather.contracts).check_file(path, own=True)
    assert (result.interactions, result.unmatched, result.checked) == (0, 0, ())
    (finding,) = result.findings
    assert (finding.code, finding.cassette, finding.line) == (Code.UNREADABLE_CASSETTE, str(path), 6)
    assert Checker(weather.contracts).check_file(tmp_path / "none.yaml", own=True).findings[0].line == 1


def test_the_place_within_a_file_is_told(weather: Weather, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> Cassette:
        raise CassetteError("got no body", path=path, line=7, pointer="/interactions/0", hint="Record it again.")

    monkeypatch.setattr("tapecheck.checking.check.read", fail)
    (finding,) = Checker(weather.contracts).check_file(tmp_path, own=False).findings
    assert (finding.message, finding.line, finding.hint) == ("got no body (at /interactions/0)", 7, "Record it again.")


# What is meant to break it --------------------------------------------------------------------------------------------

HOSTILE: list[bytes] = [
    b"[" * 127 + b"]" * 127,
    b"[" * 1000 + b"]" * 1000,
    b'{"days":' * 100 + b"1" + b"}" * 100,
    b'{"id": NaN}',
    b'{"id": 1e999}',
    b'{"id": ' + b"9" * 4000 + b"}",
    b'{"id": "\\ud800"}',
    b'{"\\udfff": 1, "id": "1"}',
    b'{"id": 1, "id": "2"}',
    b'\xef\xbb\xbf{"id": "1"}',
    b'{"id": "\\u0000", "": {"/~": []}}',
    b"[]",
    b"{}",
    b"null",
    b'""',
    b"\x00",
    b"\xff\xfe",
    b"{" * 300,
    b'{"id": "1", "sky": []}',
    b'{"id": "1", "sky": {"a": null}}',
]


@pytest.mark.parametrize("engine", sorted(ENGINES))
@pytest.mark.parametrize("answers", ["application/json", "text/event-stream", None])
@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_no_body_makes_it_crash(watch: Callable[..., Weather], body: bytes, answers: str | None, engine: str) -> None:
    weather = watch('framings = ["sse", "json-array"]\ndone = "[DONE]"\nconstant = ["/id"]', ["a"])
    plain = exchanged(body, body, answers=answers)
    events = b"data: " + body.replace(b"\n", b"") + b"\n\ndata: [DONE]\n\n"
    stream = exchanged(events, None, path="/watch", method="GET", answers=answers)
    array = exchanged(b"[" + body + b"]", None, path="/watch", method="GET")
    for tape in (plain, stream, array):
        for finding in weather.findings(tape, engine=engine):
            assert f"{finding.message} {finding.instance_path} {finding.hint}".encode()


def test_a_value_too_deep_for_the_reference_is_a_cassette_that_cannot_be_read(
    valued_deep: Callable[[str], list[Finding]],
) -> None:
    (finding,) = valued_deep("jsonschema")
    assert finding.code is Code.UNREADABLE_CASSETTE
    assert finding.message == "a body nests too deeply for jsonschema"
    assert valued_deep("jsonschema-rs") == []


@pytest.fixture
def valued_deep(
    write: Callable[..., Weather], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], list[Finding]]:
    """Check a file whose body nests as deep as is allowed, its schema with many steps at each level."""
    schema: JSONValue = {"$ref": "#"}
    for _ in range(6):
        schema = {"allOf": [schema]}
    weather = write(schemas={"report/response.schema.json": {"properties": {"a": schema}}})
    tape = replace(GOOD, response=replace(GOOD.response, body=Body(content=b'{"a":' * 127 + b"1" + b"}" * 127)))
    cassette = Cassette(path=tmp_path, format="vcrpy", interactions=(tape,))
    monkeypatch.setattr("tapecheck.checking.check.read", lambda path: cassette)
    return lambda engine: list(Checker(weather.contracts, engine).check_file(tmp_path, own=False).findings)


def said(weather: Weather, *interactions: Interaction) -> str:
    """Return all that both reports say of a cassette; a secret without what an encoding may do to it."""
    findings = check(weather, *interactions).findings
    assert {Code.LEAKED_SECRET} < {one.code for one in findings}
    report = Report(summary=Summary(), findings=findings, operations=())
    return render_json(report) + render_text(report)


def shows(text: str, secret: Secret) -> list[str]:
    """Return each part of a secret that shows, of more characters than a finding may quote."""
    return [part for at in range(len(secret.core) - 4) if (part := secret.core[at : at + 5]) in text]


@pytest.mark.parametrize("secret", secrets(), ids=str)
def test_no_rule_quotes_a_secret(weather: Weather, secret: Secret) -> None:
    held: dict[str, JSONValue] = {secret.name: secret.text}
    undeclared = exchanged({"id": "1"}, {"city": "Oslo", **held})
    wrong = exchanged({"id": [held], "sky": secret.text, "days": secret.text}, {"city": held})
    cut = [exchanged({"id": "1", f"{'x' * pad}": held, "more": ["x" * pad, held]}) for pad in range(20, 60, 3)]
    nested = exchanged({"id": "1", "arguments": json.dumps(held)})
    text = said(weather, undeclared, wrong, *cut, nested)
    assert shows(text, secret) == []
    assert "REDACTED" in text


def test_no_rule_quotes_a_secret_of_a_path(weather: Weather) -> None:
    for segment in (KEY.text, quote(f"a b {KEY.text}")):
        assert shows(said(weather, elsewhere(GOOD, f"{HOST}/reports/{segment}")), KEY) == []
    named = exchanged({"id": "1", KEY.text: 1}, {"city": {KEY.text: KEY.text}})
    assert shows(said(weather, named), KEY) == []


def test_a_secret_is_hidden_wherever_its_cassette_holds_it(weather: Weather) -> None:
    """Only the name gives it away, and another interaction holds it under another."""
    secret = next(one for one in secrets() if one.kind == "random api_key")
    first, second = exchanged({"id": "1", "note": [secret.text]}), exchanged({"id": "1", secret.name: secret.text})
    assert shows(said(weather, first, second), secret) == []


def test_a_secret_hides_nothing_else(weather: Weather) -> None:
    told = [one.message for one in weather.findings(exchanged({"id": 1, "note": KEY.text}, {"city": 1}))]
    assert told == [
        "got integer 1, the contract says string",
        "got integer 1, the contract says string",
        f"the body of the response holds a secret key ({KEY.text[:4]}…)",
    ]
