"""A stand-in for every provider, for the official clients to talk to; nothing but this machine may be asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tapecheck.checking import sound
from tapecheck.serving import Server, StandIn, Tapes

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests off the network."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.block_network(allowed_hosts=["127.0.0.1"]))


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Where the stand-in listens."""
    contracts = sound(ROOT / "contracts")
    tapes = Tapes.load([ROOT / "cassettes"], contracts)
    assert not tapes.problems
    with Server(StandIn(contracts, tapes).answer) as server:
        yield server.url
