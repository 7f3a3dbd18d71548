from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.database.engine import make_engine
from backend.database.ids import new_id
from backend.database.working import TIME_LIMIT
from backend.errors import UnavailableError
from backend.settings import Settings
from backend.webhooks.delivery import Delivery, Status
from backend.webhooks.intake import Intake, Receipt
from backend.webhooks.tables import DeliveryRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOBODY = "postgresql://backend:secret@127.0.0.1:9/backend"
"""Nothing listens there: it is the port of the discard protocol."""


def delivery(delivery_id: str, source: str = "generic", body: bytes = b"{}") -> Delivery:
    return Delivery(
        id=new_id("whd", NOW),
        source=source,
        delivery_id=delivery_id,
        event="user.created",
        headers=[("host", "backend.test"), ("x-odd", "\x00\xff\\")],
        body=body,
        received_at=NOW,
    )


class Announced:
    """Counts how often it was told."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


class Statements:
    """Counts the statements that store."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.count = 0
        event.listen(engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.count += "INSERT INTO webhook_deliveries" in statement


@asynccontextmanager
async def opened(engine: AsyncEngine) -> AsyncIterator[tuple[Intake, Announced]]:
    announced = Announced()
    intake = Intake(engine, announced)
    yield intake, announced
    await intake.aclose()


async def rows(engine: AsyncEngine) -> Sequence[DeliveryRow]:
    async with AsyncSession(engine) as session:
        return (await session.scalars(select(DeliveryRow).order_by(DeliveryRow.id))).all()


async def test_a_delivery_is_stored_as_it_is(engine: AsyncEngine) -> None:
    given = delivery("evt_1", body=b"\x00\xff{}")
    async with opened(engine) as (intake, announced):
        assert await intake.store(given) == Receipt(id=given.id, duplicate=False)
        assert announced.count == 1
    [row] = await rows(engine)
    assert (row.id, row.source, row.delivery_id, row.event) == (given.id, "generic", "evt_1", "user.created")
    assert [tuple(each) for each in row.headers] == given.headers
    assert (row.body, row.digest) == (given.body, hashlib.sha256(given.body).digest())
    assert (row.received_at, row.status, row.run, row.attempts) == (NOW, Status.RECEIVED, 1, 0)


async def test_a_delivery_needs_no_event(engine: AsyncEngine) -> None:
    async with opened(engine) as (intake, _):
        await intake.store(replace(delivery("evt_1"), event=None))
    assert [row.event for row in await rows(engine)] == [None]


async def test_the_longest_id_fits(engine: AsyncEngine) -> None:
    longest = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(16))
    async with opened(engine) as (intake, _):
        await intake.store(delivery(longest))
    assert [row.delivery_id for row in await rows(engine)] == [longest]


async def test_a_duplicate_is_told_the_first_and_announced_to_nobody(engine: AsyncEngine) -> None:
    first = delivery("evt_1")
    async with opened(engine) as (intake, announced):
        await intake.store(first)
        assert await intake.store(delivery("evt_1", body=b"other")) == Receipt(id=first.id, duplicate=True)
        assert not (await intake.store(delivery("evt_1", source="stripe"))).duplicate
        assert announced.count == 2
    assert len(await rows(engine)) == 2


async def test_what_waits_is_stored_by_one_statement(engine: AsyncEngine) -> None:
    statements = Statements(engine)
    async with opened(engine) as (intake, _):
        receipts = await asyncio.gather(*[intake.store(delivery(f"evt_{number}")) for number in range(90)])
    assert not any(receipt.duplicate for receipt in receipts)
    assert len(await rows(engine)) == 90
    assert statements.count == 1


async def test_a_statement_has_its_bounds(engine: AsyncEngine) -> None:
    statements = Statements(engine)
    async with opened(engine) as (intake, _):
        await asyncio.gather(*[intake.store(delivery(f"evt_{number}")) for number in range(101)])
        assert statements.count == 2
        large = b"x" * 1024 * 1024
        await asyncio.gather(*[intake.store(delivery(f"large_{number}", body=large)) for number in range(5)])
        assert statements.count == 4


