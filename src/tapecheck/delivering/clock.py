"""Time, passed in: whoever tests passes in another."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time of day, the time that passes, and waiting.

    Attributes:
        now: seconds since 1970.
        passed: seconds since any moment, never set back.
        sleep: waits for so many seconds.
    """

    now: Callable[[], float] = time.time
    passed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
