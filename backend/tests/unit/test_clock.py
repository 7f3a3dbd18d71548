from __future__ import annotations

import pytest

from backend.clock import Deadline, SystemClock, system_chance
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio


def test_what_remains_of_a_deadline(clock: VirtualClock) -> None:
    deadline = Deadline(clock, 10)
    clock.advance(4)
    assert (deadline.seconds, deadline.remaining()) == (10, 6)
    clock.advance(7)
    assert deadline.remaining() == 0


async def test_a_deadline_that_has_passed_ends_what_is_under_way(clock: VirtualClock) -> None:
    deadline = Deadline(clock, 0)
    with pytest.raises(TimeoutError):
        async with deadline.limit():
            await never()


async def never() -> None:
    import asyncio

    await asyncio.Event().wait()


async def test_the_clock_of_the_machine() -> None:
    clock = SystemClock()
    before, now = clock.monotonic(), clock.now()
    await clock.sleep(0)
    assert clock.monotonic() >= before
    assert now.utcoffset() is not None
    assert clock.now() >= now


def test_chance_is_a_share() -> None:
    assert 0 <= system_chance() < 1
