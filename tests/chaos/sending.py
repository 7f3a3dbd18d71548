"""Senders of webhooks: each sends a delivery again until it is acknowledged, as providers do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import httpx

from tests.chaos.deliveries import Sent

_PAUSE: Final = 0.05
"""Seconds before a delivery is sent again; providers wait for longer, and would find less to break."""

Pace: TypeAlias = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Sending:
    """What came of a load.

    Attributes:
        acknowledged: the ids that were answered with 200, to ours.
        answers: how often which status came; 0 is no answer at all.
        duplicates: acknowledged as such: the first acknowledgement was lost.
        hurried: how many 503 came without `Retry-After`.
    """

    acknowledged: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    duplicates: int = 0
    hurried: int = 0

    def note(self, sent: Sent, answer: httpx.Response | None) -> bool:
        """Count an answer, and tell whether it acknowledges."""
        status = 0 if answer is None else answer.status_code
        self.answers[status] += 1
        if answer is None or status != 200:
            self.hurried += answer is not None and status == 503 and "retry-after" not in answer.headers
            return False
        found: Mapping[str, object] = answer.json()
        self.acknowledged[sent.id] = str(found["id"])
        self.duplicates += found["duplicate"] is True
        return True


async def send_all(url: str, deliveries: Iterable[Sent], sending: Sending, *, senders: int, pace: Pace) -> None:
    """Send genuine deliveries until all are acknowledged, and forged ones once.

    Args:
        url: of the service.
        deliveries: in the order in which they are sent.
        sending: takes what comes of it.
        senders: how many send at a time.
        pace: waits before each new delivery.
    """
    waiting = iter(deliveries)
    async with httpx.AsyncClient(base_url=url, timeout=30) as client, asyncio.TaskGroup() as group:
        for _ in range(senders):
            group.create_task(_send(client, waiting, sending, pace))


async def _send(client: httpx.AsyncClient, waiting: Iterable[Sent], sending: Sending, pace: Pace) -> None:
    for sent in waiting:
        await pace()
        while not sending.note(sent, await _post(client, sent)) and sent.genuine:
            await asyncio.sleep(_PAUSE)


async def _post(client: httpx.AsyncClient, sent: Sent) -> httpx.Response | None:
    signed = sent.signed()
    try:
        return await client.post(signed.path, content=signed.body, headers=signed.headers)
    except httpx.TransportError:
        return None
