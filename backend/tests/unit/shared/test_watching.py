from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from backend.clock import SystemClock
from backend.shared.document import Space, Version
from backend.shared.history import Feed
from backend.shared.store import SharedStore
from backend.shared.watching import Watcher
from backend.tests.unit.notifications.waiting import StandingClock
from backend.tests.unit.shared.processes import process
from backend.tests.unit.shared.schedules import Schedule
from backend.tests.unit.shared.sharing import write
from backend.tests.virtual_clock import VirtualClock

pytestmark = pytest.mark.anyio

ALL = Feed(space=Space.STATE)
OF_A = Feed(space=Space.STATE, name="a")


@pytest.mark.parametrize("feed", [ALL, OF_A])
async def test_what_is_there_comes_at_once(database_url: str, feed: Feed) -> None:
    async with process(database_url, StandingClock()) as one:
        written = [await write(one.store, "a", number) for number in range(3)]
        page = await one.watcher.next(feed, 1, 60)
        assert (page.versions, page.cursor) == (tuple(written[1:]), 3)


@pytest.mark.parametrize("feed", [ALL, OF_A])
async def test_what_another_process_writes_ends_the_wait(database_url: str, feed: Feed) -> None:
    """Time stands still: nothing but a notification ends the wait."""
    async with process(database_url, StandingClock()) as one, process(database_url, SystemClock()) as other:
        waiting = asyncio.create_task(one.watcher.next(feed, 0, 60))
        written = await write(other.store, "a", 1)
        assert (await waiting).versions == (written,)


async def test_what_is_written_elsewhere_ends_no_wait_for_a_key(database_url: str) -> None:
    async with process(database_url, StandingClock()) as one:
        waiting = asyncio.create_task(one.watcher.next(OF_A, 0, 60))
        await write(one.store, "b", 0)
        written = await write(one.store, "a", 1)
        assert (await waiting).versions == (written,)


async def test_without_anything_new_a_wait_ends_with_its_time(database_url: str) -> None:
    clock = VirtualClock()
    async with process(database_url, clock) as one:
        await write(one.store, "a", 0)
        began = clock.monotonic()
        page = await one.watcher.next(OF_A, 1, 30)
        assert (page.versions, page.cursor, page.snapshot) == ((), 1, False)
        assert clock.monotonic() - began == 30
        assert (await one.watcher.next(OF_A, 1, 0)).versions == ()


async def test_a_wait_holds_no_connection(database_url: str) -> None:
    async with process(database_url, StandingClock()) as one:
        waiting = [asyncio.create_task(one.watcher.next(OF_A, 0, 60)) for _ in range(20)]
        written = await write(one.store, "a", 1)
        assert [page.versions for page in await asyncio.gather(*waiting)] == [(written,)] * 20


async def test_a_wait_ends_with_the_service(database_url: str) -> None:
    async with process(database_url, StandingClock()) as one:
        waiting = asyncio.create_task(one.watcher.next(ALL, 0, 60))
        follower = asyncio.create_task(anext(one.watcher.follow(ALL, 0), None))
        await asyncio.sleep(0)
        one.notifications.end()
        assert (await waiting).versions == ()
        page = await follower
        assert page is None or page.versions == ()
        assert [each async for each in one.watcher.follow(ALL, 0)] == []


async def test_who_follows_gets_everything_and_a_sign_of_life(database_url: str) -> None:
    clock = StandingClock()
    async with process(database_url, clock) as one, aclosing(one.watcher.follow(OF_A, 0)) as pages:
        first = await write(one.store, "a", 1)
        assert (await anext(pages)).versions == (first,)
        silence = asyncio.create_task(anext(pages))
        while 15.0 not in clock.slept:
            await asyncio.sleep(0)
        await clock.move(15)
        assert (await silence).versions == ()
        second = await write(one.store, "a", 2)
        assert (await anext(pages)).versions == (second,)


async def test_followers_of_several_processes_all_see_the_same(database_url: str) -> None:
    """Writers race in two processes, and followers in both get every version once, in the one order there is."""
    async with process(database_url, SystemClock()) as one, process(database_url, SystemClock()) as other:
        rounds, writers = 8, 4

        async def follow(watcher: Watcher) -> list[Version]:
            seen: list[Version] = []
            async with aclosing(watcher.follow(ALL, 0)) as pages:
                async for page in pages:
                    assert not page.snapshot
                    seen.extend(page.versions)
                    if len(seen) >= rounds * writers:
                        break
            return seen

        async def work(store: SharedStore, number: int) -> None:
            for value in range(rounds):
                await write(store, "abc"[(number + value) % 3], [number, value])

        following = [asyncio.create_task(follow(each.watcher)) for each in (one, other, one)]
        await asyncio.gather(*[work((one, other)[number % 2].store, number) for number in range(writers)])
        seen, *others = await asyncio.gather(*following)
        assert others == [seen, seen]
        assert [each.revision for each in seen] == list(range(1, rounds * writers + 1))
        assert sorted(str(each.value) for each in seen) == sorted(
            str([number, value]) for number in range(writers) for value in range(rounds)
        )


def test_whatever_the_schedule_nothing_is_lost_and_replicas_agree(database_url: str) -> None:
    class Here(Schedule):
        url = database_url

    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=6, deadline=None))
