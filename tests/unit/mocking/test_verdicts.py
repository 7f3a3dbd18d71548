from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from unittest.mock import patch

from tapecheck.mocking.places import Place
from tapecheck.mocking.verdicts import finding
from tapecheck.model import Code, RunningTest, Severity
from tests.unit.mocking.conftest import Session

if TYPE_CHECKING:
    import pytest

TEST = RunningTest(name="t", path=Path("tests/test_shop.py"), line=7)


def test_a_line_in_the_file_of_the_test_is_the_line_of_the_finding() -> None:
    found = finding(Code.LEAK, TEST, "something", "do this", Place(path="/w/tests/test_shop.py", line=9))
    assert (found.cassette, found.line, found.message) == ("tests/test_shop.py", 9, "something")
    assert (found.severity, found.hint) == (Severity.ERROR, "do this")


def test_a_line_elsewhere_is_named_and_the_test_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    place = Place(path=str(tmp_path / "tests/conftest.py"), line=9)
    found = finding(Code.LEAK, TEST, "something", "do this", place)
    assert (found.line, found.message) == (7, "something (tests/conftest.py:9)")


def test_without_a_line_it_is_that_of_the_test() -> None:
    found = finding(Code.LEAK, TEST, "something", "do this")
    assert (found.line, found.message) == (7, "something")


def test_patches_of_one_line_are_looked_at_together(session: Session, shop: ModuleType) -> None:
    def test() -> None:
        for name in ("send", "fetch"):
            for _ in range(2):
                with patch(f"shop.{name}", lambda text: text):
                    pass

    assert [one.message.split()[0] for one in session.run(test)] == ["shop.send", "shop.fetch"]
