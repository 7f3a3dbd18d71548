from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tapecheck.model import Code, Finding, JSONValue, Severity, Side, tokens
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

GOOD: JSONValue = {"id": "1"}


def one(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_an_undeclared_field_of_a_response(weather: Weather) -> None:
    finding = one(weather.findings(exchanged(b'{\n"id": "1",\n"days": [\n{"high": 1,\n"hihg": 2}]}')))
    assert (finding.code, finding.severity, finding.side) == (Code.UNDECLARED_FIELD, Severity.WARNING, Side.RESPONSE)
    assert (finding.line, finding.instance_path) == (34, "/days/0/hihg")
    assert finding.message == "the contract does not declare the field 'hihg' (here 2)"
    assert finding.hint == "The contract declares 'high'."
    assert finding.schema_path == str(weather.folder / "weather/common/day.schema.json#/properties")


def test_an_undeclared_field_of_a_request(weather: Weather) -> None:
    finding = one(weather.findings(exchanged(GOOD, b'{"city": "Oslo",\n"country": "NO"}')))
    assert (finding.code, finding.side, finding.line) == (Code.UNDECLARED_FIELD, Side.REQUEST, 11)
    assert finding.instance_path == "/country"


def test_an_undeclared_field_of_an_error(weather: Weather) -> None:
    finding = one(weather.findings(exchanged({"error": "x", "code": 7}, status=400)))
    assert (finding.code, finding.instance_path) == (Code.UNDECLARED_FIELD, "/code")


def test_an_unknown_value(weather: Weather) -> None:
    finding = one(weather.findings(exchanged({"id": "1", "sky": "claer"})))
    assert (finding.code, finding.severity) == (Code.UNDECLARED_VALUE, Severity.WARNING)
    assert finding.message == 'got "claer", which the contract does not know; it knows "clear", "cloudy"'
    assert finding.instance_path == "/sky"
    assert finding.hint == 'Did you mean "clear"?'


def test_a_body_that_breaks_its_schema_does_not_drift(weather: Weather) -> None:
    assert one(weather.findings(exchanged({"id": 1, "new": 1}))).code is Code.RESPONSE_BODY


def test_what_has_no_schema_does_not_drift(write: Callable[..., Weather]) -> None:
    weather = write('\n[operations.drop]\nsummary = "s"\nmethod = "DELETE"\npath = "/report"\nsuccess = [204]\n')
    assert weather.findings(exchanged({"new": 1}, None, method="DELETE", status=204)) == []


Told = Callable[..., list[tuple[str, int | None, str]]]


@pytest.mark.parametrize("done", ["", 'done = "[DONE]"'])
def test_an_unknown_event(streamed: Told, done: str) -> None:
    found = streamed(done, ["piece"], [{"type": "piece"}, {"type": "peice"}])
    assert found == [("TC203", 1, "the contract does not know the event 'peice'")]


def test_the_nearest_event_is_hinted_at(watch: Callable[..., Weather]) -> None:
    tape = exchanged(sse([{"type": "peice"}]), None, path="/watch", method="GET", answers="text/event-stream")
    finding = one(watch("", ["piece", "stop"]).findings(tape))
    assert (finding.side, finding.line, finding.hint) == (Side.RESPONSE, 30, 'Did you mean "piece"?')


def test_events_drift_in_fields_and_values(watch: Callable[..., Weather]) -> None:
    piece: JSONValue = {"properties": {"type": {}, "sky": {"x-extensible-enum": ["clear"]}}}
    events: list[Content] = [{"type": "piece"}, {"type": "piece", "sky": "red", "new": 1}]
    tape = exchanged(sse(events), None, path="/watch", method="GET", answers="text/event-stream")
    found = watch("", ["piece"], {"watch/piece.schema.json": piece}).findings(tape)
    assert [(one.code.value, one.event, one.line, one.instance_path) for one in found] == [
        ("TC202", 1, 32, "/sky"),
        ("TC201", 1, 32, "/new"),
    ]


def test_the_closing_marker_is_no_event(streamed: Told) -> None:
    assert streamed('done = "[DONE]"\norder = "piece* done"', ["piece"], [{"type": "piece"}, b"[DONE]"]) == []


def test_without_a_marker_done_is_an_event_as_any(streamed: Told) -> None:
    assert streamed("", ["piece"], [{"type": "done"}]) == [("TC203", 0, "the contract does not know the event 'done'")]
    closed: JSONValue = {"properties": {"type": {}}}
    assert streamed("", ["done"], [{"type": "done", "new": 1}], done=closed) == [
        ("TC201", 0, "the contract does not declare the field 'new' (here 1)")
    ]


def test_one_pass_finds_the_lines_of_all_that_is_undeclared(weather: Weather, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"id": "1",\n"a": 1,\n"days": [\n{"high": 1,\n"b": 2}]}'
    passes: list[str] = []

    def counted(text: str) -> Iterator[re.Match[str]]:
        passes.append(text)
        return tokens(text)

    monkeypatch.setattr("tapecheck.model.json.tokens", counted)
    findings = weather.findings(exchanged(body))
    assert [finding.line for finding in findings] == [31, 34]
    assert passes.count(body.decode()) == 1
