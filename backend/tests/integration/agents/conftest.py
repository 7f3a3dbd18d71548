"""Services on one database, and the provider that their agents ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import httpx
import pytest

from backend.parts import World
from backend.settings import Settings
from backend.tests.application import client, make_app
from backend.tests.integration.agents.office import Office
from backend.tests.integration.agents.relay import PROVIDER, Relay, relaying
from backend.tests.listening import listening
from backend.tests.service_process import service
from backend.tests.unit.notifications.waiting import StandingClock
from backend.tests.unit.providers.tapes import CASSETTES
from tapecheck.testing import stand_in

if TYPE_CHECKING:
    from backend.tests.integration.agents.crew import Services

__all__ = ["client"]


@pytest.fixture
def settings() -> Settings:
    """Return the settings of `services`, which a test may choose by a parameter of this name."""
    return Settings()


@pytest.fixture
async def services(
    anyio_backend: str, database_url: str, redis_url: str, settings: Settings
) -> AsyncIterator[Services]:
    """Clients of two services on one database; their time stands still, so that no wait is ever over by itself.

    Nor is the pause after a connection that failed: each has all the time it needs.
    """
    patient = settings.model_copy(update={"connect_timeout": 60})
    async with AsyncExitStack() as stack:
        worlds = [World(clock=StandingClock()) for _ in range(2)]
        apps = [make_app(database_url, redis_url, settings=patient, world=world) for world in worlds]
        one, other = [await stack.enter_async_context(listening(app)) for app in apps]
        yield one, other


@pytest.fixture
async def process(anyio_backend: str, database_url: str, redis_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service in a process of its own, which does no durable work."""
    with service(DATABASE_URL=database_url, REDIS_URL=redis_url, BACKEND_WORKER="false") as running:
        async with httpx.AsyncClient(base_url=running.url, timeout=60) as client:
            yield client


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The URL of a stand-in that answers from the repository's cassettes."""
    with stand_in(cassettes=[CASSETTES / PROVIDER], providers=[PROVIDER]) as url:
        yield url


@pytest.fixture
async def relay(anyio_backend: str, provider: str) -> AsyncIterator[Relay]:
    """What notes and holds the questions to the provider."""
    async with relaying(provider) as relay:
        yield relay


@pytest.fixture
def office(database_url: str, redis_url: str, relay: Relay) -> Office:
    """Return what services of a test stand on whose agents work together."""
    return Office(database_url=database_url, redis_url=redis_url, relay=relay)
