"""Keeps secrets out of what is said of the cassette that they were found in."""

from __future__ import annotations

from collections.abc import Iterable

from tapecheck.checking.secrets.judging import REDACTED
from tapecheck.checking.secrets.places import Leak

_WIDTH = 5  # one character more than `Leak.beginning` shows


class Veil:
    """Hides every run of five characters of a secret, so that no part of one shows where a value was cut short.

    Args:
        leaks: the secrets; one with fewer characters is hidden as a whole.
    """

    def __init__(self, leaks: Iterable[Leak]) -> None:
        secrets = {leak.secret for leak in leaks}
        self._runs = {one[at : at + _WIDTH] for one in secrets for at in range(max(1, len(one) - _WIDTH + 1))}
        self._widths = {len(run) for run in self._runs}

    def __call__(self, text: str) -> str:
        """Return the text with a placeholder for each stretch that is secret."""
        hidden = {
            at + step
            for width in self._widths
            for at in range(len(text))
            if text[at : at + width] in self._runs
            for step in range(width)
        }
        shown = (one if at not in hidden else "" if at - 1 in hidden else REDACTED for at, one in enumerate(text))
        return "".join(shown)
