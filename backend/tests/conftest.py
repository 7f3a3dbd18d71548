"""What every test of the backend may ask for."""

from __future__ import annotations

import pytest

from backend.tests.services import (
    anyio_backend,
    clock,
    data_directory,
    database_url,
    engine,
    postgres,
    redis_url,
    template,
    valkey,
)

__all__ = [
    "allowed_hosts",
    "anyio_backend",
    "clock",
    "data_directory",
    "database_url",
    "engine",
    "postgres",
    "redis_url",
    "template",
    "valkey",
]


@pytest.fixture
def allowed_hosts() -> list[str]:
    """Return what may be connected to with `--block-network`: the servers of the tests, and nothing else."""
    return [r"127\.0\.0\.1$"]
