from __future__ import annotations

import asyncio

import pytest

from backend.durable.runs import Runs
from backend.durable.workflow import JSON, Context

pytestmark = pytest.mark.anyio


async def test_what_runs_is_known_until_it_is_done() -> None:
    runs, leave = Runs(), asyncio.Event()

    async def flow(context: Context, number: JSON) -> JSON:
        await leave.wait()
        return [context.id, number]

    task = asyncio.create_task(runs.run(flow, "w", [1]))
    await asyncio.sleep(0)
    assert runs.ids() == {"w"}
    leave.set()
    assert await task == ["w", 1]
    await asyncio.sleep(0)
    assert runs.ids() == set()


async def test_one_is_cut_and_the_others_go_on() -> None:
    runs, leave = Runs(), asyncio.Event()

    async def flow(context: Context) -> JSON:
        await leave.wait()
        return context.id

    first, second = (asyncio.create_task(runs.run(flow, name, [])) for name in ("first", "second"))
    await asyncio.sleep(0)
    runs.cut("first")
    leave.set()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await second == "second"


async def test_at_the_end_what_is_between_steps_is_cut_at_once() -> None:
    runs = Runs()

    async def flow(context: Context) -> JSON:
        await asyncio.Event().wait()
        return None

    task = asyncio.create_task(runs.run(flow, "w", []))
    await asyncio.sleep(0)
    await runs.end(grace=3600)
    assert task.cancelled()


async def test_after_the_end_nothing_begins() -> None:
    runs, begun = Runs(), []

    async def flow(context: Context) -> JSON:
        begun.append(context.id)
        return None

    await runs.end(grace=0)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(runs.run(flow, "w", []))
    assert not begun


async def test_after_the_end_no_step_and_no_pause_begins() -> None:
    runs, done = Runs(), []

    async def work() -> JSON:
        done.append("step")
        return None

    async def flow(context: Context) -> JSON:
        runs.ending = True
        with pytest.raises(asyncio.CancelledError):
            await context.step("work", work)
        with pytest.raises(asyncio.CancelledError):
            await context.sleep(3600)
        return "cut"

    assert await runs.run(flow, "w", []) == "cut"
    assert not done
