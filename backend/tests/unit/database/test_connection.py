from __future__ import annotations

import asyncio

import psycopg
import pytest

from backend.database.connection import connecting

pytestmark = pytest.mark.anyio


async def test_it_works_as_any_other(database_url: str) -> None:
    connection = await connecting(600)(database_url)
    async with connection, connection.cursor() as cursor:
        await cursor.execute("SELECT %s", ["värde"])
        assert await cursor.fetchone() == ("värde",)


async def test_a_server_that_does_not_answer_loses_it(database_url: str) -> None:
    connection = await connecting(0.01)(database_url)
    with pytest.raises(psycopg.OperationalError):
        await connection.execute("SELECT pg_sleep(600)")
    assert connection.closed


async def test_an_error_does_not_close_it(database_url: str) -> None:
    connection = await connecting(600)(database_url)
    await connection.execute("SET statement_timeout = 1")
    with pytest.raises(psycopg.errors.QueryCanceled):
        await connection.execute("SELECT pg_sleep(600)")
    assert not connection.closed
    await connection.close()


async def test_whoever_gives_up_does_not_wait_for_the_server(database_url: str) -> None:
    connection = await connecting(600)(database_url)
    asking = asyncio.create_task(connection.execute("SELECT pg_sleep(600)"))
    while connection.pgconn.transaction_status != psycopg.pq.TransactionStatus.ACTIVE:
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert connection.closed
