from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from backend.collaboration.builtin import parallel, sequential
from backend.collaboration.collaboration import Status, StepStatus
from backend.collaboration.registry import WORKFLOWS
from backend.embedded.postgres import Postgres
from backend.llm.protocol import Usage
from backend.tests.services import administration
from backend.tests.unit.collaboration.support import SETTINGS, TASK, Bench, Provider, answer, bench

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

MakeBench: TypeAlias = Callable[..., AbstractAsyncContextManager[Bench]]
PATIENCE = 60


@pytest.fixture
async def make_bench(engine: AsyncEngine, database_url: str, redis_url: str) -> MakeBench:
    return partial(bench, engine, database_url, redis_url)


class Gate:
    """Holds the calls of some agents until it is opened.

    Attributes:
        reached: names of the agents that wait.
    """

    def __init__(self, *names: str) -> None:
        self._names = names
        self._open = asyncio.Event()
        self.reached: asyncio.Queue[str] = asyncio.Queue()

    async def __call__(self, name: str) -> None:
        if name in self._names:
            self.reached.put_nowait(name)
            await self._open.wait()

    def open(self) -> None:
        self._open.set()

    async def all_reached(self) -> set[str]:
        async with asyncio.timeout(PATIENCE):
            return {await self.reached.get() for _ in self._names}


async def advance(made: Bench, collaboration: str) -> float | None:
    async with asyncio.timeout(PATIENCE):
        return await made.conductor.advance(collaboration)


async def test_one_after_the_other_each_gets_the_answer_before(make_bench: MakeBench) -> None:
    async with make_bench() as made:
        started = await made.start(sequential(3))
        assert await advance(made, started) is None
        steps = await made.steps(started)
    assert made.provider.asked == ["Ada", "Bob", "Cleo"]
    assert [prompt.rpartition("\n")[2] for prompt in made.provider.prompts] == [TASK, "Ada says so", "Bob says so"]
    assert [step.answer for step in steps.values()] == ["Ada says so", "Bob says so", "Cleo says so"]
    assert [step.prompt for step in steps.values()] == made.provider.prompts
    assert await made.status(started) is Status.SUCCEEDED
    first = steps["step-1"]
    assert (first.status, first.attempts, first.model) == (StepStatus.SUCCEEDED, 1, "gpt-4.1-mini-2025-04-14")
    assert first.usage != Usage()


async def test_all_at_once_none_waits_for_another(make_bench: MakeBench) -> None:
    gate = Gate("Ada", "Bob", "Cleo")
    async with make_bench(Provider(gate)) as made:
        started = await made.start(parallel(3))
        running = asyncio.create_task(advance(made, started))
        assert await gate.all_reached() == {"Ada", "Bob", "Cleo"}
        assert {step.status for step in (await made.steps(started)).values()} == {StepStatus.RUNNING}
        gate.open()
        await running
        assert await made.status(started) is Status.SUCCEEDED


async def test_no_more_than_so_many_are_asked_at_a_time(make_bench: MakeBench) -> None:
    gate = Gate("Ada")
    settings = SETTINGS.model_copy(update={"collaboration_concurrency": 1})
    async with make_bench(Provider(gate), settings=settings) as made:
        started = await made.start(parallel(2))
        running = asyncio.create_task(advance(made, started))
        await gate.all_reached()
        assert made.provider.asked == ["Ada"]
        gate.open()
        await running
    assert made.provider.asked == ["Ada", "Bob"]


async def test_a_step_begins_as_soon_as_those_that_it_needs_have_ended(make_bench: MakeBench) -> None:
    """The verdict of a debate needs both sides, and a chain beside a slow step goes on."""
    gate = Gate("Bob")
    async with make_bench(Provider(gate)) as made:
        started = await made.start(WORKFLOWS["debate"])
        running = asyncio.create_task(advance(made, started))
        await gate.all_reached()
        gate.open()
        await running
    assert sorted(made.provider.asked[:2]) == ["Ada", "Bob"]
    assert made.provider.asked[2:] == ["Cleo"]
    assert "Ada says so" in made.provider.prompts[2]
    assert "Bob says so" in made.provider.prompts[2]


