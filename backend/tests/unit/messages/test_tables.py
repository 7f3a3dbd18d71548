from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.tests.unit.messages.mail import Mail, mail

__all__ = ["mail"]

pytestmark = pytest.mark.anyio

MESSAGE = "INSERT INTO messages SELECT 'msg_2', sender, body, sent_at, 1, idempotency_key, digest FROM messages"
ENTRY = "INSERT INTO inbox_entries SELECT recipient, {number}, {message}, sender, {kind} FROM inbox_entries"


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        (MESSAGE, "uq_messages_sender"),
        (MESSAGE.replace("msg_2', sender", "msg_2', 'agt_none'"), "fk_messages_sender"),
        (ENTRY.format(number=1, message="message", kind="kind"), "pk_inbox_entries"),
        (ENTRY.format(number=2, message="'msg_none'", kind="kind"), "fk_inbox_entries_message"),
        (ENTRY.format(number=2, message="message", kind="'public'"), "ck_inbox_entries_kind"),
        ("INSERT INTO inboxes (agent, last) VALUES ('agt_none', 1)", "fk_inboxes_agent"),
    ],
)
async def test_the_database_itself_refuses(mail: Mail, engine: AsyncEngine, statement: str, constraint: str) -> None:
    [agent] = await mail.agents(1)
    await mail.outbox.send(agent, agent, "x", "key")
    with pytest.raises(IntegrityError, match=constraint):
        async with engine.begin() as connection:
            await connection.execute(text(statement))
