"""What providers answer in tests that ask for something else than the tape: faults, and generated answers."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Final

import pytest

from tapecheck.errors import TapecheckError
from tapecheck.model import Request, Response
from tapecheck.pytest_plugin.settings import Settings, is_worker

if TYPE_CHECKING:
    from tapecheck.intercepting import Faults

FAULTS: Final = pytest.StashKey["Faults"]()
"""The faults of a test."""


class Answers:
    """Puts faults between the clients of a test and whoever would answer them.

    Args:
        settings: of the run.
        recorded: returns what a cassette of the running test has for a request, without playing it.
    """

    def __init__(self, settings: Settings, recorded: Callable[[Request], Response | None]) -> None:
        self.settings = settings
        self._recorded = recorded

    def faults(self, item: pytest.Item) -> Faults:
        """Return the faults of a test, those of its markers at first."""
        if (found := item.stash.get(FAULTS, None)) is not None:
            return found
        from tapecheck.intercepting import Faults

        faults = item.stash[FAULTS] = Faults(lambda: self.settings.contracts, self._recorded)
        for mark in reversed(list(item.iter_markers("fault"))):
            faults.sequence(*mark.args, **mark.kwargs)
        return faults

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """See that there are the faults that markers name.

        Raises:
            UsageError: there is none of a name; a worker of pytest-xdist lets the test fail instead.
        """
        marked = [item for item in session.items if item.get_closest_marker("fault")]
        for item in [] if is_worker(session.config) else marked:
            if mistake := self._mistake(item):
                raise pytest.UsageError(f"{item.nodeid}: {mistake}")
            del item.stash[FAULTS]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Run a test with its faults; one that never came makes the test fail, as it proves nothing."""
        if item.get_closest_marker("fault") and (mistake := self._mistake(item)):
            pytest.fail(mistake, pytrace=False)
        if (faults := item.stash.get(FAULTS, None)) is None:
            return (yield)
        from tapecheck.intercepting import Interception

        with Interception(faults.answer) as interception:
            result = yield
        if interception.problems:  # the code under test may have caught them, as it catches much
            pytest.fail("\n\n".join(map(str, interception.problems)), pytrace=False)
        if unused := faults.unused():
            pytest.fail(f"{' and '.join(unused)}: the test ended before this fault came", pytrace=False)
        return result

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Forget the faults, should the test be run again."""
        if FAULTS in item.stash:
            del item.stash[FAULTS]

    def _mistake(self, item: pytest.Item) -> str:
        """Read the markers of a test, and return what is wrong with them; nothing if all is well."""
        try:
            self.faults(item)
        except (TapecheckError, TypeError) as error:
            return f"the marker `fault`: {error}"
        return ""
