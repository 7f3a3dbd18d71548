"""Agents that write and read at random, all at once and through several processes."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence

from backend.messages.message import Message, Receipt, Wanted
from backend.tests.unit.messages.mail import Mail

END = "end"
"""The message after which a reader stops."""


class Schedule:
    """What happens at random.

    Attributes:
        sent: what each sender sent to each recipient, in this order.
    """

    def __init__(self, processes: Sequence[Mail], agents: Sequence[str], chance: random.Random) -> None:
        self._processes = processes
        self._agents = agents
        self._chance = chance
        self.sent: dict[tuple[str, str], list[str]] = defaultdict(list)

    async def write(self, sender: str, count: int) -> None:
        """Send messages one after the other; some with a key, by each process at the same time."""
        for number in range(count):
            body = f"{sender} {number}"
            recipient = self._chance.choice(self._agents) if self._chance.random() < 0.7 else None
            if self._chance.random() < 0.4:
                sending = [self._send(process, sender, recipient, body, f"{number}") for process in self._processes]
                assert len(set(await asyncio.gather(*sending))) == 1
            else:
                await self._send(self._any(), sender, recipient, body, None)
            for each in [recipient] if recipient else set(self._agents) - {sender}:
                self.sent[sender, each].append(body)

    async def read(self, reader: str) -> dict[int, Message]:
        """Read until the end, and return by their numbers all messages that were seen, in the order of the first time.

        Now and then the reader acknowledges, and now and then it forgets where it was.
        """
        found: dict[int, Message] = {}
        after: int | None = None
        while not any(message.body == END for message in found.values()):
            page = await self._any().inboxes.read(reader, Wanted(after=after, limit=self._chance.randrange(1, 8)), 60)
            for message in page.messages:
                assert found.setdefault(message.number, message) == message
            after = page.next
            if self._chance.random() < 0.3:
                await self._any().inboxes.acknowledge(reader, after)
            if self._chance.random() < 0.2:
                after = None
        return found

    def _any(self) -> Mail:
        return self._chance.choice(self._processes)

    async def _send(self, process: Mail, sender: str, recipient: str | None, body: str, key: str | None) -> Receipt:
        if recipient is None:
            return await process.outbox.broadcast(sender, body, key)
        return await process.outbox.send(sender, recipient, body, key)
