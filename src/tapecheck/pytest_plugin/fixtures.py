"""The fixtures that the plugin offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tapecheck.intercepting import Faults
    from tapecheck.pytest_plugin.answers import Answers
    from tapecheck.pytest_plugin.any_answer import Generated


def _answers(request: pytest.FixtureRequest) -> Answers:
    from tapecheck.pytest_plugin.answers import Answers

    plugin = request.config.pluginmanager.get_plugin("tapecheck-answers")
    assert isinstance(plugin, Answers)  # noqa: S101 - the plugin registers it before any test
    return plugin


@pytest.fixture
def faults(request: pytest.FixtureRequest) -> Faults:
    """What goes wrong when this test asks a provider: `faults.add("read-timeout", times=2)`."""
    return _answers(request).faults(request.node)


@pytest.fixture
def generated(request: pytest.FixtureRequest) -> Generated:
    """Whatever a provider may answer: `generated("a-provider", "an.operation").check(ask)`."""
    from tapecheck.pytest_plugin.any_answer import Generated

    settings = _answers(request).settings
    return Generated(lambda: settings.contracts)
