from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL, QueuePool, make_url, text
from sqlalchemy.exc import DataError

from backend.database.engine import connect_options, make_durable_engine, make_engine, parse_url
from backend.errors import StartError
from backend.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

pytestmark = pytest.mark.anyio

LOCAL = "127.0.0.1:5432/backend"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_scheme_means_the_same(scheme: str) -> None:
    url = parse_url(f"{scheme}://backend:secret@{LOCAL}?sslmode=require")
    assert url == make_url(f"postgresql+psycopg://backend:secret@{LOCAL}?sslmode=require")


@given(user=st.text(min_size=1), password=st.text())
def test_any_password_arrives_as_it_is(user: str, password: str) -> None:
    written = URL.create("postgresql", user, password, "127.0.0.1", 5432, "backend")
    read = parse_url(written.render_as_string(hide_password=False))
    assert (read.username, read.password) == (user, password)


@pytest.mark.parametrize(
    ("url", "got"),
    [
        (f"mysql://backend:secret@{LOCAL}", "the scheme 'mysql'"),
        ("sqlite:///secret", "the scheme 'sqlite'"),
        ("secret", "nothing that can be read"),
        ("", "nothing that can be read"),
        ("postgresql://backend@127.0.0.1:secret/backend", "nothing that can be read"),
    ],
)
def test_what_is_no_url_of_a_postgresql(url: str, got: str) -> None:
    with pytest.raises(StartError, match=f"DATABASE_URL must be postgresql://.*, got {got}") as caught:
        make_engine(url, Settings())
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "query", ["host=a&host=b&port=1", "foo=secret", "options=a&options=b", "host=a:1&host=b:secret"]
)
def test_options_that_do_not_fit(query: str) -> None:
    with pytest.raises(StartError, match="DATABASE_URL has hosts or options") as caught:
        parse_url(f"postgresql:///backend?{query}")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_the_pool_is_as_large_as_the_settings_say(database_url: str) -> None:
    small = make_engine(database_url, Settings(pool_size=2, pool_timeout=0.01))
    async with small.connect() as one, small.connect() as two:
        assert await one.scalar(text("SELECT 1")) == await two.scalar(text("SELECT 1")) == 1
        assert small.pool.status().startswith("Pool size: 2  Connections in pool: 0 Current Overflow: 0")
    await small.dispose()


@pytest.mark.parametrize(("query", "name"), [("", "tapecheck-backend"), ("?application_name=mine", "mine")])
async def test_the_server_sees_who_connects(database_url: str, query: str, name: str) -> None:
    engine = make_engine(database_url + query, Settings())
    async with engine.connect() as connection:
        assert await connection.scalar(text("SHOW application_name")) == name
    await engine.dispose()


@pytest.mark.parametrize(
    ("query", "limit"),
    [("", "1500ms"), ("?options=-c%20statement_timeout%3D7s", "7s"), ("?tcp_user_timeout=0", "1500ms")],
)
async def test_the_server_gives_up_too(database_url: str, query: str, limit: str) -> None:
    engine = make_engine(database_url + query, Settings(database_timeout=1.5))
    async with engine.connect() as connection:
        assert await connection.scalar(text("SHOW statement_timeout")) == limit
    await engine.dispose()


def test_what_the_url_says_itself_wins() -> None:
    url = parse_url(f"postgresql://{LOCAL}?connect_timeout=9")
    assert "connect_timeout" not in connect_options(url, 5)
    assert connect_options(parse_url(f"postgresql://{LOCAL}"), 0.1)["connect_timeout"] == 2


async def test_no_value_is_in_the_text_of_an_error(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(DataError) as caught:
            await connection.execute(text("SELECT 1 / :zero, :value"), {"zero": 0, "value": "secret"})
    assert "secret" not in str(caught.value)


async def test_no_connection_is_made_before_it_is_needed() -> None:
    await make_engine(f"postgresql://backend:secret@{LOCAL}", Settings()).dispose()


async def test_a_connection_can_be_given_up_while_it_waits(database_url: str) -> None:
    engine = make_engine(database_url, Settings(pool_size=1))
    async with engine.connect():
        waiting = asyncio.ensure_future(engine.connect().start())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    await engine.dispose()


def test_durable_work_has_a_few_connections_whose_statements_end_by_themselves(database_url: str) -> None:
    pool = make_durable_engine(database_url, Settings(durable_pool_size=2, database_timeout=3.5))
    assert isinstance(pool.pool, QueuePool)
    assert (pool.pool.size(), pool.pool._max_overflow) == (2, 0)
    with pool.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar_one() == "3500ms"
    pool.dispose()


def test_durable_work_wants_a_postgresql_too() -> None:
    with pytest.raises(StartError, match="DATABASE_URL must be postgresql"):
        make_durable_engine(f"mysql://backend:secret@{LOCAL}", Settings())
