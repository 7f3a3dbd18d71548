from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tapecheck.pytest_plugin.scope import Scope

Covers = Callable[..., bool]


@pytest.fixture
def covers(pytester: pytest.Pytester) -> Covers:
    """Tell whether a run with these arguments, in a project with two folders of tests, covers a file."""
    for folder in ("tests", "more"):
        pytester.mkdir(folder).joinpath("test_it.py").write_text("def test_it(): ...\n", encoding="utf-8")

    def told(path: str, *arguments: str, testpaths: str = "") -> bool:
        pytester.makeini(f"[pytest]\ntestpaths = {testpaths}\n")
        config = pytester.parseconfigure(*arguments)
        return Scope(config).covers(Path(config.rootpath) / path)

    return told


def test_a_run_of_everything_covers_everything_in_the_project(covers: Covers) -> None:
    assert covers("cassettes/a.yaml")
    assert covers("cassettes/a.yaml", testpaths="tests more")
    assert covers("cassettes/a.yaml", ".")
    assert not covers("../elsewhere/a.yaml")


def test_a_folder_covers_what_it_holds(covers: Covers) -> None:
    assert covers("tests/cassettes/a.yaml", "tests")
    assert not covers("more/cassettes/a.yaml", "tests")
    assert not covers("cassettes/a.yaml", "tests")


def test_all_folders_of_tests_cover_everything(covers: Covers) -> None:
    assert covers("cassettes/a.yaml", "more", "tests", testpaths="tests more")
    assert not covers("cassettes/a.yaml", "tests", testpaths="tests more")


@pytest.mark.parametrize(
    "narrower",
    [
        *(["-k", "it"], ["-m", "slow"], ["--lf"], ["--deselect", "tests/test_it.py"], ["--ignore", "more"], ["--co"]),
        *(["--setup-only"], ["--setup-plan"], ["--fixtures"], ["--fixtures-per-test"], ["--cache-show"]),
    ],
    ids=" ".join,
)
def test_a_run_of_less_covers_nothing(covers: Covers, narrower: list[str]) -> None:
    assert not covers("cassettes/a.yaml", *narrower)


def test_single_files_and_tests_cover_nothing(covers: Covers) -> None:
    assert not covers("tests/cassettes/test_it/a.yaml", "tests/test_it.py")
    assert not covers("tests/cassettes/test_it/a.yaml", "tests/test_it.py::test_it")


def test_what_plugins_take_out_narrows_a_run(pytester: pytest.Pytester) -> None:
    config = pytester.parseconfigure()
    scope = Scope(config)
    assert scope.covers(config.rootpath / "a.yaml")
    scope.narrow()
    assert not scope.covers(config.rootpath / "a.yaml")
