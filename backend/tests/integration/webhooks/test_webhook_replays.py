"""Dead letters that are processed again, many at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import text

from backend.settings import Settings
from backend.tests.delivering import Ground, Hooks, generic
from backend.webhooks.delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection


pytestmark = pytest.mark.anyio

ONCE: Final = Settings(webhook_attempts=1)


async def dead(hooks: Hooks, number: int, *, event: str = "test") -> Sequence[str]:
    """Deliver what cannot be processed, and return the ids when all of it is dead."""
    stored = [await hooks.accept(generic(event, id=f"{event} {each}")) for each in range(number)]
    for identifier in stored:
        await hooks.until(identifier, "dead")
    return stored


async def replay_many(hooks: Hooks, **selection: object) -> int:
    response = await hooks.client.post("/api/webhooks/dead-letters/replay", json=selection)
    assert response.status_code == 200, response.text
    replayed: int = response.json()["replayed"]
    return replayed


@dataclass
class Crowd:
    """A handler that fails until it is told not to, and then lets nobody go before so many are in it at once.

    Attributes:
        expected: how many.
        most: the greatest number that was in it at once.
        seen: the deliveries that it was called with since it does not fail any more.
    """

    expected: int
    most: int = 0
    healed: bool = False
    inside: int = 0
    seen: list[str] = field(default_factory=list)
    full: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, delivery: Delivery, connection: AsyncConnection, /) -> None:
        if not self.healed:
            raise ValueError("not yet")
        self.seen.append(delivery.id)
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside == self.expected:
            self.full.set()
        await self.go_on.wait()
        await connection.execute(text("SELECT 1"))
        self.inside -= 1


async def test_webhook_dead_letter_queue_replays_many_in_bounded_concurrency(ground: Ground) -> None:
    crowd = Crowd(expected=3)
    settings = ONCE.model_copy(update={"webhook_concurrency": 3})
    async with ground.running(settings, handler=crowd, worker=True) as hooks:
        letters = await dead(hooks, 25)
        crowd.healed = True
        assert await replay_many(hooks) == 25
        await crowd.full.wait()
        crowd.go_on.set()
        for identifier in letters:
            await hooks.until(identifier, "processed")
    assert crowd.most == 3
    assert sorted(crowd.seen) == sorted(letters)


async def test_what_is_fresh_goes_before_what_is_replayed(ground: Ground) -> None:
    crowd = Crowd(expected=1)
    settings = ONCE.model_copy(update={"webhook_concurrency": 1})  # of two at once, one may overtake the other
    async with ground.running(settings, handler=crowd, worker=True) as hooks:
        letters = await dead(hooks, 15)
        crowd.healed = True
        assert await replay_many(hooks) == 15
        await crowd.full.wait()
        fresh = await hooks.accept(generic("fresh"))
        crowd.go_on.set()
        for identifier in (*letters, fresh):
            await hooks.until(identifier, "processed")
    assert crowd.seen.index(fresh) <= 2, "only those that were taken before are before it"


async def test_the_dead_letters_of_a_source_or_an_event_are_replayed(ground: Ground) -> None:
    crowd = Crowd(expected=1)
    crowd.go_on.set()
    async with ground.running(ONCE, handler=crowd, worker=True) as hooks:
        ordered = await dead(hooks, 4, event="order.paid")
        others = await dead(hooks, 2)
        crowd.healed = True
        assert await replay_many(hooks, source="stripe") == 0
        assert await replay_many(hooks, event="test", source="generic") == 2
        for identifier in others:
            await hooks.until(identifier, "processed")
        assert sorted(each["id"] for each in await hooks.list("dead-letters")) == sorted(ordered)
        assert await replay_many(hooks, limit=3) == 3
        assert await replay_many(hooks) == 1
        for identifier in ordered:
            await hooks.until(identifier, "processed")
        assert (await hooks.client.post("/api/webhooks/dead-letters/replay", json={"limit": 0})).status_code == 422
