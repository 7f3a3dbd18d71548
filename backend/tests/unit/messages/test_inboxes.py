from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.errors import ConflictError, NotFoundError
from backend.messages.message import Kind, Message, Page, Wanted
from backend.tests.unit.messages.mail import Mail, mail, mail_of, process
from backend.tests.unit.messages.schedule import END, Schedule
from backend.tests.unit.notifications.waiting import StandingClock

__all__ = ["mail"]

pytestmark = pytest.mark.anyio


def numbers(page: Page) -> list[int]:
    return [message.number for message in page.messages]


async def filled(mail: Mail) -> tuple[str, str, str]:
    """An inbox with six messages: private ones of two senders in turn, but for the fourth, which is for all."""
    one, two, reader = await mail.agents(3)
    for number in range(1, 7):
        sender = (two, one)[number % 2]
        if number == 4:
            await mail.outbox.broadcast(sender, "all")
        else:
            await mail.outbox.send(sender, reader, f"{number}")
    return one, two, reader


async def test_an_inbox_is_read_page_by_page(mail: Mail) -> None:
    *_, reader = await filled(mail)
    page, pages, after = await mail.inboxes.read(reader, Wanted(limit=4)), 0, 0
    assert (numbers(page), page.next, page.acknowledged) == ([1, 2, 3, 4], 4, 0)
    while (page := await mail.inboxes.read(reader, Wanted(after=after, limit=2))).messages:
        assert numbers(page) == [after + 1, after + 2]
        after, pages = page.next, pages + 1
    assert (pages, page.next) == (3, 6)
    assert (await mail.inboxes.read(reader, Wanted(after=9))).next == 9


async def test_only_what_is_wanted_is_shown(mail: Mail) -> None:
    one, two, reader = await filled(mail)
    assert numbers(await mail.inboxes.read(reader, Wanted(sender=one))) == [1, 3, 5]
    assert numbers(await mail.inboxes.read(reader, Wanted(sender=two, kind=Kind.PRIVATE))) == [2, 6]
    broadcasts = await mail.inboxes.read(reader, Wanted(kind=Kind.BROADCAST))
    assert (numbers(broadcasts), broadcasts.next) == ([4], 6)
    some = await mail.inboxes.read(reader, Wanted(sender=one, limit=2))
    assert (numbers(some), some.next) == ([1, 3], 3)
    assert numbers(await mail.inboxes.read(reader, Wanted(sender="nobody"))) == []


async def test_without_a_cursor_it_begins_behind_what_is_acknowledged(mail: Mail) -> None:
    *_, reader = await filled(mail)
    assert await mail.inboxes.acknowledge(reader, 4) == 4
    page = await mail.inboxes.read(reader, Wanted())
    assert (numbers(page), page.acknowledged) == ([5, 6], 4)
    assert numbers(await mail.inboxes.read(reader, Wanted(after=2, limit=2))) == [3, 4]
    await mail.inboxes.acknowledge(reader, 6)
    assert (await mail.inboxes.read(reader, Wanted())).next == 6


async def test_to_acknowledge_never_goes_back_and_never_ahead(mail: Mail) -> None:
    *_, reader = await filled(mail)
    assert [await mail.inboxes.acknowledge(reader, up_to) for up_to in (3, 3, 1, 5, 0)] == [3, 3, 3, 5, 5]
    with pytest.raises(ConflictError, match="no message 7 to acknowledge: the last one is 6"):
        await mail.inboxes.acknowledge(reader, 7)
    assert await mail.inboxes.acknowledge(reader, 6) == 6


async def test_an_inbox_that_nothing_came_to_is_empty(mail: Mail) -> None:
    [reader] = await mail.agents(1)
    assert await mail.inboxes.read(reader, Wanted()) == Page(messages=(), next=0, acknowledged=0)
    assert (await mail.inboxes.read(reader, Wanted(after=3))).next == 3
    assert await mail.inboxes.acknowledge(reader, 0) == 0
    with pytest.raises(ConflictError, match="the last one is 0"):
        await mail.inboxes.acknowledge(reader, 1)


