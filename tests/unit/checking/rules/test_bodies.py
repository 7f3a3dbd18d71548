from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tapecheck.model import Code, Finding, JSONValue, Side, tokens
from tests.unit.checking.conftest import Content, Weather, exchanged, sse

GOOD: JSONValue = {"id": "1"}


def one(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_bodies_that_keep_their_schemas(weather: Weather) -> None:
    assert weather.findings(exchanged(GOOD)) == []
    assert weather.findings(exchanged({"error": "x"}, status=400)) == []


@pytest.mark.parametrize(
    ("response", "request_body", "status", "code", "schema"),
    [
        ({"id": 1}, {"city": "Oslo"}, 200, Code.RESPONSE_BODY, "report/response.schema.json#/properties/id/type"),
        (GOOD, {"city": 1}, 200, Code.REQUEST_BODY, "report/request.schema.json#/properties/city/type"),
        ({"error": 1}, {"city": "Oslo"}, 400, Code.ERROR_BODY, "common/error.schema.json#/properties/error/type"),
    ],
    ids=["response", "request", "error"],
)
def test_a_body_that_breaks_its_schema(
    weather: Weather, response: Content, request_body: Content, status: int, code: Code, schema: str
) -> None:
    finding = one(weather.findings(exchanged(response, request_body, status=status)))
    assert (finding.code, finding.event) == (code, None)
    assert finding.side is (Side.REQUEST if code is Code.REQUEST_BODY else Side.RESPONSE)
    assert finding.message == "got integer 1, the contract says string"
    assert finding.schema_path == str(weather.folder / "weather" / schema)


BODY = b"""{
  "id": "1",
  "days": [
    {"high": 1},
    {
      "low": 0,
      "high":
        "2"
    }
  ]
}"""


@pytest.mark.parametrize(("verbatim", "line"), [(True, 36), (False, 30)])
def test_the_line_is_that_of_the_field_where_the_file_shows_the_body(
    weather: Weather, verbatim: bool, line: int
) -> None:
    finding = one(weather.findings(exchanged(BODY, verbatim=verbatim)))
    assert (finding.instance_path, finding.line) == ("/days/1/high", line)


def test_a_request_has_its_own_lines(weather: Weather) -> None:
    finding = one(weather.findings(exchanged(GOOD, b'{\n "city":\n 1}')))
    assert (finding.instance_path, finding.line) == ("/city", 11)


def test_an_operation_that_takes_a_body_needs_one(weather: Weather) -> None:
    finding = one(weather.findings(exchanged(GOOD, None)))
    assert (finding.code, finding.side, finding.line, finding.instance_path) == (
        Code.REQUEST_BODY,
        Side.REQUEST,
        10,
        "",
    )
    assert finding.message == "the request has no body, the operation report takes one"


def test_an_operation_that_takes_no_body_wants_none(write: Callable[..., Weather]) -> None:
    weather = write('\n[operations.drop]\nsummary = "s"\nmethod = "DELETE"\npath = "/report"\nsuccess = [204]\n')
    finding = one(weather.findings(exchanged(None, GOOD, method="DELETE", status=204)))
    assert (finding.code, finding.side, finding.line) == (Code.REQUEST_BODY, Side.REQUEST, 10)
    assert finding.message == "the request has a body, the operation drop takes none"


@pytest.mark.parametrize(("status", "hinted"), [(200, False), (400, True), (422, True), (500, False)])
def test_a_request_that_the_provider_refused_too(weather: Weather, status: int, *, hinted: bool) -> None:
    findings = weather.findings(exchanged(GOOD, {"city": 1}, status=status))
    finding = next(finding for finding in findings if finding.code is Code.REQUEST_BODY)
    assert ("refused it too" in (finding.hint or "")) is hinted


@pytest.mark.parametrize("status", [200, 400])
def test_an_operation_that_answers_with_json_owes_a_body(weather: Weather, status: int) -> None:
    finding = one(weather.findings(exchanged(None, status=status)))
    assert (finding.code, finding.side, finding.line) == (Code.MALFORMED_BODY, Side.RESPONSE, 30)
    assert finding.message == "the response has no body, the operation answers with JSON"


def test_an_operation_may_answer_with_nothing(write: Callable[..., Weather]) -> None:
    silent = (
        '\n[operations.drop]\nsummary = "s"\nmethod = "DELETE"\npath = "/report"\nsuccess = [204]\nerrors = [404]\n'
    )
    weather = write(silent)
    assert weather.findings(exchanged(None, None, method="DELETE", status=204)) == []
    assert weather.findings(exchanged(None, None, method="DELETE", status=404)) == []
    assert weather.findings(exchanged({"any": "thing"}, None, method="DELETE", status=204)) == []
    finding = one(weather.findings(exchanged(b"{", None, method="DELETE", status=404)))
    assert finding.code is Code.MALFORMED_BODY


@pytest.mark.parametrize(
    ("body", "message", "line"),
    [
        (b'{\n"id":\n}', "the body is not JSON: Expecting value at column 1", 32),
        (b'{"id":\n"\xff"}', "the body is not UTF-8: byte 0xff at offset 8", 31),
        (b'{"id":\n"\\ud800"}', "the body is not Unicode: \\ud800 is half of a surrogate pair", 31),
    ],
)
def test_a_response_that_cannot_be_read(weather: Weather, body: bytes, message: str, line: int) -> None:
    finding = one(weather.findings(exchanged(body)))
    assert (finding.code, finding.side) == (Code.MALFORMED_BODY, Side.RESPONSE)
    assert (finding.message, finding.line, finding.schema_path) == (message, line, None)


def test_a_request_that_cannot_be_read(weather: Weather) -> None:
    finding = one(weather.findings(exchanged(GOOD, b"city=Oslo")))
    assert (finding.code, finding.side, finding.line) == (Code.MALFORMED_BODY, Side.REQUEST, 10)
    assert finding.message == "the body is not JSON: Expecting value at column 1"


def test_a_body_that_could_not_be_unpacked(weather: Weather) -> None:
    finding = one(weather.findings(exchanged(b"\x1f\x8b", problem="the body is no valid gzip: it ends early")))
    assert (finding.code, finding.line) == (Code.MALFORMED_BODY, 30)
    assert finding.message == "the body is no valid gzip: it ends early"


def test_every_violation_is_told_once(weather: Weather) -> None:
    bad: JSONValue = {"days": [{}, {"high": 61, "low": "x"}]}
    told = [(finding.instance_path, finding.message) for finding in weather.findings(exchanged(bad))]
    assert told == [
        ("", "'id' is missing"),
        ("/days/0", "'high' is missing"),
        ("/days/1/high", "got 61, the contract says at most 60"),
        ("/days/1/low", 'got string "x", the contract says integer'),
    ]


@pytest.mark.parametrize(
    ("answers", "status", "codes"),
    [("text/plain", 503, []), ("text/plain", 200, ["TC105", "TC109"]), ("text/html", 503, ["TC105", "TC109"])],
    ids=["declared", "no error", "not declared"],
)
def test_errors_may_be_text_of_a_declared_type(weather: Weather, answers: str, status: int, codes: list[str]) -> None:
    found = weather.findings(exchanged(b"Service unavailable", answers=answers, status=status))
    assert [finding.code.value for finding in found] == codes


def test_streams_are_not_held_against_the_schema_of_answers(write: Callable[..., Weather]) -> None:
    stream = '[operations.report.stream]\nasked-by = "/stream"\nevents = "watch"\nname = "/type"\norder = "a*"\n'
    weather = write(stream, {"watch/a.schema.json": {}})
    request: JSONValue = {"city": "Oslo", "stream": True}
    assert weather.findings(exchanged(sse([{"type": "a"}]), request, answers="text/event-stream")) == []
    answered = exchanged({"id": 1}, request)
    assert [finding.code for finding in weather.findings(answered)] == [Code.CONTENT_TYPE]


def test_a_schema_may_refuse_everything(valued: Callable[..., list[Finding]]) -> None:
    finding = one(valued({"properties": {"id": False}}, {"id": 1}))
    assert (finding.instance_path, finding.message) == ("/id", "got 1, the contract forbids it here")


def test_one_pass_finds_the_lines_of_all_violations(weather: Weather, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"id": 1,\n"days": [\n{"high": "1"},\n{"high": "2"}]}'
    passes: list[str] = []

    def counted(text: str) -> Iterator[re.Match[str]]:
        passes.append(text)
        return tokens(text)

    monkeypatch.setattr("tapecheck.model.json.tokens", counted)
    findings = weather.findings(exchanged(body))
    assert sorted(finding.line for finding in findings) == [30, 32, 33]
    assert passes.count(body.decode()) == 1