keys = st.tuples(st.sampled_from(["generic", "stripe"]), st.sampled_from(["evt_1", "evt_2", "evt_3", "évt"]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(waves=st.lists(st.lists(keys, max_size=12), max_size=4), workers=st.integers(1, 3))
async def test_each_key_is_stored_once_and_everyone_told_right(
    engine: AsyncEngine, waves: list[list[tuple[str, str]]], workers: int
) -> None:
    async with engine.begin() as connection:
        await connection.execute(delete(DeliveryRow))
    intakes = [Intake(engine, Announced()) for _ in range(workers)]
    told: list[tuple[Delivery, Receipt]] = []
    for wave in waves:
        sent = [delivery(delivery_id, source) for source, delivery_id in wave]
        storing = [intakes[place % workers].store(each) for place, each in enumerate(sent)]
        told += zip(sent, await asyncio.gather(*storing), strict=True)
    stored = {(row.source, row.delivery_id): row.id for row in await rows(engine)}
    assert set(stored) == {key for wave in waves for key in wave}
    assert {receipt.id for _, receipt in told if not receipt.duplicate} == set(stored.values())
    assert sum(not receipt.duplicate for _, receipt in told) == len(stored)
    for each, receipt in told:
        assert receipt.id == stored[each.source, each.delivery_id]
        assert receipt.duplicate == (receipt.id != each.id)


async def test_who_has_gone_takes_nobody_along(engine: AsyncEngine) -> None:
    async with opened(engine) as (intake, _):
        tasks = [asyncio.create_task(intake.store(delivery(f"evt_{number}"))) for number in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        assert not (await tasks[1]).duplicate
        assert not (await tasks[2]).duplicate
        assert tasks[0].cancelled()
    assert len(await rows(engine)) == 3


async def test_one_that_the_database_refuses_spoils_no_other(engine: AsyncEngine) -> None:
    sent = [delivery("evt_1"), delivery("evt\0"), delivery("evt_2")]
    async with opened(engine) as (intake, announced):
        outcomes = await asyncio.gather(*[intake.store(each) for each in sent], return_exceptions=True)
        assert announced.count == 2
        assert not (await intake.store(delivery("evt_3"))).duplicate
    assert outcomes[0] == Receipt(id=sent[0].id, duplicate=False)
    assert isinstance(outcomes[1], DBAPIError)
    assert outcomes[2] == Receipt(id=sent[2].id, duplicate=False)


async def test_without_a_database_all_are_told() -> None:
    engine = make_engine(NOBODY, Settings())
    async with opened(engine) as (intake, announced):
        storing = [intake.store(delivery(f"evt_{number}")) for number in range(3)]
        outcomes = await asyncio.gather(*storing, return_exceptions=True)
    assert [(type(one), str(one)) for one in outcomes] == [
        (UnavailableError, "the database cannot be reached: try again later")
    ] * 3
    assert announced.count == 0
    await engine.dispose()


async def test_who_waits_too_long_is_told(database_url: str) -> None:
    engine = make_engine(database_url, Settings(pool_size=1))
    async with opened(engine.execution_options(**{TIME_LIMIT: 0.1})) as (intake, _), engine.connect():
        with pytest.raises(UnavailableError, match="try again later") as caught:
            await intake.store(delivery("evt_1"))
    assert caught.value.retry_after
    await engine.dispose()


@pytest.mark.parametrize(("most", "size"), [(2000, 1), (64, 1024 * 1024)])
async def test_only_so_many_may_wait(most: int, size: int) -> None:
    engine, body = make_engine(NOBODY, Settings()), b"x" * size
    async with opened(engine) as (intake, _):
        storing = [intake.store(delivery(f"evt_{number}", body=body)) for number in range(most + 1)]
        *accepted, refused = await asyncio.gather(*storing, return_exceptions=True)
        assert {str(one) for one in accepted} == {"the database cannot be reached: try again later"}
        assert isinstance(refused, UnavailableError)
        assert (refused.detail, refused.retry_after) == ("too many deliveries wait to be stored: send it again", 1)
        with pytest.raises(UnavailableError, match="cannot be reached"):
            await intake.store(delivery("evt_1"))
    await engine.dispose()


async def test_what_is_neither_stored_nor_found_is_not_acknowledged(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            text("CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        )
        await connection.execute(
            text("CREATE TRIGGER skip BEFORE INSERT ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION skip()")
        )
    async with opened(engine) as (intake, announced):
        with pytest.raises(UnavailableError, match="neither stored nor found"):
            await intake.store(delivery("evt_1"))
    assert announced.count == 0
