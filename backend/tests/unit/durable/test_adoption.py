from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from backend.database.engine import make_durable_engine
from backend.durable.engine import Engine
from backend.durable.workflow import JSON, Context
from backend.settings import Settings

pytestmark = pytest.mark.anyio
RARELY = Settings(adopt_every=3600)


class Flow:
    """A workflow that waits, and counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.leave = asyncio.Event()

    async def __call__(self, context: Context) -> JSON:
        self.begun += 1
        await self.leave.wait()
        return "done"


@pytest.fixture
async def flow(anyio_backend: str) -> Flow:
    return Flow()


@pytest.fixture
async def durable(database_url: str, flow: Flow) -> AsyncIterator[Engine]:
    pool = make_durable_engine(database_url, RARELY)
    durable = Engine(pool, workflows={"flow": flow}, settings=RARELY, restart_grace=0)
    async with durable.running():
        await durable.start("flow", "w")
        yield durable


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def hand_to(connection: psycopg.Connection, executor: str) -> None:
    connection.execute("UPDATE dbos.workflow_status SET executor_id = %s", [executor])


async def finish(durable: Engine, flow: Flow) -> None:
    flow.leave.set()
    assert await asyncio.wait_for(durable.result("w", every=0.02), 60) == "done"


async def test_work_of_one_that_is_not_there_is_adopted_once(
    durable: Engine, flow: Flow, connection: psycopg.Connection
) -> None:
    hand_to(connection, "worker-7")
    assert await durable.adopt() == 1
    assert await durable.adopt() == 0
    await finish(durable, flow)
    assert flow.begun == 2


@pytest.mark.parametrize("owner", ["worker-1", "local", "worker-x"])
async def test_work_of_our_own_and_of_strangers_is_left_alone(
    durable: Engine, connection: psycopg.Connection, owner: str
) -> None:
    hand_to(connection, owner)
    assert await durable.adopt() == 0


async def test_work_of_one_that_is_there_is_left_alone(durable: Engine, connection: psycopg.Connection) -> None:
    connection.execute("SELECT pg_advisory_lock(%s, 7)", [0x74617065])
    hand_to(connection, "worker-7")
    assert await durable.adopt() == 0


async def test_after_a_restart_of_the_database_others_may_still_be_there(
    database_url: str, connection: psycopg.Connection
) -> None:
    async def flow(context: Context) -> JSON:
        await asyncio.Event().wait()
        return None

    pool = make_durable_engine(database_url, RARELY)
    durable = Engine(pool, workflows={"flow": flow}, settings=RARELY, restart_grace=3600 * 24)
    async with durable.running():
        await durable.start("flow", "w")
        hand_to(connection, "worker-7")
        assert await durable.adopt() == 0


async def test_our_own_work_that_does_not_run_is_resumed_at_the_second_look(durable: Engine, flow: Flow) -> None:
    while not flow.begun:
        await asyncio.sleep(0)
    durable._runs.cut("w")
    while durable._runs.ids():
        await asyncio.sleep(0)
    assert await durable.adopt() == 0
    assert await durable.adopt() == 1
    await finish(durable, flow)
    assert flow.begun == 2
