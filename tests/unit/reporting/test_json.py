from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.model import Code, Finding, OperationTotals, Report, Severity, Side, Summary
from tapecheck.reporting import render_json

SCHEMA = json.loads((files("tapecheck.reporting") / "report.schema.json").read_text(encoding="utf-8"))

VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

MakeReport = Callable[..., Report]
COUNTS = st.integers(0, 2**53)
NAMES = st.text(max_size=5)
FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(Code),
    severity=st.sampled_from(Severity),
    message=st.text(min_size=1),
    cassette=st.text(st.characters(codec=None)),  # lone surrogates too
    line=st.integers(1, 2**53),
    interaction=st.none() | COUNTS,
    provider=st.none() | NAMES,
    operation=st.none() | NAMES,
    side=st.none() | st.sampled_from(Side),
    event=st.none() | COUNTS,
    instance_path=st.none() | st.sampled_from(["", "/a/0", "/~0~1/"]),
    schema_path=st.none() | NAMES,
    hint=st.none() | NAMES,
)
REPORTS = st.builds(
    Report,
    summary=st.builds(Summary, **dict.fromkeys([field.name for field in fields(Summary)], COUNTS)),
    findings=st.lists(FINDINGS, max_size=3).map(tuple),
    operations=st.lists(
        st.builds(
            OperationTotals, provider=NAMES, operation=NAMES, interactions=COUNTS, errors=COUNTS, warnings=COUNTS
        ),
        max_size=3,
    ).map(tuple),
)


def valid(document: object) -> bool:
    return VALIDATOR.is_valid(document)


def test_a_report_is_one_object(report: MakeReport, full: Finding, bare: Finding) -> None:
    document = json.loads(render_json(report(full, bare, cassettes=2, errors=1)))
    assert list(document) == ["version", "summary", "operations", "findings"]
    assert document["version"] == 1
    assert document["summary"] == asdict(Summary(cassettes=2, errors=1))
    assert document["operations"][0] == {
        "provider": "weather",
        "operation": "forecast",
        "interactions": 12,
        "errors": 1,
        "warnings": 0,
    }
    assert document["findings"][0] == {
        "code": "TC101",
        "severity": "error",
        "message": 'got string "three", the contract says integer',
        "cassette": "tapes/a.yaml",
        "line": 11,
        "interaction": 0,
        "provider": "weather",
        "operation": "forecast",
        "side": "response",
        "event": 2,
        "instance_path": "/days/0",
        "schema_path": "contracts/weather/response.schema.json#/type",
        "hint": "Is 3 meant?",
    }
    assert [key for key, value in document["findings"][1].items() if value is None] == [
        "interaction",
        "provider",
        "operation",
        "side",
        "event",
        "instance_path",
        "schema_path",
        "hint",
    ]


def test_it_is_indented_and_ends_with_a_line_end(report: MakeReport) -> None:
    text = render_json(report())
    assert text.startswith('{\n  "version": 1,\n')
    assert text.endswith("\n}\n")


def test_a_file_name_that_is_no_text_is_written_out(report: MakeReport, full: Finding) -> None:
    document = json.loads(render_json(report(replace(full, cassette="é\udcff.yaml", message="\ud800"))))
    assert document["findings"][0]["cassette"] == r"é\udcff.yaml"
    assert document["findings"][0]["message"] == r"\ud800"


@given(REPORTS)
def test_every_report_keeps_its_schema(report: Report) -> None:
    text = render_json(report)
    text.encode()
    VALIDATOR.validate(json.loads(text))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_has_every_field_and_demands_it() -> None:
    wanted = {"summary": Summary, "operation": OperationTotals, "finding": Finding}
    for name, kind in wanted.items():
        declared = SCHEMA["$defs"][name]
        assert list(declared["properties"]) == declared["required"] == [field.name for field in fields(kind)]


def test_the_schema_knows_every_code_severity_and_side(report: MakeReport, full: Finding) -> None:
    finding = SCHEMA["$defs"]["finding"]["properties"]
    assert finding["severity"]["enum"] == list(Severity)
    assert finding["side"]["enum"] == [*Side, None]
    assert all(valid(json.loads(render_json(report(replace(full, code=code))))) for code in Code)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("version",), 2),
        (("version",), "1"),
        (("summary", "errors"), -1),
        (("summary", "errors"), 1.5),
        (("summary", "cached"), None),
        (("operations",), {}),
        (("operations", 0, "interactions"), "1"),
        (("operations", 0, "provider"), None),
        (("findings", 0, "code"), "TC1"),
        (("findings", 0, "code"), "XY101"),
        (("findings", 0, "severity"), "fatal"),
        (("findings", 0, "side"), "both"),
        (("findings", 0, "line"), 0),
        (("findings", 0, "line"), None),
        (("findings", 0, "interaction"), -1),
        (("findings", 0, "event"), "2"),
        (("findings", 0, "message"), ""),
        (("findings", 0, "message"), None),
        (("findings", 0, "instance_path"), "days"),
        (("findings", 0, "instance_path"), "/a~2"),
    ],
)
def test_a_wrong_report_breaks_it(
    report: MakeReport, full: Finding, place: tuple[str | int, ...], value: object
) -> None:
    document = json.loads(render_json(report(full)))
    assert valid(document)
    *above, last = place
    holder = document
    for step in above:
        holder = holder[step]
    holder[last] = value
    assert not valid(document)


@pytest.mark.parametrize("holder", [(), ("summary",), ("operations", 0), ("findings", 0)])
def test_every_field_is_demanded_and_others_are_welcome(
    report: MakeReport, full: Finding, holder: tuple[str | int, ...]
) -> None:
    text = render_json(report(full))

    def found(document: object) -> dict[str, object]:
        for step in holder:
            document = document[step]  # type: ignore[index]
        assert isinstance(document, dict)
        return document

    for key in found(json.loads(text)):
        document = json.loads(text)
        del found(document)[key]
        assert not valid(document)
    document = json.loads(text)
    found(document)["of tomorrow"] = {}
    assert valid(document)