async def test_what_is_answered_is_visible_while_others_are_asked(make_bench: MakeBench) -> None:
    gate = Gate("Bob")
    async with make_bench(Provider(gate)) as made:
        started = await made.start(sequential(2))
        running = asyncio.create_task(advance(made, started))
        await gate.all_reached()
        first, second = (await made.steps(started)).values()
        assert (first.status, first.answer) == (StepStatus.SUCCEEDED, "Ada says so")
        assert (second.status, second.prompt, second.answer) == (StepStatus.RUNNING, made.provider.prompts[1], None)
        assert await made.status(started) is Status.RUNNING
        gate.open()
        await running


async def test_a_step_that_was_answered_is_not_asked_again(make_bench: MakeBench) -> None:
    """As after a crash between the answer's own transaction and the record of the engine."""
    async with make_bench() as made:
        started = await made.start(sequential(2))
        await made.ledger.begin(started, "step-1", "how?", made.clock.now())
        await made.ledger.succeed(started, "step-1", answer("so it was"), made.clock.now())
        await made.ledger.begin(started, "step-2", "how?", made.clock.now())
        assert await advance(made, started) is None
        assert await advance(made, started) is None
        steps = await made.steps(started)
    assert made.provider.asked == ["Bob"]
    assert made.provider.prompts[0].endswith("so it was")
    assert (steps["step-1"].attempts, steps["step-2"].attempts) == (1, 2)


async def test_a_failure_that_passes_is_tried_again_after_a_pause(make_bench: MakeBench) -> None:
    async with make_bench(Provider(failures={"Ada": [503, 500]})) as made:
        started = await made.start(sequential(1))
        assert await advance(made, started) == 5
        [waiting] = (await made.steps(started)).values()
        assert (waiting.status, waiting.attempts) == (StepStatus.PENDING, 1)
        assert waiting.error
        assert "openai answered 503" in waiting.error
        assert await advance(made, started) == 5  # too early: nobody is asked
        made.clock.advance(5)
        assert await advance(made, started) == 10
        made.clock.advance(10)
        assert await advance(made, started) is None
        [step] = (await made.steps(started)).values()
    assert (step.status, step.attempts, step.failures, step.error) == (StepStatus.SUCCEEDED, 3, 2, None)
    assert made.provider.asked == ["Ada"] * 3


async def test_a_host_that_wants_to_be_left_alone_is(make_bench: MakeBench) -> None:
    """The circuit breaker opens, and says for how long."""
    settings = SETTINGS.model_copy(update={"breaker_failures": 1})
    async with make_bench(Provider(failures={"Ada": [500]}), settings=settings) as made:
        started = await made.start(sequential(1))
        assert await advance(made, started) == 5
        made.clock.advance(5)
        assert await advance(made, started) == 25
        made.clock.advance(25)
        assert await advance(made, started) is None
        assert await made.status(started) is Status.SUCCEEDED
    assert made.provider.asked == ["Ada"] * 2


async def test_nobody_waits_for_a_host_for_more_than_a_day(make_bench: MakeBench) -> None:
    settings = SETTINGS.model_copy(update={"breaker_failures": 1, "breaker_open": 100_000.0})
    async with make_bench(Provider(failures={"Ada": [500]}), settings=settings) as made:
        started = await made.start(sequential(1))
        assert await advance(made, started) == 5
        made.clock.advance(5)
        assert await advance(made, started) is None
        assert await made.status(started) is Status.FAILED


async def test_in_the_end_a_failure_is_one_and_what_was_answered_is_kept(make_bench: MakeBench) -> None:
    async with make_bench(Provider(failures={"Bob": [500] * 3})) as made:
        started = await made.start(sequential(3))
        for pause in (5, 10):
            assert await advance(made, started) == pause
            made.clock.advance(pause)
        assert await advance(made, started) is None
        found = await made.store.get(started)
    assert [step.status for step in found.steps] == [StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.SKIPPED]
    assert found.steps[0].answer == "Ada says so"
    assert found.overview.status is Status.FAILED
    assert found.overview.error == "the step 'step-2' failed: openai answered 500: not now"


async def test_what_will_not_pass_is_not_tried_again(make_bench: MakeBench) -> None:
    async with make_bench(Provider(failures={"Ada": [400]})) as made:
        started = await made.start(parallel(2))
        assert await advance(made, started) is None
        found = await made.store.get(started)
    assert [step.status for step in found.steps] == [StepStatus.FAILED, StepStatus.SUCCEEDED]
    assert found.overview.status is Status.FAILED
    assert sorted(made.provider.asked) == ["Ada", "Bob"]


