"""Sending: a message is stored and entered into every inbox that it is for by one transaction, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.agents.agent import Maturity
from backend.agents.maturity import require
from backend.agents.store import AgentStore
from backend.clock import Clock
from backend.database.ids import new_id
from backend.database.working import working
from backend.errors import KeyReusedError
from backend.messages import topics
from backend.messages.message import Kind, Receipt
from backend.notifications.sending import notify


def _statement(recipients: str) -> TextClause:
    """Return what sends a message to those agents whom a condition chooses.

    The key is taken before any inbox is locked, and inboxes are locked in the order of their agents' ids, so that
    transactions never wait for each other in a circle. All parts of the statement see the same agents.
    """
    return text(f"""
        WITH recipients AS (
            SELECT id FROM agents WHERE {recipients}
        ),
        stored AS (
            INSERT INTO messages (id, sender, body, sent_at, idempotency_key, digest, recipients)
            SELECT :id, :sender, :body, :sent_at, :key, :digest, (SELECT count(*) FROM recipients)
            ON CONFLICT (sender, idempotency_key) DO NOTHING
            RETURNING id, recipients
        ),
        opened AS (
            INSERT INTO inboxes (agent, last)
            SELECT recipients.id, 1 FROM stored, recipients ORDER BY recipients.id
            ON CONFLICT (agent) DO UPDATE SET last = inboxes.last + 1
            RETURNING agent, last
        ),
        entered AS (
            INSERT INTO inbox_entries (recipient, number, message, sender, kind)
            SELECT agent, last, :id, :sender, :kind FROM opened
        )
        SELECT id, recipients FROM stored
    """)  # noqa: S608 - of constants


_PRIVATE: Final = _statement("id = :recipient")
_BROADCAST: Final = _statement("id <> :sender")
_FIND: Final = text("SELECT id, recipients, digest FROM messages WHERE sender = :sender AND idempotency_key = :key")


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends messages.

    Every method raises `NotFoundError` where there is no such agent, `ForbiddenError` where the sender is not mature
    enough, `KeyReusedError` where its key came with another message, and `UnavailableError` when the database cannot
    be used now.

    A message with the idempotency key of an earlier one is not sent: the receipt is the earlier one's. Keys are the
    sender's own, and never forgotten.

    Args:
        engine: of a database whose migrations are done.
        agents: who there is.
        clock: tells when a message is sent.
    """

    _engine: AsyncEngine
    _agents: AgentStore
    _clock: Clock

    async def send(self, sender: str, recipient: str, body: str, key: str | None = None) -> Receipt:
        """Send a private message, for which a sender is at least INTERN; it may be the recipient, too."""
        require(await self._agents.get(sender), Maturity.INTERN, "send private messages")
        await self._agents.get(recipient)
        parameters = {"sender": sender, "kind": Kind.PRIVATE, "recipient": recipient, "body": body, "key": key}
        return await self._send(_PRIVATE, parameters, topics.inbox(recipient))

    async def broadcast(self, sender: str, body: str, key: str | None = None) -> Receipt:
        """Send a message to all other agents that there are now, for which a sender is at least SUPERVISED."""
        require(await self._agents.get(sender), Maturity.SUPERVISED, "broadcast")
        parameters = {"sender": sender, "kind": Kind.BROADCAST, "body": body, "key": key}
        return await self._send(_BROADCAST, parameters, topics.ALL)

    async def _send(self, statement: TextClause, parameters: Mapping[str, str | None], topic: str) -> Receipt:
        now = self._clock.now()
        digest = _digest(parameters)
        made = {"id": new_id("msg", now), "sent_at": now, "digest": digest}
        async with working(self._engine), self._engine.begin() as connection:
            await notify(connection, topic)  # first, as the locks of the inboxes are held until the commit
            stored = (await connection.execute(statement, {**parameters, **made})).one_or_none()
            if stored is None:
                return await _first_receipt(connection, parameters, digest)
        return Receipt(id=stored.id, recipients=stored.recipients)


async def _first_receipt(connection: AsyncConnection, parameters: Mapping[str, str | None], digest: bytes) -> Receipt:
    """Return the receipt of the message that came with the same key before."""
    keyed = {"sender": parameters["sender"], "key": parameters["key"]}
    first = (await connection.execute(_FIND, keyed)).one()
    if first.digest != digest:
        raise KeyReusedError(
            f"the Idempotency-Key came with another message, {first.id!r}: send this one with a key of its own"
        )
    return Receipt(id=first.id, recipients=first.recipients)


def _digest(parameters: Mapping[str, str | None]) -> bytes:
    """Return what is the same for messages that say the same to the same."""
    return hashlib.sha256(orjson.dumps([parameters["kind"], parameters.get("recipient"), parameters["body"]])).digest()
