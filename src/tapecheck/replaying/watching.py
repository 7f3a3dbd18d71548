"""Listens to vcrpy: which cassettes are opened and closed, and what is played from them."""

from __future__ import annotations

import sys
from functools import wraps
from types import ModuleType
from typing import Final, Protocol

from tapecheck.intercepting.patches import Function, Patches
from tapecheck.replaying.recorder import VcrCassette, VcrRequest

__tracebackhide__ = True  # pytest leaves out what only passes calls on

_MODULE: Final = "vcr.cassette"
_LISTENED: Final = "tapecheck_original"
"""Under this name a replacement keeps what it stands for."""


class Listener(Protocol):
    """Is told what vcrpy does, in whatever thread it does it."""

    def opened(self, cassette: VcrCassette) -> None:
        """A cassette was loaded, and answers from now on."""
        ...

    def closed(self, cassette: VcrCassette) -> None:
        """A cassette answers no more."""
        ...

    def played(self, cassette: VcrCassette, index: int, request: VcrRequest) -> None:
        """The interaction of this index has answered a request, which is as the client has sent it."""
        ...


class Watch:
    """Watches vcrpy, as long as it is open, from when somebody has imported it.

    Who watches within another's watch, such as a run of tests within a test, is told alone: what is played in the inner
    run is no affair of the outer one.

    Args:
        listener: is told.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._patches = Patches()
        self._open: dict[int, VcrCassette] = {}
        self._taken: ModuleType | None = None

    def take_in(self) -> None:
        """Watch vcrpy if it has been imported since."""
        module = sys.modules.get(_MODULE)
        if module is None or module is self._taken or not hasattr(module, "Cassette"):  # while it is being imported
            return
        self._taken = module
        self._patches.put(module.CassetteContextDecorator, "__enter__", _alone(self._entering))
        self._patches.put(module.CassetteContextDecorator, "__exit__", _alone(self._leaving))
        self._patches.put(module.Cassette, "play_response", _alone(self._playing))

    def close(self) -> None:
        """Leave nothing behind."""
        self._patches.take_back()
        self._taken = None

    def _entering(self, original: Function) -> Function:
        def __enter__(context: object) -> object:  # noqa: N807 - it takes the place of one
            cassette = original(context)
            self._open[id(context)] = cassette
            self._listener.opened(cassette)
            return cassette

        return __enter__

    def _leaving(self, original: Function) -> Function:
        def __exit__(context: object, *error: object) -> object:  # noqa: N807
            try:
                return original(context, *error)
            finally:
                if (cassette := self._open.pop(id(context), None)) is not None:
                    self._listener.closed(cassette)

        return __exit__

    def _playing(self, original: Function) -> Function:
        def play_response(cassette: VcrCassette, request: VcrRequest) -> object:
            before = cassette.play_counts.copy()
            response = original(cassette, request)
            for index, (_, stored) in enumerate(cassette.data):
                if stored is response and cassette.play_counts[index] > before[index]:
                    self._listener.played(cassette, index, request)
                    break
            return response

        return play_response


def _alone(around: Function) -> Function:
    """Let a replacement stand for what vcrpy itself has, and not for the replacement of another watch."""

    def placed(found: Function) -> Function:
        original = getattr(found, "__dict__", {}).get(_LISTENED, found)
        replacement = wraps(original)(around(original))
        vars(replacement)[_LISTENED] = original
        return replacement

    return placed
