from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from tapecheck.model import Code, Finding, Severity, Side
from tapecheck.pytest_plugin.notes import Notes, attach, detach
from tapecheck.replaying import TapeUse

if TYPE_CHECKING:
    import pytest

FINDING = Finding(
    code=Code.REPLAYED_REQUEST,
    severity=Severity.ERROR,
    message="ünlike",
    cassette="a.yaml",
    line=3,
    interaction=0,
    side=Side.REQUEST,
)
NOTES = Notes(
    findings=[FINDING],
    problems=["a contract is broken"],
    tapes=[TapeUse(path=Path("/a.yaml"), interactions=3, played=frozenset({0, 2}))],
    opened=["/a.yaml"],
    names=["a"],
    unsure=["b"],
)


def report() -> pytest.TestReport:
    return cast("pytest.TestReport", SimpleNamespace())


def test_notes_travel_with_a_report() -> None:
    carrying = report()
    attach(carrying, NOTES)
    assert detach(carrying) == NOTES
    assert {type(value) for value in vars(carrying).values()} == {str}, "only plain values travel between processes"


def test_a_report_without_notes_stays_as_it_was() -> None:
    plain = report()
    attach(plain, Notes())
    assert vars(plain) == {}
    assert detach(plain) == Notes()


def test_what_another_plugin_left_there_is_no_note() -> None:
    other = report()
    other.tapecheck = 3  # type: ignore[attr-defined]
    assert detach(other) == Notes()


def test_notes_add_up() -> None:
    both = Notes()
    both.add(NOTES)
    both.add(NOTES)
    assert both.findings == [FINDING, FINDING]
    assert both.opened == ["/a.yaml", "/a.yaml"]
    assert NOTES.opened == ["/a.yaml"]