async def test_a_retry_does_not_wait_for_a_slow_neighbour(make_bench: MakeBench) -> None:
    gate = Gate("Bob")
    retried = asyncio.Event()

    async def within(name: str) -> None:
        if made.provider.asked.count("Ada") == 2:
            retried.set()
        await gate(name)

    async with make_bench(Provider(within, failures={"Ada": [503]})) as made:
        started = await made.start(parallel(2))
        running = asyncio.create_task(advance(made, started))
        await gate.all_reached()
        async with asyncio.timeout(PATIENCE):
            while (await made.steps(started))["step-1"].failures == 0:
                await asyncio.sleep(0.01)
            while not retried.is_set():  # the retry may not have been begun to be waited for
                made.clock.advance(5)
                await asyncio.sleep(0.01)
        assert (await made.steps(started))["step-2"].status is StepStatus.RUNNING
        gate.open()
        assert await running is None


async def test_whoever_cancels_ends_the_calls_under_way(make_bench: MakeBench) -> None:
    dropped = asyncio.Event()

    async def within(name: str) -> None:
        try:
            await gate(name)
        except asyncio.CancelledError:
            dropped.set()
            raise

    gate = Gate("Bob")
    async with make_bench(Provider(within)) as made:
        started = await made.start(sequential(3))
        running = asyncio.create_task(advance(made, started))
        await gate.all_reached()
        await made.ledger.end(started, Status.CANCELLED, made.clock.now())
        assert await running is None
        assert dropped.is_set()
        statuses = [step.status for step in (await made.steps(started)).values()]
    assert statuses == [StepStatus.SUCCEEDED, StepStatus.CANCELLED, StepStatus.CANCELLED]
    assert made.provider.asked == ["Ada", "Bob"]


async def test_who_waits_for_a_free_call_is_not_asked_any_more_when_the_whole_has_ended(make_bench: MakeBench) -> None:
    gate = Gate("Ada")
    settings = SETTINGS.model_copy(update={"collaboration_concurrency": 1})
    async with make_bench(Provider(gate), settings=settings) as made:
        first, second = await made.start(parallel(1)), await made.start(parallel(1))
        found = await made.store.get(second)
        running = asyncio.create_task(advance(made, first))
        await gate.all_reached()
        waiting = asyncio.create_task(made.conductor._ask(found, found.steps[0]))
        await made.ledger.end(second, Status.CANCELLED, made.clock.now())
        gate.open()
        await asyncio.gather(running, waiting)
    assert made.provider.asked == ["Ada"]


async def test_what_is_cut_goes_on_later(make_bench: MakeBench) -> None:
    gate = Gate("Bob")
    async with make_bench(Provider(gate)) as made:
        started = await made.start(sequential(2))
        running = asyncio.create_task(advance(made, started))
        await gate.all_reached()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        gate.open()
        assert await advance(made, started) is None
    assert made.provider.asked == ["Ada", "Bob", "Bob"]


async def test_an_answer_outlives_the_absence_of_the_database(
    make_bench: MakeBench, engine: AsyncEngine, postgres: Postgres, database_url: str
) -> None:
    name = sql.Identifier(make_url(database_url).database or "")

    def allow(connection: psycopg.Connection, allowed: str) -> None:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS " + allowed).format(name))

    gate = Gate("Ada")
    async with make_bench(Provider(gate)) as made:
        started = await made.start(sequential(1))
        running = asyncio.create_task(advance(made, started))
        await gate.all_reached()
        with administration(postgres) as administrator:
            allow(administrator, "false")
            await engine.dispose()
            gate.open()
            async with asyncio.timeout(PATIENCE):
                while 1.0 not in made.clock.slept:
                    await asyncio.sleep(0.01)
            allow(administrator, "true")
        async with asyncio.timeout(PATIENCE):
            while not running.done():
                made.clock.advance(1)
                await asyncio.sleep(0.01)
        assert await running is None
        assert await made.status(started) is Status.SUCCEEDED
    assert made.provider.asked == ["Ada"]


async def test_two_that_go_on_with_one_collaboration_agree(make_bench: MakeBench) -> None:
    """One of them was taken for dead, and was not: what it costs is a call, and nothing else."""
    async with make_bench() as made:
        started = await made.start(sequential(3))
        await asyncio.gather(advance(made, started), advance(made, started))
        steps = (await made.steps(started)).values()
    assert await made.status(started) is Status.SUCCEEDED
    assert [step.answer for step in steps] == ["Ada says so", "Bob says so", "Cleo says so"]