async def test_the_agent_has_to_be_there(mail: Mail) -> None:
    for asking in (
        mail.inboxes.read("nobody", Wanted()),
        mail.inboxes.stream("nobody", Wanted()),
        mail.inboxes.acknowledge("nobody", 0),
    ):
        with pytest.raises(NotFoundError, match="nobody"):
            await asking


async def test_what_is_there_is_not_waited_for(mail: Mail) -> None:
    *_, reader = await filled(mail)
    assert numbers(await mail.inboxes.read(reader, Wanted(limit=1), 60)) == [1]


@pytest.mark.parametrize("to_all", [False, True], ids=["private", "broadcast"])
async def test_who_waits_is_told_by_another_process(mail: Mail, database_url: str, to_all: bool) -> None:
    one, reader = await mail.agents(2)
    async with process(database_url) as other:
        waiting = asyncio.create_task(other.inboxes.read(reader, Wanted(), 60))
        while not other.notifications._subscriptions._waiting:
            await asyncio.sleep(0.01)
        await (mail.outbox.broadcast(one, "now") if to_all else mail.outbox.send(one, reader, "now"))
        assert [each.body for each in (await waiting).messages] == ["now"]


async def test_who_waits_for_something_else_waits_on(engine: AsyncEngine, database_url: str) -> None:
    clock = StandingClock()
    mail = mail_of(engine, database_url, clock)
    one, two, reader = await mail.agents(3)
    waiting = asyncio.create_task(mail.inboxes.read(reader, Wanted(sender=two), 60))
    for looks in range(1, 4):
        while len(clock.slept) < looks:  # it looks, and waits again
            await asyncio.sleep(0.01)
        assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of the pool that it is
        await mail.outbox.send(one, reader, "for somebody else")
        mail.notifications._subscriptions.wake_all()
    while len(clock.slept) < 4:
        await asyncio.sleep(0.01)
    await clock.move(60)
    page = await waiting
    assert (page.messages, page.next) == ([], 3)


async def test_at_the_end_of_the_service_nobody_waits(mail: Mail) -> None:
    [reader] = await mail.agents(1)
    waiting = asyncio.create_task(mail.inboxes.read(reader, Wanted(), 60))
    stream = await mail.inboxes.stream(reader, Wanted())
    following = asyncio.create_task(anext(stream, None))
    await asyncio.sleep(0)
    mail.notifications.end()
    assert (await waiting).messages == ()
    assert await following is None
    assert [each async for each in stream] == []


async def test_a_stream_goes_on_where_it_was_and_shows_that_it_is_there(engine: AsyncEngine, database_url: str) -> None:
    clock = StandingClock()
    mail = mail_of(engine, database_url, clock)
    one, _, reader = await filled(mail)
    stream = await mail.inboxes.stream(reader, Wanted(after=3, limit=2))
    assert [await number(stream) for _ in range(3)] == [4, 5, 6]
    silent = asyncio.create_task(number(stream))
    while not clock.slept:
        await asyncio.sleep(0.01)
    await clock.move(15)
    assert await silent is None
    await mail.outbox.send(one, reader, "7")  # nobody listens, but it looks whenever it shows that it is there
    assert await number(stream) == 7


async def number(stream: AsyncIterator[Message | None]) -> int | None:
    """The number of the next message of a stream; None where it only shows that it is there."""
    message = await anext(stream)
    return None if message is None else message.number


@pytest.mark.parametrize("seed", range(3))
async def test_each_message_comes_once_and_in_order_and_none_is_skipped(database_url: str, seed: int) -> None:
    """Senders and readers use both of two processes."""
    async with process(database_url) as first, process(database_url) as second:
        *agents, last = await first.agents(7)
        schedule = Schedule([first, second], agents, random.Random(seed))
        reading = [asyncio.create_task(schedule.read(agent)) for agent in agents]
        await asyncio.gather(*(schedule.write(agent, 20) for agent in agents))
        await second.outbox.broadcast(last, END)
        inboxes = dict(zip(agents, await asyncio.gather(*reading), strict=True))
    for reader, messages in inboxes.items():
        assert list(messages) == list(range(1, len(messages) + 1))
        for sender in agents:
            assert [each.body for each in messages.values() if each.sender == sender] == schedule.sent[sender, reader]
