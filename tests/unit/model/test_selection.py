from __future__ import annotations

import pytest

from tapecheck.model import Code, Finding, Selection, Severity, unknown_codes


def finding(code: Code, cassette: str = "tapes/weather/one.yaml") -> Finding:
    return Finding(code=code, severity=code.severity, message="m", cassette=cassette, line=1)


def counted(selection: Selection, *findings: Finding) -> list[str]:
    return [one.code.value for one in selection.apply(findings or [finding(code) for code in Code])]


def test_everything_counts_unless_told_otherwise() -> None:
    assert counted(Selection()) == [code.value for code in Code]


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        (("TC2",), (), ["TC201", "TC202", "TC203"]),
        (("TC201", "TC301"), (), ["TC201", "TC301"]),
        (("TC2",), ("TC203",), ["TC201", "TC202"]),
        (("TC201",), ("TC2",), ["TC201"]),
        (("TC201",), ("TC201",), []),
        ((), (), []),
    ],
    ids=["beginning", "codes", "longer ignore", "longer select", "draw", "nothing"],
)
def test_the_longer_of_select_and_ignore_wins(
    select: tuple[str, ...], ignore: tuple[str, ...], codes: list[str]
) -> None:
    assert counted(Selection(select=select, ignore=ignore)) == codes


@pytest.mark.parametrize(
    ("pattern", "counts"),
    [
        ("tapes/weather/one.yaml", False),
        ("one.yaml", False),
        ("weather/*", False),
        ("tapes/*.yaml", False),
        ("weather/two.yaml", True),
        ("eather/one.yaml", True),
    ],
)
def test_files_ignore_by_pattern(pattern: str, counts: bool) -> None:
    selection = Selection(per_file_ignores={pattern: ("TC1",)})
    assert counted(selection, finding(Code.STATUS)) == (["TC104"] if counts else [])
    assert counted(selection, finding(Code.UNMATCHED)) == ["TC301"]


def test_strict_makes_errors_of_warnings() -> None:
    (plain,) = Selection().apply([finding(Code.UNDECLARED_FIELD)])
    (strict,) = Selection(strict=True).apply([finding(Code.UNDECLARED_FIELD)])
    assert (plain.severity, strict.severity) == (Severity.WARNING, Severity.ERROR)


def test_a_code_is_known_by_its_beginning() -> None:
    assert unknown_codes(["TC", "TC1", "TC10", "TC101", "TC2"]) == []
    assert unknown_codes(["TC999", "T", "101", "tc101", "TC1010", "TC6", ""]) == [
        "TC999",
        "T",
        "101",
        "tc101",
        "TC1010",
        "TC6",
        "",
    ]
