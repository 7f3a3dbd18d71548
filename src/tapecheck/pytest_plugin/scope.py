"""How much of a project's tests a run runs, so that nothing is said to be unused which was only not run."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

_NARROWING: Final = (
    *("keyword", "markexpr", "deselect", "lf", "stepwise", "ignore", "ignore_glob", "collectonly"),
    *("setuponly", "setupplan", "showfixtures", "show_fixtures_per_test", "cacheshow"),
)
"""Options by which less is run than there is, or nothing at all."""


class Scope:
    """What a run covers.

    Args:
        config: of the run.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._root = config.rootpath.resolve()
        self._is_whole = not any(config.getoption(option, None) for option in _NARROWING)
        here = config.invocation_params.dir
        self._named: list[Path] | None = None
        if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
            self._named = [(here / argument).resolve() for argument in config.args]
        self._testpaths = [(config.rootpath / path).resolve() for path in config.getini("testpaths")]

    @property
    def is_narrowed(self) -> bool:
        """Tell whether not all tests run."""
        return not self._is_whole

    def narrow(self) -> None:
        """Note that not all tests run."""
        self._is_whole = False

    def covers(self, path: Path) -> bool:
        """Tell whether all tests run that could use a file: all that there are, or all of a folder that holds it."""
        path = path.resolve()
        if not self._is_whole or not path.is_relative_to(self._root):
            return False
        if self._named is None:
            return True
        everything = self._testpaths or [self._root]
        return self._are_named(everything) or self._are_named([path])

    def _are_named(self, paths: list[Path]) -> bool:
        named = self._named or []
        return all(any(path.is_relative_to(one) for one in named) for path in paths)
