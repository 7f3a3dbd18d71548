from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tapecheck.model import Code, Finding, OperationTotals, Report, Severity, Side, Summary
from tapecheck.reporting import counted, render_text

MakeReport = Callable[..., Report]

ESCAPE = re.compile("\x1b\\[[0-9;]*m")
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)


@pytest.fixture(autouse=True)
def a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a terminal have colors wherever the tests run."""
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_findings_stand_below_their_file_and_counts_at_the_end(
    report: MakeReport, full: Finding, bare: Finding
) -> None:
    counts = {"cassettes": 2, "interactions": 1, "checked": 1, "unmatched": 0, "errors": 1, "warnings": 1}
    text = render_text(report(full, replace(full, line=12, hint=None), bare, **counts))
    assert text == (
        "tapes/a.yaml\n"
        "  tapes/a.yaml:11: TC101 error: weather forecast, interaction 0, response, event 2, at /days/0\n"
        '    got string "three", the contract says integer\n'
        "    contract: contracts/weather/response.schema.json#/type\n"
        "    Is 3 meant?\n"
        "  tapes/a.yaml:12: TC101 error: weather forecast, interaction 0, response, event 2, at /days/0\n"
        '    got string "three", the contract says integer\n'
        "    contract: contracts/weather/response.schema.json#/type\n"
        "\n"
        "tapes/b.yaml\n"
        "  tapes/b.yaml:1: TC307 warning: a cassette holds no interaction\n"
        "    nothing in it\n"
        "\n"
        "provider  operation    interactions  errors  warnings\n"
        "weather   forecast               12       1         0\n"
        "w         a.long.name             1       0       100\n"
        "w         b                       1       0         0\n"
        "\n"
        "2 cassettes, 1 interaction: 1 checked, 0 matched by no contract\n"
        "1 error, 1 warning\n"
    )


def test_nothing_found_is_two_lines(report: MakeReport) -> None:
    text = render_text(report(operations=()))
    assert text == "0 cassettes, 0 interactions: 0 checked, 0 matched by no contract\n0 errors, 0 warnings\n"


def test_where_the_cassettes_came_from_is_told_if_it_is_known(report: MakeReport) -> None:
    assert "recorded:" not in render_text(report())
    assert "\nrecorded: 1 live, 0 sandbox\n" in render_text(report(live=1))
    assert "\nrecorded: 0 live, 2 sandbox\n" in render_text(report(sandbox=2))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"instance_path": ""}, "event 2, at the root"),
        ({"instance_path": None}, "response, event 2"),
        ({"event": None}, "response, at /days/0"),
        ({"side": Side.REQUEST}, "interaction 0, request, event 2, at /days/0"),
        ({"operation": None}, "error: weather, interaction 0"),
        ({"provider": None, "operation": None}, "error: interaction 0, response"),
    ],
)
def test_where_names_what_applies(report: MakeReport, full: Finding, change: dict[str, object], where: str) -> None:
    line = render_text(report(replace(full, **change))).split("\n")[1]  # type: ignore[arg-type]
    assert where in line
    assert "None" not in line


def test_color_says_the_same_words(report: MakeReport, full: Finding, bare: Finding) -> None:
    long = replace(full, message="[bold]no markup[/bold] :smile: 123 'x' " * 100, cassette="[red]/x.yaml")
    one = report(full, bare, long, cassettes=3, errors=2, warnings=1)
    colored = render_text(one, color=True)
    assert ESCAPE.search(colored)
    assert ESCAPE.sub("", colored) == render_text(one)


@given(st.lists(st.tuples(WORDS, WORDS, st.sampled_from(Severity)), max_size=3), WORDS)
def test_color_says_the_same_words_whatever_they_are(lines: list[tuple[str, str, Severity]], operation: str) -> None:
    findings = tuple(
        Finding(code=Code.STATUS, severity=severity, message=message, cassette=cassette, line=1)
        for cassette, message, severity in lines
    )
    totals = OperationTotals(provider="p", operation=operation, interactions=1, errors=0, warnings=0)
    report = Report(summary=Summary(), findings=findings, operations=(totals,))
    assert ESCAPE.sub("", render_text(report, color=True)) == render_text(report)


def test_colors_tell_errors_from_warnings(report: MakeReport, full: Finding, bare: Finding) -> None:
    lines = render_text(report(full, bare), color=True).split("\n")
    red, yellow, green = "\x1b[31m", "\x1b[33m", "\x1b[32m"
    assert next(line for line in lines if "TC101" in line).startswith(red)
    assert next(line for line in lines if "TC307" in line).startswith(yellow)
    assert next(line for line in lines if "forecast  " in line).startswith(red)
    assert next(line for line in lines if "a.long.name" in line).startswith(yellow)
    assert next(line for line in lines if " b  " in line).startswith(green)
    assert lines[-2].startswith("\x1b[1;31m")


def test_colors_say_when_all_is_well(report: MakeReport, bare: Finding) -> None:
    assert render_text(report(bare), color=True).split("\n")[-2].startswith("\x1b[1;32m")


@pytest.mark.parametrize("color", [False, True])
def test_a_file_name_that_is_no_text_is_written_out(report: MakeReport, bare: Finding, color: bool) -> None:
    text = render_text(report(replace(bare, cassette="é\udcff.yaml")), color=color)
    assert r"é\udcff.yaml:1" in text
    text.encode()


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("name", ["message", "cassette", "hint", "instance_path", "schema_path", "provider"])
def test_nothing_from_outside_steers_a_terminal(report: MakeReport, full: Finding, name: str, color: bool) -> None:
    hostile = replace(full, **{name: "a\x1b]0;b\x07\r\n0 errors\x9b2J"})  # type: ignore[arg-type]
    text = ESCAPE.sub("", render_text(report(hostile), color=color))
    assert r"a\x1b]0;b\x07\x0d\x0a0 errors\x9b2J" in text
    assert text.replace("\n", "").isprintable()


@pytest.mark.parametrize(("number", "words"), [(0, "0 errors"), (1, "1 error"), (2, "2 errors"), (1000, "1000 errors")])
def test_nouns_are_plural_unless_there_is_one(number: int, words: str) -> None:
    assert counted(number, "error") == words
