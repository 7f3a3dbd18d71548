from __future__ import annotations

import pytest
from pydantic import SecretStr

from backend.errors import StartError
from backend.llm.accounts import sandbox_accounts
from backend.parts import World, assemble
from backend.providers.registry import PROVIDERS
from backend.settings import Settings
from backend.tests.application import NOBODY
from backend.tests.network import CountingResolver, CountingTransport

pytestmark = pytest.mark.anyio


async def test_everything_that_was_opened_is_closed(database_url: str, redis_url: str) -> None:
    world = World(transport=CountingTransport(), fetch_transport=CountingTransport(), resolver=CountingResolver())
    accounts = sandbox_accounts(PROVIDERS, NOBODY)
    async with assemble(
        Settings(), database_url=database_url, redis_url=redis_url, accounts=accounts, world=world
    ) as parts:
        assert set(parts.state()) == {
            *("agents", "cache", "chat", "collaboration_store", "collaborations", "dead_letters", "deliveries"),
            *("fetcher", "health", "inboxes"),
            *("notifications", "outbox", "reception", "relay", "resources", "shared_state", "watcher"),
        }
        fetched = await parts.fetcher.fetch("https://api.example.com/data", 0)
    assert fetched.status == 200
    for transport in (world.transport, world.fetch_transport):
        assert isinstance(transport, CountingTransport)
        assert transport.closed


async def test_without_usable_secrets_nothing_is_opened() -> None:
    settings = Settings(webhook_secrets=SecretStr('{"stripe": ""}'))
    with pytest.raises(StartError, match="BACKEND_WEBHOOK_SECRETS"):
        async with assemble(settings, database_url="postgresql://none", redis_url="redis://none", accounts={}):
            raise AssertionError("it was opened")
