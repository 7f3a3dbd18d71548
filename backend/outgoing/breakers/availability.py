"""Whether Valkey can be used, learnt from trying; one that is gone, or hangs, must not cost every call a time-out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError

from backend.clock import Clock

PAUSE = 1.0
"""Seconds after a failure until the next try."""


class Availability:
    """Remembers whether the last try succeeded, and when the next may take place.

    Args:
        clock: measures the pauses.
        on_return: called when a try succeeds after one that failed.
    """

    def __init__(self, clock: Clock, on_return: Callable[[], None]) -> None:
        self._clock = clock
        self._on_return = on_return
        self._next_try: float | None = None

    @property
    def lost(self) -> bool:
        """Tell whether the last try failed."""
        return self._next_try is not None

    def may_try(self) -> bool:
        """Tell whether to try now; after a failure, only one who asks is told so in each pause."""
        if self._next_try is None:
            return True
        if self._clock.monotonic() < self._next_try:
            return False
        self._postpone()
        return True

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Let a try take place within the context, which ends without an error when Valkey cannot be used.

        Any error that it answers counts, not only a lost connection: it is of no use when it is loading, or read-only.
        """
        try:
            yield
        except RedisError:
            self._postpone()
        else:
            if self.lost:
                self._next_try = None
                self._on_return()

    def _postpone(self) -> None:
        self._next_try = self._clock.monotonic() + PAUSE
