"""What the markers of a test say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tapecheck.model import is_request_path, unknown_codes

if TYPE_CHECKING:
    from _pytest.mark.structures import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What a test has leave to do, by `@pytest.mark.contracts(ignore=…, reason=…)`.

    Attributes:
        codes: findings, or beginnings of their codes, that do not count.
        paths: parts of requests that may differ from the tape.
    """

    codes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def ignores(self, code: str) -> bool:
        """Tell whether findings of a code do not count."""
        return code.startswith(self.codes)


def leave(item: pytest.Item) -> Leave:
    """Return what the markers of a test, of its class and of its module allow.

    Raises:
        UsageError: a marker names no code and no part of a request, or gives no reason.
    """
    marked = [one for mark in item.iter_markers("contracts") for one in _ignored(item, mark)]
    return Leave(
        codes=tuple(one for one in marked if not is_request_path(one)),
        paths=tuple(one for one in marked if is_request_path(one)),
    )


def _ignored(item: pytest.Item, mark: Mark) -> Iterator[str]:
    ignored, reason = mark.kwargs.get("ignore"), mark.kwargs.get("reason")
    if mark.args or mark.kwargs.keys() - {"ignore", "reason"}:
        raise _mistake(item, f"takes ignore= and reason=, got {mark.args or sorted(mark.kwargs)}")
    if not isinstance(reason, str) or not reason.strip():
        raise _mistake(item, f"needs a reason, got {reason!r}")
    yield from _strings(item, ignored)


def _strings(item: pytest.Item, ignored: object) -> Iterator[str]:
    values = list(ignored) if isinstance(ignored, list | tuple | set | frozenset) else [ignored]
    for value in values or [None]:
        if not isinstance(value, str) or (not is_request_path(value) and unknown_codes([value])):
            raise _mistake(item, f"ignores codes such as 'TC402', and paths such as '/user' or 'host', got {value!r}")
        yield value


def _mistake(item: pytest.Item, message: str) -> pytest.UsageError:
    example = '@pytest.mark.contracts(ignore="TC402", reason="the second answer is for another test")'
    return pytest.UsageError(f"{item.nodeid}: the marker `contracts` {message}\n  Write it so: {example}")
