from __future__ import annotations

import asyncio

import pytest

from backend.notifications.sending import payload
from backend.notifications.subscriptions import Subscriptions
from backend.tests.unit.notifications.waiting import StandingClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def standing() -> StandingClock:
    return StandingClock()


@pytest.fixture
def subscriptions(standing: StandingClock) -> Subscriptions:
    return Subscriptions(standing)


async def settle() -> None:
    """Let all tasks run as far as they can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_who_waits_for_a_topic_is_woken_and_nobody_else(subscriptions: Subscriptions) -> None:
    with subscriptions.subscribe("a", "b") as both, subscriptions.subscribe("c") as other:
        waits = [asyncio.create_task(each.wait(60)) for each in (both, other)]
        await settle()
        subscriptions.wake("b")
        await settle()
        assert [wait.done() for wait in waits] == [True, False]
        assert await waits[0]
        subscriptions.wake_all()
        assert await waits[1]


async def test_what_came_before_the_wait_is_not_lost(subscriptions: Subscriptions, standing: StandingClock) -> None:
    with subscriptions.subscribe("a") as subscription:
        subscriptions.wake("a")
        subscriptions.wake("a")
        assert await subscription.wait(60)
        again = asyncio.create_task(subscription.wait(60))
        await settle()
        assert not again.done()
        await standing.move(59.9)
        await settle()
        assert not again.done()
        await standing.move(0.1)
        assert not await again


async def test_a_long_topic_is_one_too(subscriptions: Subscriptions) -> None:
    long = "x" * 9000
    with subscriptions.subscribe(long) as subscription:
        subscriptions.wake(payload(long))
        assert await subscription.wait(60)


async def test_at_the_end_nobody_waits_any_more(subscriptions: Subscriptions) -> None:
    with subscriptions.subscribe("a") as early:
        waiting = asyncio.create_task(early.wait(60))
        await settle()
        subscriptions.wake("a")
        subscriptions.end()
        assert not await waiting
        assert early.ended
        assert not await early.wait(60)
    with subscriptions.subscribe("a") as late:
        assert late.ended
        assert not await late.wait(60)


async def test_a_wait_that_is_given_up_leaves_nothing_behind(subscriptions: Subscriptions) -> None:
    before = asyncio.all_tasks()
    with subscriptions.subscribe("a", "a") as subscription:
        waiting = asyncio.create_task(subscription.wait(60))
        await settle()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert asyncio.all_tasks() == before
        subscriptions.wake("a")
        assert await subscription.wait(60)
    subscriptions.wake("a")
    assert not subscriptions._waiting
