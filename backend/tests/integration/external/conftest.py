"""Providers that are replayed from the repository's cassettes, by tests with the marker `vcr`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from backend.llm.accounts import accounts
from backend.providers.registry import PROVIDERS
from backend.tests.application import HOST
from backend.tests.chatting import KEY, Asking, Service
from backend.tests.unit.providers.tapes import CASSETTES

if TYPE_CHECKING:
    from vcr.cassette import Cassette

    from backend.tests.virtual_clock import VirtualClock


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    return str(CASSETTES)


@pytest.fixture
def vcr_config() -> dict[str, object]:
    """Compare all that is sent but the headers, and leave the service itself alone, which vcrpy would replay, too.

    There is no `record_mode`, which would win over the one of the command line.
    """
    compared = ("method", "scheme", "host", "port", "path", "query", "body")
    return {"match_on": compared, "ignore_hosts": [HOST]}


@pytest.fixture
def tape(vcr: Cassette | None) -> Cassette:
    """Return the cassette; here it is only replayed."""
    if vcr is None or not vcr.write_protected:
        pytest.skip("cassettes are recorded with `nox -s record -- PROVIDER`")
    return vcr


@pytest.fixture
def service(anyio_backend: str, database_url: str, redis_url: str, clock: VirtualClock, tape: Cassette) -> Service:
    """Return a service whose providers are at their own addresses, where only a cassette answers."""
    known = accounts(PROVIDERS, {f"{name.upper()}_API_KEY": KEY for name in PROVIDERS})
    return Service(database_url=database_url, redis_url=redis_url, clock=clock, accounts=known)


@pytest.fixture
async def backend(service: Service, tape: Cassette) -> AsyncIterator[Asking]:
    """Give the service, which does not try again; it has to play all that is on the cassette."""
    async with service.running() as backend:
        yield backend
    assert tape.all_played
    assert len(backend.asked) == tape.play_count
