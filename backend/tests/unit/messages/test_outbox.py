from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.agents.agent import Maturity
from backend.errors import ForbiddenError, KeyReusedError, NotFoundError
from backend.messages.message import Kind, Message
from backend.tests.unit.messages.mail import Mail, mail

__all__ = ["mail"]

pytestmark = pytest.mark.anyio


def said(messages: list[Message]) -> list[tuple[int, str, Kind, str]]:
    return [(each.number, each.sender, each.kind, each.body) for each in messages]


async def test_a_private_message_comes_to_one_inbox(mail: Mail) -> None:
    one, two, three = await mail.agents(3)
    first = await mail.outbox.send(one, two, "Hello,\nvärde 🌊")
    second = await mail.outbox.send(three, two, "Ahoy")
    assert (first.recipients, second.recipients) == (1, 1)
    assert first.id != second.id
    found = await mail.inbox(two)
    assert said(found) == [(1, one, Kind.PRIVATE, "Hello,\nvärde 🌊"), (2, three, Kind.PRIVATE, "Ahoy")]
    assert [each.id for each in found] == [first.id, second.id]
    assert found[0].sent_at == mail.clock.now()
    assert await mail.inbox(one) == await mail.inbox(three) == []


async def test_a_broadcast_comes_to_all_others_that_there_are(mail: Mail) -> None:
    one, two, three = await mail.agents(3)
    await mail.outbox.send(one, two, "before")
    receipt = await mail.outbox.broadcast(one, "to all")
    [late] = await mail.agents(1)
    assert receipt.recipients == 2
    assert said(await mail.inbox(two))[-1] == (2, one, Kind.BROADCAST, "to all")
    assert said(await mail.inbox(three)) == [(1, one, Kind.BROADCAST, "to all")]
    assert {each.id for agent in (two, three) for each in await mail.inbox(agent, after=0)} >= {receipt.id}
    assert await mail.inbox(one) == await mail.inbox(late) == []


async def test_a_broadcast_of_the_only_agent_comes_to_nobody(mail: Mail) -> None:
    [alone] = await mail.agents(1)
    assert (await mail.outbox.broadcast(alone, "is anybody there?")).recipients == 0


async def test_an_agent_may_write_to_itself(mail: Mail) -> None:
    [alone] = await mail.agents(1)
    await mail.outbox.send(alone, alone, "remember the tide")
    assert said(await mail.inbox(alone)) == [(1, alone, Kind.PRIVATE, "remember the tide")]


@pytest.mark.parametrize(
    ("maturity", "may"),
    [
        (Maturity.STUDENT, (False, False)),
        (Maturity.INTERN, (True, False)),
        (Maturity.SUPERVISED, (True, True)),
        (Maturity.AUTONOMOUS, (True, True)),
    ],
)
async def test_who_may_send_what(mail: Mail, maturity: Maturity, may: tuple[bool, bool]) -> None:
    [other] = await mail.agents(1)
    [sender] = await mail.agents(1, maturity)
    for allowed, needed, sending in (
        (may[0], "INTERN", mail.outbox.send(sender, other, "x")),
        (may[1], "SUPERVISED", mail.outbox.broadcast(sender, "x")),
    ):
        if allowed:
            await sending
        else:
            with pytest.raises(ForbiddenError, match=needed):
                await sending
    assert len(await mail.inbox(other)) == sum(may)


async def test_both_agents_have_to_be_there(mail: Mail) -> None:
    [agent] = await mail.agents(1)
    nobody = "agt_" + "0" * 32
    for sending in (
        mail.outbox.send(agent, nobody, "x"),
        mail.outbox.send(nobody, agent, "x"),
        mail.outbox.broadcast(nobody, "x"),
    ):
        with pytest.raises(NotFoundError, match=nobody):
            await sending
    assert await mail.inbox(agent) == []


async def test_a_key_is_answered_as_the_first_time_and_nothing_is_sent(mail: Mail) -> None:
    one, two, three = await mail.agents(3)
    private = [await mail.outbox.send(one, two, "once", "k") for _ in range(3)]
    to_all = [await mail.outbox.broadcast(three, "once", "k") for _ in range(3)]  # keys are each sender's own
    await mail.agents(1)
    assert await mail.outbox.broadcast(three, "once", "k") == to_all[0]
    assert len({*private, *to_all}) == 2
    assert to_all[0].recipients == 2
    assert [each.body for each in await mail.inbox(two)] == ["once", "once"]


async def test_a_key_that_came_with_another_message_is_refused(mail: Mail) -> None:
    one, two, three = await mail.agents(3)
    first = await mail.outbox.send(one, two, "once", "k")
    for sending in (
        mail.outbox.send(one, two, "twice", "k"),
        mail.outbox.send(one, three, "once", "k"),
        mail.outbox.broadcast(one, "once", "k"),
    ):
        with pytest.raises(KeyReusedError, match=first.id):
            await sending
    assert await mail.inbox(three) == []


async def test_of_many_with_one_key_at_once_one_is_sent(mail: Mail) -> None:
    one, two = await mail.agents(2)
    receipts = await asyncio.gather(*(mail.outbox.send(one, two, "once", "k") for _ in range(20)))
    assert len(set(receipts)) == 1
    assert len(await mail.inbox(two)) == 1


async def test_a_sending_that_fails_leaves_nothing(mail: Mail, engine: AsyncEngine) -> None:
    one, two = await mail.agents(2)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE inbox_entries ADD CONSTRAINT none CHECK (number > 5) NOT VALID"))
    with pytest.raises(IntegrityError):
        await mail.outbox.broadcast(one, "lost", "k")
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE inbox_entries DROP CONSTRAINT none"))
    assert await mail.inbox(two) == []
    await mail.outbox.broadcast(one, "found", "k")
    assert said(await mail.inbox(two)) == [(1, one, Kind.BROADCAST, "found")]
