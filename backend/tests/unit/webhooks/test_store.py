from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.database.engine import make_engine
from backend.database.ids import new_id
from backend.errors import NotFoundError, UnavailableError
from backend.settings import Settings
from backend.webhooks.delivery import Delivery, Status
from backend.webhooks.intake import Intake
from backend.webhooks.store import Attempt, DeliveryStore, Filter, absent
from backend.webhooks.tables import AttemptRow, DeliveryRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOBODY = "postgresql://backend:secret@127.0.0.1:9/backend"
"""Nothing listens there: it is the port of the discard protocol."""


@pytest.fixture
def store(engine: AsyncEngine) -> DeliveryStore:
    return DeliveryStore(engine)


async def stored(engine: AsyncEngine, count: int, source: str = "generic", event: str | None = "a") -> list[str]:
    """Store deliveries, and return their ids in order."""
    intake = Intake(engine, asyncio.Event().set)
    deliveries = [
        Delivery(
            id=new_id("whd", NOW + timedelta(milliseconds=number)),
            source=source,
            delivery_id=f"{event}-{number}",
            event=event,
            headers=[("host", "a"), ("host", "b")],
            body=b"{}",
            received_at=NOW,
        )
        for number in range(count)
    ]
    await asyncio.gather(*[intake.store(each) for each in deliveries])
    await intake.aclose()
    return [each.id for each in deliveries]


async def test_a_fresh_delivery_has_no_attempts(engine: AsyncEngine, store: DeliveryStore) -> None:
    [identifier] = await stored(engine, 1)
    found = await store.get(identifier)
    assert (found.overview.id, found.overview.delivery_id, found.overview.event) == (identifier, "a-0", "a")
    assert (found.overview.status, found.overview.run, found.overview.attempt_count) == (Status.RECEIVED, 1, 0)
    assert found.overview.received_at == NOW
    assert found.overview.received_at.tzinfo is UTC
    assert (found.overview.next_attempt_at, found.overview.processed_at) == (None, None)
    assert (found.headers, found.body) == ([("host", "a"), ("host", "b")], b"{}")
    assert (found.attempts, found.findings) == ([], None)


async def test_attempts_come_in_order_with_what_they_led_to(engine: AsyncEngine, store: DeliveryStore) -> None:
    [identifier] = await stored(engine, 1)
    later = NOW + timedelta(seconds=10)
    findings = [{"code": "TC110", "path": "/type", "hint": None}]
    async with AsyncSession(engine) as session, session.begin():
        for run, number in ((2, 1), (1, 2), (1, 1)):
            session.add(
                AttemptRow(
                    delivery=identifier,
                    run=run,
                    number=number,
                    started_at=NOW,
                    ended_at=NOW,
                    error=None if run == 2 else "ValueError: no",
                    next_attempt_at=None if run == 2 else later,
                )
            )
        changed = {
            "status": Status.QUARANTINED,
            "run": 2,
            "attempts": 1,
            "next_attempt_at": later,
            "findings": findings,
        }
        await session.execute(update(DeliveryRow).values(changed))
    found = await store.get(identifier)
    assert [(each.run, each.number) for each in found.attempts] == [(1, 1), (1, 2), (2, 1)]
    assert found.attempts[0] == Attempt(
        run=1, number=1, started_at=NOW, ended_at=NOW, error="ValueError: no", next_attempt_at=later
    )
    assert found.attempts[0].started_at.tzinfo is UTC
    assert (found.overview.status, found.overview.run, found.overview.attempt_count) == (Status.QUARANTINED, 2, 1)
    assert (found.overview.next_attempt_at, found.findings) == (later, findings)


@pytest.mark.parametrize("missing", ["whd_" + "0" * 32, "delivery", "", "a\0b", "\ud800", "x" * 10_000])
async def test_there_is_no_such_delivery(store: DeliveryStore, missing: str) -> None:
    with pytest.raises(NotFoundError, match="GET /api/webhooks/deliveries") as caught:
        await store.get(missing)
    assert caught.value.detail == absent(missing).detail
    assert len(caught.value.detail) < 200


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
async def test_pages_together_are_all_in_order(engine: AsyncEngine, store: DeliveryStore, limit: int) -> None:
    expected = await stored(engine, 5)
    found: list[str] = []
    cursor: str | None = None
    while not found or cursor:
        page = await store.list(limit, cursor)
        assert len(page.deliveries) <= limit
        found += [each.id for each in page.deliveries]
        cursor = page.next_cursor
    assert found == expected


async def test_without_deliveries_there_is_one_empty_page(store: DeliveryStore) -> None:
    page = await store.list()
    assert (page.deliveries, page.next_cursor) == ((), None)


async def test_pages_may_be_of_some_deliveries_only(engine: AsyncEngine, store: DeliveryStore) -> None:
    plain, named = await stored(engine, 2), await stored(engine, 2, "stripe", "b")
    async with AsyncSession(engine) as session, session.begin():
        dead = update(DeliveryRow).where(DeliveryRow.id.in_([plain[0], named[0]])).values(status=Status.DEAD)
        await session.execute(dead)
    for wanted, expected in (
        (Filter(source="stripe"), named),
        (Filter(event="a"), plain),
        (Filter(status=Status.DEAD), [plain[0], named[0]]),
        (Filter(source="stripe", event="b", status=Status.RECEIVED), [named[1]]),
        (Filter(source="github"), []),
    ):
        assert {each.id for each in (await store.list(wanted=wanted)).deliveries} == set(expected)


async def test_a_cursor_is_an_id(store: DeliveryStore) -> None:
    with pytest.raises(NotFoundError, match="no delivery 'yesterday'"):
        await store.list(after="yesterday")


async def test_nothing_works_without_a_database() -> None:
    engine = make_engine(NOBODY, Settings())
    store = DeliveryStore(engine)
    for call in (store.get("whd_" + "0" * 32), store.list()):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            await call
    await engine.dispose()
