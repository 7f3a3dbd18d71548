from __future__ import annotations

import time

from tapecheck.delivering.clock import Clock


def test_by_default_it_is_the_time_of_this_machine() -> None:
    assert Clock() == Clock(now=time.time, passed=time.monotonic, sleep=time.sleep)
