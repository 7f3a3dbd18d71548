"""The servers that tests run on, as fixtures to be imported into a `conftest.py`; each starts when a test needs it."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import redis
from psycopg import sql
from sqlalchemy import make_url

from backend.database import migrate
from backend.database.engine import make_engine
from backend.embedded.account import server_account
from backend.embedded.data_directory import DataDirectory, claim
from backend.embedded.postgres import Postgres
from backend.embedded.valkey import Valkey
from backend.settings import Settings
from backend.tests.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = [
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


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """Yield a directory that the servers' user may enter, which is not so of pytest's when root runs it."""
    account = server_account()
    places = [Path(tempfile.gettempdir()), Path("/var/tmp")]
    place = next((place for place in places if account is None or account.may_enter(place)), places[0])
    with tempfile.TemporaryDirectory(prefix="tapecheck-", dir=place) as name:
        path = Path(name)
        path.chmod(0o711)
        yield path


@contextmanager
def administration(postgres: Postgres) -> Iterator[psycopg.Connection]:
    """Connect to the server outside of any test's database."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        yield connection


def url_of(postgres: Postgres, database: str) -> str:
    """Return the URL of a database on the server."""
    return make_url(postgres.url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(scope="session")
def data_directory() -> Iterator[DataDirectory]:
    with temporary_directory() as path, claim(path) as directory:
        yield directory


@pytest.fixture(scope="session")
def postgres(data_directory: DataDirectory) -> Iterator[Postgres]:
    server = Postgres(data_directory, durable=False)
    with server.running():
        yield server


@pytest.fixture(scope="session")
def valkey(data_directory: DataDirectory) -> Iterator[Valkey]:
    server = Valkey(data_directory, durable=False)
    with server.running():
        yield server


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """Return the name of a database whose migrations are done."""
    name = "template_backend"
    with administration(postgres) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    migrate.upgrade(url_of(postgres, name))
    return name


@pytest.fixture
def database_url(postgres: Postgres, template: str) -> Iterator[str]:
    """Return the URL of a fresh database whose migrations are done."""
    name = f"test_{secrets.token_hex(8)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    with administration(postgres) as connection:
        connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
    yield url_of(postgres, name)
    with administration(postgres) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def redis_url(valkey: Valkey) -> str:
    """Return the URL of a Valkey that holds nothing."""
    with redis.Redis.from_url(valkey.url) as client:
        client.flushall()
    return valkey.url


@pytest.fixture
async def engine(anyio_backend: str, database_url: str) -> AsyncIterator[AsyncEngine]:
    """Return an engine on a fresh database."""
    engine = make_engine(database_url, Settings(pool_size=5))
    yield engine
    await engine.dispose()
