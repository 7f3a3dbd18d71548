from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from backend.collaboration.collaboration import Status, Step, StepStatus
from backend.collaboration.ledger import Failure, Ledger, topic
from backend.collaboration.store import CollaborationStore
from backend.llm.protocol import Usage
from backend.notifications.notifications import Notifications
from backend.settings import Settings
from backend.tests.unit.collaboration.support import ManualClock, answer, stored
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

FIRST, SECOND = "step-1", "step-2"


@pytest.fixture
def ledger(engine: AsyncEngine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
def store(engine: AsyncEngine) -> CollaborationStore:
    return CollaborationStore(engine)


@pytest.fixture
async def started(anyio_backend: str, store: CollaborationStore, clock: VirtualClock) -> str:
    """A collaboration of two agents, one after the other."""
    return await stored(store, clock)


async def steps(store: CollaborationStore, collaboration: str) -> tuple[Step, ...]:
    return (await store.get(collaboration)).steps


async def test_a_step_is_begun_with_its_prompt(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    assert await ledger.begin(started, FIRST, "how \0?", clock.now())
    found = await store.get(started)
    assert found.overview.status is Status.RUNNING
    first, second = found.steps
    assert (first.status, first.prompt, first.attempts, first.started_at) == (
        *(StepStatus.RUNNING, "how \0?", 1, clock.now()),
    )
    assert (second.status, second.prompt, second.attempts) == (StepStatus.PENDING, None, 0)


async def test_a_step_that_was_cut_off_is_begun_again(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    before = clock.now()
    assert await ledger.begin(started, FIRST, "how?", before)
    clock.advance(9)
    assert await ledger.begin(started, FIRST, "how?", clock.now())
    first, _ = await steps(store, started)
    assert (first.attempts, first.failures, first.started_at) == (2, 0, before)


async def test_an_answer_is_kept_and_its_step_never_begun_again(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    await ledger.begin(started, FIRST, "how?", clock.now())
    assert await ledger.succeed(started, FIRST, answer("so \0"), clock.now())
    assert not await ledger.begin(started, FIRST, "how?", clock.now())
    first, _ = await steps(store, started)
    assert (first.status, first.answer, first.model, first.usage, first.attempts, first.ended_at) == (
        *(StepStatus.SUCCEEDED, "so \0", "gpt-4.1-mini-2025-04-14", Usage(input_tokens=10, output_tokens=5)),
        *(1, clock.now()),
    )


async def test_of_two_answers_the_first_stays(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    for _ in "ab":
        await ledger.begin(started, FIRST, "how?", clock.now())
    won = await asyncio.gather(
        *(ledger.succeed(started, FIRST, answer(text), clock.now()) for text in ("one", "two", "three"))
    )
    assert sorted(won) == [False, False, True]
    first, _ = await steps(store, started)
    assert first.answer == ("one", "two", "three")[won.index(True)]


@pytest.mark.parametrize("final", [True, False])
async def test_an_answer_counts_for_more_than_the_failure_of_another_process(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str, final: bool
) -> None:
    await ledger.begin(started, FIRST, "how?", clock.now())
    again = None if final else clock.now() + timedelta(seconds=5)
    assert await ledger.fail(started, FIRST, Failure(at=clock.now(), error="gone", next_attempt_at=again))
    assert await ledger.succeed(started, FIRST, answer("so"), clock.now())
    first = (await steps(store, started))[0]
    assert (first.status, first.answer, first.error) == (StepStatus.SUCCEEDED, "so", None)
    assert first.next_attempt_at is None


async def test_no_answer_is_lost_for_what_the_database_cannot_hold(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    odd = replace(answer("so"), model="a\0b", usage=Usage(input_tokens=10**12, output_tokens=3))
    await ledger.begin(started, FIRST, "how?", clock.now())
    assert await ledger.succeed(started, FIRST, odd, clock.now())
    first = (await steps(store, started))[0]
    assert (first.model, first.usage) == ("a\ufffdb", Usage(input_tokens=2**31 - 1, output_tokens=3))


async def test_a_failure_is_counted_and_the_step_waits(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    await ledger.begin(started, FIRST, "how?", clock.now())
    due = clock.now() + timedelta(seconds=5)
    assert await ledger.fail(started, FIRST, Failure(at=clock.now(), error="no", next_attempt_at=due))
    first, _ = await steps(store, started)
    assert (first.status, first.failures, first.next_attempt_at, first.error, first.ended_at) == (
        *(StepStatus.PENDING, 1, due, "no", None),
    )
    await ledger.begin(started, FIRST, "how?", clock.now())
    await ledger.succeed(started, FIRST, answer(), clock.now())
    first, _ = await steps(store, started)
    assert (first.attempts, first.failures, first.next_attempt_at, first.error) == (2, 1, None, None)


async def test_the_last_failure_ends_the_step(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    await ledger.begin(started, FIRST, "how?", clock.now())
    assert await ledger.fail(started, FIRST, Failure(at=clock.now(), error="no", next_attempt_at=None))
    first, _ = await steps(store, started)
    assert (first.status, first.ended_at) == (StepStatus.FAILED, clock.now())
    assert not await ledger.begin(started, FIRST, "how?", clock.now())


@pytest.mark.parametrize(
    ("status", "left"), [(Status.FAILED, StepStatus.SKIPPED), (Status.CANCELLED, StepStatus.CANCELLED)]
)
async def test_nothing_happens_to_a_collaboration_that_has_ended(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str, status: Status, left: StepStatus
) -> None:
    await ledger.begin(started, FIRST, "how?", clock.now())
    assert await ledger.end(started, status, clock.now(), "that was it")
    assert not await ledger.end(started, Status.SUCCEEDED, clock.now())
    assert not await ledger.begin(started, SECOND, "how?", clock.now())
    assert not await ledger.succeed(started, FIRST, answer(), clock.now())
    assert not await ledger.fail(started, FIRST, Failure(at=clock.now(), error="no", next_attempt_at=None))
    found = await store.get(started)
    assert (found.overview.status, found.overview.ended_at, found.overview.error) == (
        status,
        clock.now(),
        "that was it",
    )
    assert [step.status for step in found.steps] == [left, left]
    assert [step.ended_at for step in found.steps] == [clock.now(), None]


async def test_the_end_keeps_what_was_answered(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock, started: str
) -> None:
    await ledger.begin(started, FIRST, "how?", clock.now())
    await ledger.succeed(started, FIRST, answer("so"), clock.now())
    await ledger.end(started, Status.CANCELLED, clock.now())
    first, second = await steps(store, started)
    assert (first.status, first.answer, second.status) == (StepStatus.SUCCEEDED, "so", StepStatus.CANCELLED)


async def test_whoever_waits_hears_of_the_end(
    ledger: Ledger, clock: VirtualClock, started: str, database_url: str
) -> None:
    notifications = Notifications(database_url, Settings(connect_timeout=60), ManualClock())
    async with notifications.running():
        with notifications.subscribe("other") as ready, notifications.subscribe(topic(started)) as changes:
            await ready.wait(1)  # it listens, which wakes everyone
            await changes.wait(1)
            await ledger.end(started, Status.CANCELLED, clock.now())
            async with asyncio.timeout(60):
                assert await changes.wait(1)


async def test_unfinished_ones_are_found_in_pages(
    ledger: Ledger, store: CollaborationStore, clock: VirtualClock
) -> None:
    ids = [await stored(store, clock) for _ in range(4)]
    await ledger.end(ids[1], Status.FAILED, clock.now(), "no")
    await ledger.begin(ids[2], FIRST, "how?", clock.now())
    assert await ledger.unfinished(clock.now(), after="", limit=10) == [ids[0], ids[2]]
    clock.advance(1)
    assert await ledger.unfinished(clock.now(), after="", limit=2) == [ids[0], ids[2]]
    assert await ledger.unfinished(clock.now(), after=ids[2], limit=2) == [ids[3]]
