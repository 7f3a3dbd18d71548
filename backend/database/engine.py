"""The pool of connections to PostgreSQL."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.database.connection import connecting
from backend.database.working import TIME_LIMIT
from backend.errors import StartError
from backend.settings import DATABASES, Settings

_DRIVER: Final = "postgresql+psycopg"
_RECYCLE: Final = 1800
"""Seconds after which a connection is replaced; proxies and firewalls forget those that live for hours."""

_SHORTEST_TIMEOUT: Final = 2
"""Seconds; libpq takes less for this: https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT"""

_LIVELINESS: Final = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""Seconds, seconds, and how often: when a network that is gone is noticed."""


def parse_url(url: str) -> URL:
    """Read where a PostgreSQL is: `postgresql://user:password@host:port/database`.

    Raises:
        StartError: it is no such URL; the message does not hold it.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        got = "nothing that can be read"
    else:
        if parsed.drivername in DATABASES:
            return _checked(parsed.set(drivername=_DRIVER))
        got = f"the scheme {parsed.drivername!r}"
    raise StartError(f"DATABASE_URL must be postgresql://user:password@host:port/database, got {got}") from None


def _checked(url: URL) -> URL:
    try:
        _, arguments = url.get_dialect()().create_connect_args(url)
        options = {name: value for name, value in arguments.items() if name not in {"user", "password"}}
        make_conninfo(**options)
    except (ArgumentError, ProgrammingError):
        fits = False
    else:
        fits = not any(isinstance(value, tuple) for value in options.values())
    if not fits:
        raise StartError(
            "DATABASE_URL has hosts or options behind the '?' that do not fit: expected those of libpq, each of them "
            "once, and as many ports as hosts"
        )
    return url


def connect_options(url: URL, connect_timeout: float) -> Mapping[str, str | int]:
    """Return how to connect: options of libpq that let it give up, but for those that the URL has itself.

    Args:
        url: of a PostgreSQL.
        connect_timeout: seconds for a connection; whole ones count, and no less than 2.

    https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """
    seconds = max(_SHORTEST_TIMEOUT, math.ceil(connect_timeout))
    options: dict[str, str | int] = {
        "application_name": "tapecheck-backend",
        "connect_timeout": seconds,
        "tcp_user_timeout": seconds * 1000,
        **_LIVELINESS,
    }
    return {name: value for name, value in options.items() if name not in url.query}


def make_engine(url: str, settings: Settings) -> AsyncEngine:
    """Return a pool of at most `pool_size` connections, each of them tried before it is used; none is opened yet.

    Raises:
        StartError: the URL is not one of a PostgreSQL.
    """
    parsed = parse_url(url)
    limit = settings.database_timeout
    return create_async_engine(
        parsed,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout,
        pool_pre_ping=True,
        pool_recycle=_RECYCLE,
        hide_parameters=True,  # the text of an error must not hold values
        execution_options={TIME_LIMIT: limit},
        connect_args={**_limited(parsed, settings), "async_creator_fn": connecting(limit)},
    )


def make_durable_engine(url: str, settings: Settings) -> Engine:
    """Return a pool of at most `durable_pool_size` connections for durable work, which uses them from threads.

    They are not tried before they are used, which would take a fifth of the time of a step: durable work does again
    what failed because a connection was gone.

    Raises:
        StartError: the URL is not one of a PostgreSQL.
    """
    parsed = parse_url(url)
    return create_engine(
        parsed,
        pool_size=settings.durable_pool_size,
        max_overflow=0,
        pool_recycle=_RECYCLE,
        hide_parameters=True,
        connect_args=_limited(parsed, settings),
    )


def _limited(url: URL, settings: Settings) -> dict[str, str | int]:
    """Return options of connections whose statements end by themselves."""
    given = url.query.get("options", "")
    limit = math.ceil(settings.database_timeout * 1000)
    return {
        **connect_options(url, settings.connect_timeout),
        "options": f"-c statement_timeout={limit} {given}",  # of two the last one counts
    }
