from __future__ import annotations

import pickle
import re

import pytest

from tapecheck.model import Code, Finding, Severity, Side


@pytest.mark.parametrize("code", list(Code))
def test_a_code_is_its_number_and_says_what_it_means(code: Code) -> None:
    assert re.fullmatch(r"TC[1-9]\d\d", code)
    assert str(code) == code.value == f"{code}"
    assert Code(code.value) is code  # type: ignore[call-arg]
    assert code.summary
    assert not code.summary.endswith(".")


@pytest.mark.parametrize("code", list(Code))
def test_drift_and_age_are_warnings_and_all_else_is_an_error(code: Code) -> None:
    assert code.severity is (
        Severity.WARNING if code.startswith("TC2") or code in {"TC304", "TC306"} else Severity.ERROR
    )


def test_codes_and_summaries_are_unique_and_in_order() -> None:
    assert [code.value for code in Code] == sorted({code.value for code in Code})
    assert len({code.summary for code in Code}) == len(Code)


def test_codes_never_change() -> None:
    assert {code.name: code.value for code in Code}.items() >= {
        "RESPONSE_BODY": "TC101",
        "REQUEST_BODY": "TC102",
        "ERROR_BODY": "TC103",
        "STATUS": "TC104",
        "CONTENT_TYPE": "TC105",
        "STREAM_EVENT": "TC106",
        "STREAM_ORDER": "TC107",
        "STREAM_INCOMPLETE": "TC108",
        "MALFORMED_BODY": "TC109",
        "UNDECLARED_FIELD": "TC201",
        "UNDECLARED_VALUE": "TC202",
        "UNDECLARED_EVENT": "TC203",
        "UNMATCHED": "TC301",
        "UNREADABLE_CASSETTE": "TC302",
        "EMPTY_CASSETTE": "TC307",
    }.items()


def test_a_finding_travels_between_processes() -> None:
    finding = Finding(
        code=Code.RESPONSE_BODY, severity=Severity.ERROR, message="m", cassette="c", line=1, side=Side.RESPONSE
    )
    copy = pickle.loads(pickle.dumps(finding))
    assert copy == finding
    assert copy.code is Code.RESPONSE_BODY
    assert copy.code.summary == Code.RESPONSE_BODY.summary
