from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.database.connection import connecting
from backend.notifications.sending import CHANNEL, notify, payload

pytestmark = pytest.mark.anyio


async def heard(url: str, engine: AsyncEngine, *topics: str, commit: bool = True) -> list[str]:
    """What a listener hears of a transaction."""
    async with await connecting(0.2)(url, autocommit=True) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        async with engine.connect() as connection:
            await notify(connection, *topics)
            await (connection.commit() if commit else connection.rollback())
            await connection.execute(text(f"NOTIFY {CHANNEL}, 'end'"))
            await connection.commit()
        found: list[str] = []
        async for notification in listener.notifies(timeout=60):
            if notification.payload == "end":
                return found
            found.append(notification.payload)
        raise AssertionError("the end was not heard")


async def test_each_topic_is_notified_once(database_url: str, engine: AsyncEngine) -> None:
    assert await heard(database_url, engine, "inbox:1", "it's", "inbox:1") == ["inbox:1", "it's"]


async def test_what_is_not_committed_is_not_notified(database_url: str, engine: AsyncEngine) -> None:
    assert await heard(database_url, engine, "inbox:1", commit=False) == []


async def test_a_topic_may_be_longer_than_postgresql_takes(database_url: str, engine: AsyncEngine) -> None:
    long = "ä" * 10_000
    assert await heard(database_url, engine, long) == [payload(long)]


@given(st.sets(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=600)))
def test_topics_differ_in_what_is_sent_for_them(topics: set[str]) -> None:
    sent = {payload(topic) for topic in topics}
    assert len(sent) == len(topics)
    assert all(len(each.encode()) < 8000 for each in sent)
