"""A unit of work with the database: how long it may take, and what its failures mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from backend.database.failures import SILENT_FOR, translate_failures
from backend.errors import UnavailableError

TIME_LIMIT: Final = "backend_time_limit"
"""The execution option of an engine that holds the seconds for a unit of work."""


@asynccontextmanager
async def working(engine: AsyncEngine, *, limit: float | None = None) -> AsyncIterator[None]:
    """Do a unit of work, from the wait for a connection to the commit, and turn its failures into our own error.

    Args:
        engine: that the work is done with.
        limit: seconds for all of it; None for those of the engine.

    Raises:
        UnavailableError: the database did not answer in time, or one of the reasons of `translate_failures`.
    """
    chosen = engine.get_execution_options().get(TIME_LIMIT) if limit is None else limit
    patience = asyncio.timeout(chosen)
    try:
        with translate_failures():
            async with patience:
                yield
    except TimeoutError as error:
        if not patience.expired():
            raise
        raise UnavailableError(
            f"the database did not answer within {chosen:g} s: try again later", retry_after=SILENT_FOR
        ) from error
