from __future__ import annotations

import json
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from tapecheck.mocking.places import Caller, Place, caller
from tapecheck.model import RunningTest


def called_by(path: str, package: str = "somebody") -> Caller:
    """Call from a file of this name, on its second line."""
    namespace: dict[str, object] = {"__name__": package, "caller": caller}
    exec(compile("\nfound = caller()", path, "exec"), namespace)
    found = namespace["found"]
    assert isinstance(found, Caller)
    return found


def test_a_users_own_line() -> None:
    found = called_by("/srv/shop/service.py")
    assert found == Caller(place=Place(path="/srv/shop/service.py", line=2))


@pytest.mark.parametrize(
    "path",
    [
        "/env/lib/python3.11/site-packages/somebody/__init__.py",
        "/usr/lib/python3/dist-packages/somebody.py",
        json.__file__,
        "<frozen importlib._bootstrap>",
    ],
)
def test_a_library_acts_for_the_line_that_calls_it(path: str) -> None:
    found = called_by(path)
    assert found.library == "somebody"
    assert found.place is not None
    assert found.place.path == __file__


@pytest.mark.parametrize("package", ["unittest.mock", "contextlib", "tapecheck.mocking.guard"])
def test_some_act_for_whoever_calls_them(package: str) -> None:
    found = called_by("/anywhere/anything.py", package)
    assert found.library is None
    assert found.place is not None
    assert found.place.path == __file__


def test_pytest_mock_takes_its_own_back() -> None:
    found = called_by("/anywhere/plugin.py", "pytest_mock.plugin")
    assert found.is_managed
    assert found.place is not None


def test_behind_the_test_runner_there_is_nobody() -> None:
    assert called_by("/anywhere/python.py", "_pytest.python") == Caller()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/srv/shop/service.py", Caller(place=Place(path="/srv/shop/service.py", line=2), is_decorator=True)),
        ("/env/site-packages/library/core.py", Caller(library="library", is_decorator=True)),
    ],
)
def test_a_decorator_acts_for_the_function_that_it_is_around(path: str, expected: Caller) -> None:
    seen: list[Caller] = []
    guard: dict[str, object] = {"__name__": "tapecheck.mocking.guard", "caller": caller, "seen": seen}
    exec("def watch():\n    seen.append(caller())", guard)
    namespace: dict[str, object] = {"__name__": "library.core", "patch": patch, "watch": guard["watch"]}
    source = "\n@patch('os.sep', new_callable=watch)\ndef decorated(_):\n    pass\n"
    exec(compile(source, path, "exec"), namespace)
    namespace["decorated"]()  # type: ignore[operator]
    assert seen == [expected]


class TestPlace:
    TEST = RunningTest(name="t", path=Path("tests/test_shop.py"), line=3, read_source=lambda: "def t():\n    pass\n")

    @pytest.mark.parametrize(
        ("path", "is_in"),
        [("/w/tests/test_shop.py", True), ("/w/tests/test_other.py", False), ("/w/moretests/test_shop.py", False)],
    )
    def test_is_in_the_file_of_a_test_whose_path_is_relative(self, path: str, is_in: bool) -> None:
        assert Place(path=path, line=3).is_in(self.TEST) is is_in

    @pytest.mark.parametrize(("line", "is_within"), [(2, False), (3, True), (4, True), (5, False)])
    def test_is_within_the_text_of_a_test(self, line: int, is_within: bool) -> None:
        assert Place(path="/w/tests/test_shop.py", line=line).is_within(self.TEST) is is_within

    def test_is_written_relative_to_the_working_directory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert str(Place(path=str(tmp_path / "tests/conftest.py"), line=3)) == "tests/conftest.py:3"
        assert str(Place(path=sys.executable, line=3)) == f"{Path(sys.executable).as_posix()}:3"


def test_a_place_can_be_told_where_the_working_directory_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert str(Place(path="/suite/helpers.py", line=3)) == "/suite/helpers.py:3"
