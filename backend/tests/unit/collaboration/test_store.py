from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from backend.collaboration.builtin import sequential
from backend.collaboration.registry import WORKFLOWS
from backend.collaboration.store import CollaborationStore
from backend.database.engine import make_engine
from backend.errors import NotFoundError, UnavailableError
from backend.settings import Settings
from backend.tests.unit.collaboration.support import made, stored
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio


@pytest.fixture
def store(engine: AsyncEngine) -> CollaborationStore:
    return CollaborationStore(engine)


@pytest.mark.parametrize("workflow", WORKFLOWS)
async def test_what_was_stored_comes_back(store: CollaborationStore, clock: VirtualClock, workflow: str) -> None:
    new = made(clock, WORKFLOWS[workflow], task="NUL \0, ä and \N{PILE OF POO}", started_by="agt_1")
    assert await store.create(new, None) is None
    assert await store.get(new.overview.id) == new


@pytest.mark.parametrize("identifier", [f"col_{0:032x}", "agt_1", "", "x" * 1000, "\0"])
async def test_there_is_nothing_with_another_id(store: CollaborationStore, identifier: str) -> None:
    with pytest.raises(NotFoundError, match="there is no collaboration") as caught:
        await store.get(identifier)
    assert len(caught.value.detail) < 200


async def test_what_is_no_id_is_no_place_to_go_on(store: CollaborationStore) -> None:
    with pytest.raises(NotFoundError, match="there is no collaboration 'agt_1'"):
        await store.list(after="agt_1")


async def test_a_key_is_of_one_collaboration(store: CollaborationStore, clock: VirtualClock) -> None:
    first, second = made(clock, sequential(1)), made(clock, sequential(1))
    assert await store.create(first, "key") is None
    assert await store.create(second, "key") == first.overview
    assert await store.create(made(clock, sequential(1)), "other") is None
    with pytest.raises(NotFoundError):
        await store.get(second.overview.id)


async def test_of_many_with_one_key_at_once_one_is_stored(store: CollaborationStore, clock: VirtualClock) -> None:
    several = [made(clock, sequential(1)) for _ in range(5)]
    before = await asyncio.gather(*(store.create(each, "key") for each in several))
    assert before.count(None) == 1
    [only] = (await store.list()).collaborations
    assert {each for each in before if each} == {only}


async def test_pages_are_in_the_order_of_the_starts(store: CollaborationStore, clock: VirtualClock) -> None:
    ids = [await stored(store, clock) for _ in range(5)]
    first = await store.list(2)
    second = await store.list(2, first.next_cursor)
    third = await store.list(2, second.next_cursor)
    pages = [first, second, third]
    assert [[each.id for each in page.collaborations] for page in pages] == [ids[:2], ids[2:4], ids[4:]]
    assert third.next_cursor is None
    assert (await store.list(5)).next_cursor is None


async def test_pages_leave_the_steps_out(store: CollaborationStore, clock: VirtualClock) -> None:
    new = made(clock, sequential(1))
    await store.create(new, None)
    assert (await store.list()).collaborations == (new.overview,)


async def test_a_database_that_is_gone_is_our_own_error() -> None:
    engine = make_engine("postgresql://backend:secret@127.0.0.1:9/backend", Settings())
    with pytest.raises(UnavailableError, match="cannot be reached"):
        await CollaborationStore(engine).list()
    await engine.dispose()
