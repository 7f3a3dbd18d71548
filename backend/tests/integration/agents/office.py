"""Services whose agents work together, and their collaborations as these show them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from backend.llm.accounts import sandbox_accounts
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.application import client_of, make_app
from backend.tests.delivering import until
from backend.tests.integration.agents.crew import Shown, answered
from backend.tests.integration.agents.relay import PROVIDER

if TYPE_CHECKING:
    from backend.tests.integration.agents.relay import Relay

SETTINGS: Final = Settings(
    chat_retries=0,
    breaker_failures=100,
    backoff_jitter=0,
    collaboration_backoff_initial=0.01,
    adopt_every=0.2,
)
TASK: Final = "Research and write article"
PATH: Final = "/api/collaboration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A service whose agents work together."""

    client: httpx.AsyncClient

    async def start(self, agents: Sequence[str], workflow: str = "sequential", **more: object) -> str:
        """Start a collaboration, and return its id."""
        body = {"agents": list(agents), "task": TASK, "workflow": workflow, **more}
        identifier: str = answered(await self.client.post(PATH, json=body))["id"]
        return identifier

    async def show(self, identifier: str) -> Shown:
        return answered(await self.client.get(f"{PATH}/{identifier}"))

    async def cancel(self, identifier: str) -> httpx.Response:
        return await self.client.post(f"{PATH}/{identifier}/cancel")

    async def until_ended(self, identifier: str) -> Shown:
        """Return a collaboration when it has ended."""

        async def look() -> Shown | None:
            shown = await self.show(identifier)
            return shown if shown["ended_at"] else None

        return await until(look)

    async def until_steps(self, identifier: str, *statuses: str) -> Shown:
        """Return a collaboration when its steps have come so far."""

        async def look() -> Shown | None:
            shown = await self.show(identifier)
            return shown if told(shown, "status") == list(statuses) else None

        return await until(look)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What services stand on, and what is left when they stop."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    relay: Relay

    @asynccontextmanager
    async def running(self, *, worker: bool = True) -> AsyncIterator[Together]:
        """Run a service in this process, which can have one that works."""
        accounts = sandbox_accounts(PROVIDERS, self.relay.url)
        app = make_app(self.database_url, self.redis_url, settings=SETTINGS, accounts=accounts, worker=worker)
        async with client_of(app) as client:
            yield Together(client=client)

    @property
    def variables(self) -> Mapping[str, str]:
        """The variables of a service in a process of its own."""
        name = PROVIDER.upper()
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            f"{name}_API_KEY": "sandbox-key",
            f"{name}_BASE_URL": f"{self.relay.url}/{PROVIDER}/v1",
            "BACKEND_CHAT_RETRIES": "0",
        }


def told(shown: Shown, name: str) -> list[object]:
    """Return a field of each step."""
    return [step[name] for step in shown["steps"]]
