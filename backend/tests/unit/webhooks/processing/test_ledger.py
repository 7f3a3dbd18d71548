from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError

from backend.tests.unit.webhooks.processing.support import attempts_of, state, store
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Status
from backend.webhooks.processing import ledger
from backend.webhooks.processing.ledger import Attempt, Ending, Notes

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


def attempt(clock: VirtualClock, delivery: str, number: int = 1, run: int = 1) -> Attempt:
    return Attempt(delivery=delivery, run=run, number=number, started_at=clock.now())


@pytest.fixture
async def delivery(engine: AsyncEngine, clock: VirtualClock) -> str:
    return await store(engine, clock, status=Status.PROCESSING, event=None)


async def test_a_held_delivery_is_as_it_was_stored(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    async with engine.begin() as connection:
        held = await ledger.hold(connection, attempt(clock, delivery))
    assert held is not None
    assert (held.attempts, held.next_attempt_at, held.earlier) == (0, None, None)
    assert (held.delivery.id, held.delivery.event, held.delivery.body) == (delivery, None, delivery.encode())
    assert (held.delivery.received_at, held.delivery.received_at.tzinfo) == (clock.now(), UTC)


async def test_a_held_delivery_is_nobody_elses(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    async with engine.begin() as one, engine.connect() as other:
        await ledger.hold(one, attempt(clock, delivery))
        with pytest.raises(OperationalError, match="could not obtain lock"):
            await ledger.hold(other, attempt(clock, delivery))


async def test_another_run_is_not_held(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    async with engine.begin() as connection:
        assert await ledger.hold(connection, attempt(clock, delivery, run=2)) is None


@pytest.mark.parametrize(
    ("error", "again", "status"),
    [(None, False, Status.PROCESSED), ("E", True, Status.PROCESSING), ("E", False, Status.DEAD)],
)
async def test_an_ending_is_recorded_once(
    engine: AsyncEngine, clock: VirtualClock, delivery: str, error: str | None, again: bool, status: Status
) -> None:
    due = clock.now() + timedelta(seconds=9) if again else None
    ending = Ending(at=clock.now(), error=error, next_attempt_at=due)
    assert ending.status is status
    recorded = []
    for _ in range(2):
        async with engine.begin() as connection:
            recorded.append(await ledger.end(connection, attempt(clock, delivery), ending, Notes()))
    assert recorded == [True, False]
    row = await state(engine, delivery)
    assert (row.status, row.attempts, row.last_error, row.next_attempt_at) == (status, 1, error, due)
    assert (row.processed_at is not None) == (status is Status.PROCESSED)
    assert len(await attempts_of(engine, delivery)) == 1


async def test_notes_stay_when_later_attempts_have_none(
    engine: AsyncEngine, clock: VirtualClock, delivery: str
) -> None:
    findings = [{"code": "TC203", "message": "new", "instance_path": None}]
    failed = Ending(at=clock.now(), error="E", next_attempt_at=clock.now())
    async with engine.begin() as connection:
        notes = Notes(findings=findings, repeats="whd_1")
        await ledger.end(connection, attempt(clock, delivery), failed, notes)
        await ledger.end(connection, attempt(clock, delivery, 2), Ending(at=clock.now()), Notes())
    row = await state(engine, delivery)
    assert (row.status, row.findings, row.repeats, row.last_error) == (Status.PROCESSED, findings, "whd_1", None)


async def test_a_broken_delivery_is_set_aside(engine: AsyncEngine, clock: VirtualClock, delivery: str) -> None:
    findings = [{"code": "TC110", "message": "wrong", "instance_path": "/a"}]
    async with engine.begin() as connection:
        notes = Notes(findings=findings, broken=True, repeats="whd_1")
        await ledger.set_aside(connection, attempt(clock, delivery), notes)
    row = await state(engine, delivery)
    assert (row.status, row.findings, row.repeats, row.attempts) == (Status.QUARANTINED, findings, "whd_1", 0)
