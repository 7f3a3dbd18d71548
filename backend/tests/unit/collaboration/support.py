"""Collaborations on a real database, whose agents' provider is in the memory of a test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from backend.cache.client import make_client as make_cache_client
from backend.chat.exchange import Exchange
from backend.chat.service import Chat
from backend.collaboration.builtin import sequential
from backend.collaboration.collaboration import Collaboration, Overview, Status, Step
from backend.collaboration.conductor import Conductor
from backend.collaboration.graph import Graph
from backend.collaboration.ledger import Ledger
from backend.collaboration.store import CollaborationStore
from backend.database.ids import new_id
from backend.llm.accounts import sandbox_accounts
from backend.llm.protocol import Answer, FinishReason, Usage
from backend.notifications.notifications import Notifications
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import make_client
from backend.outgoing.retries import Retrier
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.application import NOBODY
from backend.tests.unit.providers.tapes import requests_and_answers
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

ACCOUNTS: Final = sandbox_accounts(PROVIDERS, NOBODY)
TASK: Final = "Write about the tides in Harwich."
NAMES: Final = ("Ada", "Bob", "Cleo")
RECORDED: Final = json.loads(requests_and_answers("openai", "chat.completions", "plain").body)
SETTINGS: Final = Settings(chat_retries=0, breaker_failures=100, backoff_jitter=0, connect_timeout=60)


async def go_on(_: str) -> None:
    pass


@dataclass
class Provider(httpx.AsyncBaseTransport):
    """OpenAI as it is on our cassettes, but that each agent says its own name.

    Attributes:
        within: is awaited by each call, with the name of the agent, before there is an answer.
        failures: what the next calls of an agent are answered with instead.
        asked: the names of the agents, in the order of the calls.
        prompts: what was asked.
    """

    within: Callable[[str], Awaitable[None]] = go_on
    failures: Mapping[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        prompt = json.loads(await request.aread())["messages"][0]["content"]
        name = prompt.removeprefix("You are ").partition(".")[0].partition(",")[0]
        self.asked.append(name)
        self.prompts.append(prompt)
        await self.within(name)
        if self.failures.get(name):
            return httpx.Response(self.failures[name].pop(0), json={"error": {"message": "not now"}})
        recorded = json.loads(json.dumps(RECORDED))
        recorded["choices"][0]["message"]["content"] = f"{name} says so"
        return httpx.Response(200, json=recorded)


class ManualClock(VirtualClock):
    """Stands still; whoever sleeps on it waits until a test moves it far enough."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.monotonic() + seconds, awake))
        await awake

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        for until, awake in self._sleepers:
            if until <= self.monotonic() and not awake.done():
                awake.set_result(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What brings collaborations forward, and what it stands on."""

    conductor: Conductor
    store: CollaborationStore
    ledger: Ledger
    clock: VirtualClock
    provider: Provider

    async def start(self, graph: Graph | None = None, *, agents: int = 2) -> str:
        """Store a collaboration, and return its id."""
        return await stored(self.store, self.clock, graph or sequential(agents))

    async def steps(self, collaboration: str) -> Mapping[str, Step]:
        return {step.id: step for step in (await self.store.get(collaboration)).steps}

    async def status(self, collaboration: str) -> Status:
        return (await self.store.get(collaboration)).overview.status


@asynccontextmanager
async def bench(
    engine: AsyncEngine,
    database_url: str,
    redis_url: str,
    provider: Provider | None = None,
    *,
    clock: VirtualClock | None = None,
    settings: Settings = SETTINGS,
) -> AsyncIterator[Bench]:
    """Give a conductor whose agents have this provider."""
    provider, clock = provider or Provider(), clock or ManualClock()
    valkey = make_cache_client(redis_url)
    breakers = Breakers(
        valkey, clock, failures=settings.breaker_failures, open_for=settings.breaker_open, probe_for=150
    )
    notifications = Notifications(database_url, settings, clock)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(valkey.aclose)
        stack.push_async_callback(breakers.aclose)
        client = await stack.enter_async_context(make_client(settings, provider))
        await stack.enter_async_context(notifications.running())
        exchange = Exchange(client=client, breakers=breakers, clock=clock, answer_bytes=100_000)
        chat = Chat(ACCOUNTS, exchange, retrier=Retrier(clock, lambda: 0.0), settings=settings)
        conductor = Conductor(engine, chat, notifications, clock=clock, chance=lambda: 0.0, settings=settings)
        yield Bench(
            conductor=conductor,
            store=CollaborationStore(engine),
            ledger=Ledger(engine),
            clock=clock,
            provider=provider,
        )


def made(clock: VirtualClock, graph: Graph, **values: str | None) -> Collaboration:
    """Return a collaboration of agents that are called Ada, Bob and so on."""
    clock.advance(0.001)
    agents = [f"agt_{number:032x}" for number in range(max(step.agent for step in graph))]
    overview = Overview(
        id=new_id("col", clock.now()),
        workflow=values.get("workflow") or "sequential",
        agents=tuple(agents),
        task=values.get("task") or TASK,
        started_by=values.get("started_by"),
        provider=values.get("provider") or "openai",
        model=values.get("model") or "gpt-4.1-mini",
        status=Status.STARTED,
        created_at=clock.now(),
    )
    steps = tuple(
        Step(
            id=step.id,
            agent=agents[step.agent - 1],
            agent_name=NAMES[step.agent - 1],
            template=step.template,
            after=step.after,
        )
        for step in graph
    )
    return Collaboration(overview=overview, steps=steps)


async def stored(store: CollaborationStore, clock: VirtualClock, graph: Graph | None = None) -> str:
    """Store a collaboration, and return its id."""
    new = made(clock, graph or sequential(2))
    assert await store.create(new, None) is None
    return new.overview.id


def answer(message: str = "so it is", model: str = "gpt-4.1-mini-2025-04-14") -> Answer:
    usage = Usage(input_tokens=10, output_tokens=5)
    return Answer(message=message, model=model, finish_reason=FinishReason.STOP, usage=usage)
