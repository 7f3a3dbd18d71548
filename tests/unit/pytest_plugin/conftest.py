"""Projects of other people, in which pytest runs with the plugin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx  # noqa: F401 - see below
import pytest
import vcr.cassette  # noqa: F401 - pytester forgets what a run has imported, and yaml in C cannot be imported twice

from tests.unit.pytest_plugin.cassettes import written

Run = Callable[..., pytest.RunResult]

PLUGINS = ("tapecheck.pytest_plugin", "recording", "anyio", "pytest_mock")
"""Only these are loaded: what else is installed has no part in it."""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest with a test file and options, in a process of its own where it leaves something behind."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3] / "src"))

    def ran(
        test: str,
        *options: str,
        tapes: tuple[str, ...] = (),
        table: str | None = "[tool.tapecheck]\n",
        apart: bool = False,
    ) -> pytest.RunResult:
        if table is not None:
            pytester.makepyprojecttoml(table)
        pytester.makepyfile(test_it=test)
        for tape in tapes:
            written(pytester.path / "cassettes" / "test_it" / f"{tape}.yaml")
        plugins = [argument for plugin in PLUGINS for argument in ("-p", plugin)]
        start = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
        return start(*plugins, "-p", "no:cacheprovider", *options)

    return ran


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the mistakes to the projects that are made to make them: pytest runs within pytest here."""
    marker = pytest.mark.contracts(ignore=["TC4", "TC5"], reason="the projects in these tests make every mistake")
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(marker)
