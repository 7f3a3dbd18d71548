"""A service that takes deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backend.tests.delivering import Ground

if TYPE_CHECKING:
    from backend.tests.virtual_clock import VirtualClock


@pytest.fixture
def ground(anyio_backend: str, database_url: str, redis_url: str, clock: VirtualClock) -> Ground:
    """Return what services of a test stand on; their time stands still."""
    return Ground(database_url=database_url, redis_url=redis_url, clock=clock)
