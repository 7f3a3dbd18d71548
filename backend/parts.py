"""The composition root: makes every part of the service, and hands each what it stands on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.agents.store import AgentStore
from backend.cache.client import make_client as make_cache_client
from backend.cache.store import Cache
from backend.chat.exchange import Exchange
from backend.chat.service import Chat
from backend.clock import Chance, Clock, SystemClock, system_chance
from backend.collaboration.conductor import Conductor
from backend.collaboration.service import Collaborations
from backend.collaboration.store import CollaborationStore
from backend.collaboration.sweep import Sweep
from backend.collaboration.workflow import WORKFLOW as COLLABORATION
from backend.collaboration.workflow import Conducting
from backend.database.engine import make_durable_engine, make_engine
from backend.durable.engine import Engine
from backend.endpoint.relay import Relay
from backend.fetch.service import Fetcher
from backend.health.checks import Health
from backend.llm.accounts import Account
from backend.messages.inboxes import Inboxes
from backend.messages.outbox import Outbox
from backend.notifications.notifications import Notifications
from backend.outgoing.breakers.breakers import Breakers
from backend.outgoing.client import make_client
from backend.outgoing.guard import GuardedTransport
from backend.outgoing.resolving import Resolver, SystemResolver
from backend.outgoing.retries import Retrier
from backend.settings import Settings
from backend.shared.document import Space
from backend.shared.history import History
from backend.shared.store import SharedStore
from backend.shared.watching import Watcher
from backend.webhooks.intake import Intake
from backend.webhooks.processing.dead_letters import DeadLetters
from backend.webhooks.processing.handlers import Handlers
from backend.webhooks.processing.inspection import bundled_contracts
from backend.webhooks.processing.processor import Processor
from backend.webhooks.reception import Reception
from backend.webhooks.secrets import Secrets
from backend.webhooks.store import DeliveryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the service finds outside of itself; tests pass in another one.

    Attributes:
        clock, chance: time and randomness.
        transport: carries requests to providers and the upstream; None is the network.
        resolver: tells the addresses of the hosts that are fetched from; None asks the operating system.
        fetch_transport: carries fetches to addresses that have been checked; None is the network.
        handlers: what is done with deliveries of webhooks.
    """

    clock: Clock = field(default_factory=SystemClock)
    chance: Chance = system_chance
    transport: httpx.AsyncBaseTransport | None = None
    resolver: Resolver | None = None
    fetch_transport: httpx.AsyncBaseTransport | None = None
    handlers: Handlers = field(default_factory=Handlers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the endpoints use; each finds its own in the state of a request, by the name of the field."""

    agents: AgentStore
    cache: Cache
    chat: Chat
    collaboration_store: CollaborationStore
    collaborations: Collaborations
    dead_letters: DeadLetters
    deliveries: DeliveryStore
    fetcher: Fetcher
    health: Health
    inboxes: Inboxes
    notifications: Notifications
    outbox: Outbox
    reception: Reception
    relay: Relay
    resources: SharedStore
    shared_state: SharedStore
    watcher: Watcher

    def state(self) -> dict[str, object]:
        """Return the parts by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@asynccontextmanager
async def assemble(
    settings: Settings, *, database_url: str, redis_url: str, accounts: Mapping[str, Account], world: World = World()
) -> AsyncIterator[Parts]:
    """Make the parts, and close what they opened.

    Args:
        settings: of the service.
        database_url: of a PostgreSQL whose migrations are done.
        redis_url: of a Valkey or Redis.
        accounts: the LLM providers by name.
        world: what is outside of the service.

    Raises:
        StartError: the URLs, or the secrets of webhooks, cannot be used.
    """
    secrets = Secrets.configured(settings)
    engine = make_engine(database_url, settings)
    pool = _processing_pool(database_url, settings)
    processor = Processor(pool, handlers=world.handlers, clock=world.clock, chance=world.chance, settings=settings)
    notifications = Notifications(database_url, settings, world.clock)
    valkey = make_cache_client(redis_url)
    breakers = Breakers(
        valkey,
        world.clock,
        failures=settings.breaker_failures,
        open_for=settings.breaker_open,
        probe_for=settings.breaker_probe,
    )
    retrier = Retrier(world.clock, world.chance)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        stack.push_async_callback(pool.dispose)
        stack.push_async_callback(valkey.aclose)
        stack.push_async_callback(breakers.aclose)
        client = await stack.enter_async_context(make_client(settings, world.transport))
        resolver = world.resolver or SystemResolver(settings.connect_timeout)
        guarded = GuardedTransport(resolver, world.fetch_transport)
        fetching = await stack.enter_async_context(make_client(settings, guarded))
        exchange = Exchange(client=client, breakers=breakers, clock=world.clock, answer_bytes=settings.answer_bytes)
        chat = Chat(accounts, exchange, retrier=retrier, settings=settings)
        conductor = Conductor(engine, chat, notifications, clock=world.clock, chance=world.chance, settings=settings)
        workflows = {**processor.workflows(), COLLABORATION: Conducting(conductor).run}
        durable = Engine(make_durable_engine(database_url, settings), workflows=workflows, settings=settings)
        dispatcher = processor.dispatcher(durable)
        intake = Intake(engine, announce=dispatcher.announce)
        stack.push_async_callback(intake.aclose)
        await stack.enter_async_context(durable.running())
        await stack.enter_async_context(notifications.running())
        if settings.worker:
            await asyncio.to_thread(bundled_contracts)  # before a delivery waits for them
            await stack.enter_async_context(dispatcher.running())
            await stack.enter_async_context(Sweep(engine, durable, world.clock).running())
        cache = Cache(valkey)
        agents = AgentStore(engine, world.clock)
        yield Parts(
            agents=agents,
            cache=cache,
            chat=chat,
            collaboration_store=CollaborationStore(engine),
            collaborations=Collaborations(engine, agents=agents, chat=chat, durable=durable, clock=world.clock),
            dead_letters=DeadLetters(engine, dispatcher.announce),
            deliveries=DeliveryStore(engine),
            fetcher=Fetcher(fetching, breakers=breakers, retrier=retrier, clock=world.clock, settings=settings),
            health=Health(engine=engine, cache=cache, durable=durable, breakers=breakers),
            inboxes=Inboxes(engine, agents, notifications, world.clock),
            notifications=notifications,
            outbox=Outbox(engine, agents, world.clock),
            reception=Reception(intake, clock=world.clock, secrets=secrets, settings=settings),
            relay=Relay(client, breakers=breakers, retrier=retrier, clock=world.clock, settings=settings),
            resources=SharedStore(engine, Space.RESOURCES, clock=world.clock, kept=settings.shared_versions),
            shared_state=SharedStore(engine, Space.STATE, clock=world.clock, kept=settings.shared_versions),
            watcher=Watcher(History(engine), notifications, world.clock),
        )


def _processing_pool(database_url: str, settings: Settings) -> AsyncEngine:
    """Return a pool for attempts, each of which holds a connection while its handler works, and for the dispatcher."""
    return make_engine(database_url, settings.model_copy(update={"pool_size": settings.webhook_concurrency + 4}))
