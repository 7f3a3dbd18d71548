"""Whether what the service stands on can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backend.cache.store import Cache
from backend.database.working import working
from backend.durable.engine import Engine
from backend.errors import UnavailableError
from backend.outgoing.breakers.breakers import Breakers, Mode
from backend.outgoing.breakers.state import Condition


class Readiness(StrEnum):
    """How much of the service can be used."""

    OK = "ok"
    DEGRADED = "degraded"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check found.

    Attributes:
        status: of the whole service.
        cache: of the cache alone.
        durable: of durable work in this process alone; None where it is to do none.
        breakers: whether workers share the circuit breakers.
        open: those that are not closed, by host.
    """

    status: Readiness
    cache: Readiness
    durable: Readiness | None
    breakers: Mode
    open: Mapping[str, Condition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Asks what the service stands on.

    Attributes:
        engine, cache, durable, breakers: what is asked.
        patience: seconds for the answer of the database; whoever asks whether a service is ready does not wait long.
    """

    engine: AsyncEngine
    cache: Cache
    durable: Engine
    breakers: Breakers
    patience: float = 1.5

    async def check(self) -> Found:
        """Return what is there.

        Without the cache the service goes on, with circuit breakers of each worker's own; and where durable work has
        stopped, with what needs none, while other processes do it.

        Raises:
            UnavailableError: the database cannot be reached, or does not answer soon.
        """
        async with working(self.engine, limit=self.patience), self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        cache = await self._cache()
        durable = self._durable()
        open_ = await self.breakers.states()
        status = Readiness.DEGRADED if Readiness.GONE in {cache, durable} else Readiness.OK
        return Found(status=status, cache=cache, durable=durable, breakers=self.breakers.mode, open=open_)

    async def _cache(self) -> Readiness:
        try:
            await self.cache.ping()
        except UnavailableError:
            return Readiness.GONE
        return Readiness.OK

    def _durable(self) -> Readiness | None:
        if self.durable.works:
            return Readiness.OK
        return Readiness.GONE if self.durable.lost else None
