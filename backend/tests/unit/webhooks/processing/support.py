"""Stored deliveries, scripted handlers, and workflows in the memory of a test."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from backend.clock import Chance
from backend.database.ids import new_id
from backend.durable.workflow import JSON, Condition, WorkflowStatus
from backend.settings import Settings
from backend.tests.virtual_clock import VirtualClock
from backend.webhooks.delivery import Delivery, Status
from backend.webhooks.processing.attempts import Attempts
from backend.webhooks.processing.handlers import Handlers, journal
from backend.webhooks.processing.inspection import Inspector, bundled_contracts
from backend.webhooks.processing.workflow import Processing
from backend.webhooks.source import Source
from backend.webhooks.tables import AttemptRow, DeliveryRow, EventRow

SETTINGS = Settings(backoff_jitter=0.5)


async def store(engine: AsyncEngine, clock: VirtualClock, **values: object) -> str:
    """Store a delivery as the reception does, and return its id."""
    clock.advance(0.001)
    identifier = new_id("whd", clock.now())
    row = {
        "id": identifier,
        "source": "shopify",
        "delivery_id": f"of {identifier}",
        "event": "orders/create",
        "headers": [["content-type", "application/json"]],
        "body": identifier.encode(),
        "received_at": clock.now(),
        "status": Status.RECEIVED,
        **values,
    }
    body = row["body"]
    assert isinstance(body, bytes)
    row["digest"] = hashlib.sha256(body).digest()
    async with engine.begin() as connection:
        await connection.execute(insert(DeliveryRow), row)
    return identifier


async def state(engine: AsyncEngine, delivery: str) -> DeliveryRow:
    """Return the row of a delivery."""
    async with AsyncSession(engine) as session:
        return await session.get_one(DeliveryRow, delivery)


async def attempts_of(engine: AsyncEngine, delivery: str) -> Sequence[AttemptRow]:
    """Return the attempts that were recorded, in order."""
    query = select(AttemptRow).where(AttemptRow.delivery == delivery).order_by(AttemptRow.run, AttemptRow.number)
    async with AsyncSession(engine) as session:
        return (await session.scalars(query)).all()


async def effects_of(engine: AsyncEngine, delivery: str) -> int:
    """Return how often an event is in the journal."""
    query = select(func.count()).select_from(EventRow).where(EventRow.delivery == delivery)
    async with engine.connect() as connection:
        return await connection.scalar(query) or 0


@dataclass
class Script:
    """A handler that enters the event into the journal, and then raises what the script says; at its end, nothing.

    Attributes:
        clock: tells when.
        errors: what each call raises; None is a success.
        seen: the deliveries it was called with.
    """

    clock: VirtualClock
    errors: Sequence[BaseException | None] = ()
    seen: list[Delivery] = field(default_factory=list)

    async def __call__(self, delivery: Delivery, connection: AsyncConnection, /) -> None:
        call = len(self.seen)
        self.seen.append(delivery)
        await journal(self.clock)(delivery, connection)
        if call < len(self.errors) and (error := self.errors[call]) is not None:
            raise error


def make_attempts(  # each test names what it needs
    engine: AsyncEngine,
    clock: VirtualClock,
    handlers: Handlers | None = None,
    *,
    settings: Settings = SETTINGS,
    chance: Chance = lambda: 0.0,
    inspector: Inspector | None = None,
) -> Attempts:
    """Return attempts; by default there are no contracts."""
    return Attempts(
        engine,
        handlers=handlers or Handlers(),
        inspector=inspector or no_contracts(),
        clock=clock,
        chance=chance,
        settings=settings,
    )


def no_contracts() -> Inspector:
    nothing: Mapping[str, Source] = {}
    return Inspector(bundled_contracts, nothing)


@dataclass
class MemoryContext:
    """A workflow's context in memory: finished steps and pauses are kept, so that a second run goes on where one broke.

    Attributes:
        clock: lets pauses pass.
        id: of the workflow.
        kept: what each step returned, None for a pause.
        cut: called behind each step, before its result is kept.
    """

    clock: VirtualClock
    id: str = "any"
    kept: list[JSON] = field(default_factory=list)
    cut: Callable[[], None] = lambda: None
    _position: int = 0

    def resumed(self) -> MemoryContext:
        """Return the context of the same workflow in another process."""
        return MemoryContext(clock=self.clock, id=self.id, kept=self.kept)

    async def step(self, name: str, function: Callable[..., Awaitable[JSON]], *arguments: JSON) -> JSON:
        if self._position == len(self.kept):
            result = await function(*arguments)
            self.cut()
            self.kept.append(result)
        self._position += 1
        return self.kept[self._position - 1]

    async def sleep(self, seconds: float) -> None:
        if self._position == len(self.kept):
            await self.clock.sleep(seconds)
            self.kept.append(None)
        self._position += 1


@dataclass
class MemoryEngine:
    """Remembers which workflows were started, and runs them when it is told to.

    Attributes:
        clock: lets their pauses pass.
        started: their arguments, by id, in the order of their starts.
        conditions: how it stands with those that are not running.
    """

    clock: VirtualClock
    started: dict[str, tuple[JSON, ...]] = field(default_factory=dict)
    conditions: dict[str, Condition] = field(default_factory=dict)

    async def start(self, workflow: str, id: str, *arguments: JSON) -> None:  # noqa: A002
        assert workflow == "webhook"
        self.started.setdefault(id, arguments)

    async def status(self, id: str) -> WorkflowStatus | None:  # noqa: A002
        if id not in self.started and id not in self.conditions:
            return None
        condition = self.conditions.get(id, Condition.RUNNING)
        return WorkflowStatus(id=id, workflow="webhook", condition=condition, executor=None, error=None, result=None)

    async def run(self, attempts: Attempts) -> None:
        """Run all that were started to their ends."""
        for name, (delivery, run) in self.started.items():
            assert isinstance(delivery, str)
            assert isinstance(run, int)
            await Processing(attempts).run(MemoryContext(self.clock, name), delivery, run)
            self.conditions[name] = Condition.SUCCEEDED
