"""`GET /healthz`, `GET /readyz`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request

from backend.api.models import ResponseModel
from backend.api.problems import documented
from backend.api.security import is_trusted
from backend.health.checks import Health, Readiness
from backend.outgoing.breakers.breakers import Mode
from backend.outgoing.breakers.state import Condition

RESPONSES: Final = documented({503: "the database cannot be reached"})


class Liveness(StrEnum):
    """Whether the process answers."""

    OK = "ok"


class Alive(ResponseModel):
    """The process answers."""

    status: Liveness


class BreakersModel(ResponseModel):
    """The circuit breakers: whether workers share them, and those that are not closed.

    `open` names whom they are for; who has no key, where one is wanted, is told `open_count` in its place.
    """

    mode: Mode
    open: dict[str, Condition] | None = None
    open_count: int | None = None


class Ready(ResponseModel):
    """The service can be used; it is `degraded` while the cache is gone, on which only `/api/cache` depends.

    `durable` is whether this process does durable work; it is left out where the process is told to do none. When it is
    `gone`, which makes the service `degraded`, another process has taken its id: start it again.
    """

    status: Readiness
    database: Readiness
    cache: Readiness
    durable: Readiness | None = None
    breakers: BreakersModel


router = APIRouter(tags=["health"])


def _health(request: Request) -> Health:
    health: Health = request.state.health
    return health


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", operation_id="healthz", summary="Tell whether the process is alive")
async def healthz() -> Alive:
    """Answer, and ask nobody."""
    return Alive(status=Liveness.OK)


@router.head("/readyz", include_in_schema=False)
@router.get(
    "/readyz",
    responses=RESPONSES,
    response_model_exclude_none=True,
    operation_id="readyz",
    summary="Tell whether the service can be used",
)
async def readyz(health: Annotated[Health, Depends(_health)], trusted: Annotated[bool, Depends(is_trusted)]) -> Ready:
    """Ask the database, the cache and the circuit breakers."""
    found = await health.check()
    if trusted:
        breakers = BreakersModel(mode=found.breakers, open=dict(found.open))
    else:
        breakers = BreakersModel(mode=found.breakers, open_count=len(found.open))
    return Ready(
        status=found.status,
        database=Readiness.OK,
        cache=found.cache,
        durable=found.durable,
        breakers=breakers,
    )
