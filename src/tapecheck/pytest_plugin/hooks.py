"""What pytest calls first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tapecheck.errors import ConfigurationError
from tapecheck.pytest_plugin.answers import Answers
from tapecheck.pytest_plugin.checks import Checks
from tapecheck.pytest_plugin.scope import Scope
from tapecheck.pytest_plugin.settings import Mode, is_worker, read_settings
from tapecheck.pytest_plugin.summary import Summary

if TYPE_CHECKING:
    from _pytest.config.argparsing import Parser

_CONTRACTS: Final = (
    "contracts(ignore, reason): findings that do not count in this test, such as 'TC402', and parts of requests that "
    "may differ from the tape, such as '/user'; a reason is required."
)
_FAULT: Final = (
    "fault(*names, times=1, provider=None, operation=None): what goes wrong when this test asks a provider, such as "
    "'read-timeout'."
)


def pytest_addoption(parser: Parser) -> None:
    """Declare the option."""
    parser.getgroup("tapecheck").addoption(
        "--contracts",
        dest="tapecheck_contracts",
        choices=[mode.value for mode in Mode],
        help="What becomes of findings: nothing is looked at, they are listed at the end, or they fail their test. "
        "Default: enforce where pyproject.toml has a table [tool.tapecheck], else report.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers, and let the parts of the plugin begin."""
    for marker in (_CONTRACTS, _FAULT):
        config.addinivalue_line("markers", marker)
    try:
        settings = read_settings(config)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from error
    scope = Scope(config)
    checks = Checks(settings, scope)
    config.pluginmanager.register(checks, "tapecheck-checks")
    config.pluginmanager.register(Answers(settings, checks.recorded), "tapecheck-answers")
    if settings.mode is not Mode.OFF and not is_worker(config):  # a worker of pytest-xdist reports to us
        config.pluginmanager.register(Summary(settings, scope), "tapecheck-summary")
