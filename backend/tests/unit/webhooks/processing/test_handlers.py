from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backend.tests.unit.webhooks.processing.support import effects_of, store
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Delivery
from backend.webhooks.processing.handlers import Handlers, journal
from backend.webhooks.tables import EventRow

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from backend.webhooks.processing.handlers import Handler

pytestmark = pytest.mark.anyio


def handler() -> Handler:
    async def handle(delivery: Delivery, connection: AsyncConnection, /) -> None:
        raise AssertionError("nothing is handled here")

    return handle


EXACT, OF_SOURCE, OF_EVENT, REST = (handler() for _ in range(4))
PLACES = [
    (("github", "push"), EXACT),
    (("github", "*"), OF_SOURCE),
    (("*", "push"), OF_EVENT),
    (("*", "*"), REST),
]


@pytest.mark.parametrize("first", range(len(PLACES)))
def test_the_most_specific_handler_is_found(first: int) -> None:
    handlers = Handlers()
    for (source, event), chosen in reversed(PLACES[first:]):
        handlers = handlers.on(source, event, chosen)
    assert handlers.find("github", "push") is PLACES[first][1]


def test_other_sources_events_and_none_have_handlers_too() -> None:
    handlers = Handlers()
    for (source, event), chosen in PLACES:
        handlers = handlers.on(source, event, chosen)
    assert handlers.find("github", "star") is OF_SOURCE
    assert handlers.find("stripe", "push") is OF_EVENT
    assert handlers.find("stripe", "star") is REST
    assert handlers.find("github", None) is OF_SOURCE
    assert handlers.find("stripe", None) is REST


def test_there_need_not_be_a_handler() -> None:
    assert Handlers().on("github", "push", EXACT).find("github", "star") is None


def test_the_handlers_there_were_stay_as_they_are() -> None:
    before = Handlers()
    after = before.on("github", "push", EXACT)
    assert before.find("github", "push") is None
    assert after.on("github", "push", REST).find("github", "push") is REST
    assert after.find("github", "push") is EXACT


@pytest.mark.parametrize("event", ["orders/create", None])
async def test_the_journal_gets_an_entry(engine: AsyncEngine, clock: VirtualClock, event: str | None) -> None:
    identifier = await store(engine, clock, event=event)
    delivery = Delivery(
        id=identifier,
        source="shopify",
        delivery_id="any",
        event=event,
        headers=(),
        body=b"{}",
        received_at=clock.now(),
    )
    clock.advance(60)
    async with engine.begin() as connection:
        await journal(clock)(delivery, connection)
        entry = (await connection.execute(EventRow.__table__.select())).one()
    assert (entry.delivery, entry.source, entry.event, entry.recorded_at) == (
        identifier,
        "shopify",
        event,
        clock.now(),
    )
    assert await effects_of(engine, identifier) == 1
