from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backend.errors import ConflictError, NotFoundError
from backend.tests.unit.webhooks.processing.support import state, store
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Status
from backend.webhooks.processing.dead_letters import DeadLetters

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio
DEAD = {"status": Status.DEAD, "attempts": 5, "last_error": "E: no"}


@pytest.fixture
def announced() -> list[None]:
    return []


@pytest.fixture
def letters(engine: AsyncEngine, announced: list[None]) -> DeadLetters:
    return DeadLetters(engine, lambda: announced.append(None))


async def test_a_replayed_delivery_waits_in_a_new_run(
    engine: AsyncEngine, clock: VirtualClock, letters: DeadLetters, announced: list[None]
) -> None:
    delivery = await store(engine, clock, **DEAD)
    assert await letters.replay(delivery) == 2
    row = await state(engine, delivery)
    assert (row.status, row.run, row.attempts, row.last_error) == (Status.RECEIVED, 2, 0, None)
    assert not row.released
    assert len(announced) == 1


async def test_a_released_delivery_waits_and_is_not_held_against_its_contract_again(
    engine: AsyncEngine, clock: VirtualClock, letters: DeadLetters, announced: list[None]
) -> None:
    delivery = await store(engine, clock, status=Status.QUARANTINED)
    assert await letters.release(delivery) == 2
    row = await state(engine, delivery)
    assert (row.status, row.run, row.released) == (Status.RECEIVED, 2, True)
    assert len(announced) == 1


@pytest.mark.parametrize("status", Status)
async def test_only_dead_ones_are_replayed_and_only_quarantined_ones_released(
    engine: AsyncEngine, clock: VirtualClock, letters: DeadLetters, announced: list[None], status: Status
) -> None:
    delivery = await store(engine, clock, status=status)
    for call, wanted in ((letters.replay, Status.DEAD), (letters.release, Status.QUARANTINED)):
        if status is not wanted:
            with pytest.raises(ConflictError, match=f"is {status.value}, and only one that is {wanted.value}"):
                await call(delivery)
    assert (await state(engine, delivery)).status is status
    assert announced == []


@pytest.mark.parametrize("missing", ["whd_" + "0" * 32, "any", "", "a\0b", "\ud800"])
async def test_there_is_no_such_delivery(letters: DeadLetters, missing: str) -> None:
    for call in (letters.replay, letters.release):
        with pytest.raises(NotFoundError, match="there is no delivery"):
            await call(missing)


async def test_many_are_replayed_the_oldest_first(
    engine: AsyncEngine, clock: VirtualClock, letters: DeadLetters
) -> None:
    dead = [await store(engine, clock, **DEAD) for _ in range(3)]
    other = await store(engine, clock, status=Status.PROCESSED)
    assert await letters.replay_many(source=None, event=None, limit=2) == 2
    assert [(await state(engine, each)).run for each in (*dead, other)] == [2, 2, 1, 1]
    assert await letters.replay_many(source=None, event=None, limit=2) == 1
    assert await letters.replay_many(source=None, event=None, limit=2) == 0


@pytest.mark.parametrize(
    ("source", "event", "replayed"),
    [("github", None, [0, 1]), (None, "push", [0, 2]), ("github", "push", [0]), ("slack", None, [])],
)
async def test_only_those_that_are_chosen_are_replayed(
    engine: AsyncEngine,
    clock: VirtualClock,
    letters: DeadLetters,
    source: str | None,
    event: str | None,
    replayed: list[int],
) -> None:
    kinds = [("github", "push"), ("github", "star"), ("stripe", "push"), ("stripe", None)]
    dead = [await store(engine, clock, **{**DEAD, "source": of, "event": kind}) for of, kind in kinds]
    assert await letters.replay_many(source=source, event=event, limit=9) == len(replayed)
    statuses = [(await state(engine, each)).status for each in dead]
    assert [index for index, status in enumerate(statuses) if status is Status.RECEIVED] == replayed
