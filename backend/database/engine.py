"""The pool of connections to PostgreSQL."""

from __future__ import annotations

import math
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.errors import StartError
from backend.settings import Settings

_SCHEMES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_DRIVER: Final = "postgresql+psycopg"
_RECYCLE: Final = 1800
"""Seconds after which a connection is replaced; proxies and firewalls forget those that live for hours."""

_SHORTEST_TIMEOUT: Final = 2
"""Seconds; libpq takes less for this: https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT"""


def parse_url(url: str) -> URL:
    """Read where a PostgreSQL is: `postgresql://user:password@host:port/database`.

    Raises:
        StartError: it is no such URL; the message does not hold it.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        scheme = "nothing that can be read"
    else:
        if parsed.drivername in _SCHEMES:
            return parsed.set(drivername=_DRIVER)
        scheme = f"the scheme {parsed.drivername!r}"
    raise StartError(f"DATABASE_URL must be postgresql://user:password@host:port/database, got {scheme}") from None


def make_engine(url: str, settings: Settings) -> AsyncEngine:
    """Return a pool of at most `pool_size` connections, each of them tried before it is used; none is opened yet.

    Raises:
        StartError: the URL is not one of a PostgreSQL.
    """
    parsed = parse_url(url)
    options = {
        "application_name": "tapecheck-backend",
        "connect_timeout": max(_SHORTEST_TIMEOUT, math.ceil(settings.connect_timeout)),
    }
    return create_async_engine(
        parsed,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout,
        pool_pre_ping=True,
        pool_recycle=_RECYCLE,
        hide_parameters=True,  # the text of an error must not hold values
        connect_args={name: value for name, value in options.items() if name not in parsed.query},
    )
