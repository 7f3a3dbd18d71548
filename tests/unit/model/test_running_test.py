from __future__ import annotations

from pathlib import Path

from tapecheck.model import RunningTest


def test_the_text_of_a_test_is_read_when_it_is_asked_for() -> None:
    asked = []

    def read() -> str:
        asked.append(1)
        return "def test_b(): ..."

    test = RunningTest(name="test_a.py::test_b", path=Path("test_a.py"), line=3, read_source=read)
    assert not asked
    assert test.source == "def test_b(): ..."


def test_there_may_be_no_text() -> None:
    assert not RunningTest(name="page.md", path=Path("page.md"), line=1).source
