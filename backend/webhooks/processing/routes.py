"""`POST /api/webhooks/dead-letters[/{delivery_id}]/replay`, `POST /api/webhooks/deliveries/{delivery_id}/release`."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from backend.api.models import NUMERIC, RequestBody, ResponseModel
from backend.api.problems import UNREADABLE, documented
from backend.webhooks.deliveries_routes import DeliveryPath
from backend.webhooks.delivery import Status
from backend.webhooks.processing.dead_letters import DeadLetters

_GONE: Final = "the database cannot be reached"
_ABSENT: Final = "there is no delivery 'whd_0190f2c4': GET /api/webhooks/deliveries lists them"
_PATH: Final = "/path/delivery_id: String should match pattern"
REPLAY: Final = documented({404: _ABSENT, 409: "the delivery is processed", 422: _PATH, 503: _GONE})
RELEASE: Final = documented({404: _ABSENT, 409: "the delivery is dead", 422: _PATH, 503: _GONE})
REPLAY_MANY: Final = documented(
    {**UNREADABLE, 422: "/body/limit: Input should be greater than or equal to 1", 503: _GONE}
)

Name = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]


class Selection(RequestBody):
    """Which dead letters are processed again: the oldest of a source, of an event, or of all."""

    source: Name | None = None
    event: Name | None = None
    limit: Annotated[int, Field(ge=1, le=10_000), NUMERIC] = 1000


class OnceMore(ResponseModel):
    """A delivery that waits to be processed once more; `run` counts how often it was begun."""

    id: str
    status: Literal[Status.RECEIVED] = Status.RECEIVED
    run: int


class Replayed(ResponseModel):
    """How many dead letters wait to be processed once more."""

    replayed: int


router = APIRouter(tags=["webhooks"])


def dead_letters_of(request: Request) -> DeadLetters:
    """Return the dead letters."""
    dead_letters: DeadLetters = request.state.dead_letters
    return dead_letters


Letters = Annotated[DeadLetters, Depends(dead_letters_of)]


@router.post(
    "/api/webhooks/dead-letters/replay",
    responses=REPLAY_MANY,
    operation_id="replay_dead_letters",
    summary="Process many dead letters again",
)
async def replay_dead_letters(selection: Selection, letters: Letters) -> Replayed:
    """Let dead deliveries be processed again: one after the other, behind those that are fresh."""
    count = await letters.replay_many(source=selection.source, event=selection.event, limit=selection.limit)
    return Replayed(replayed=count)


@router.post(
    "/api/webhooks/dead-letters/{delivery_id}/replay",
    responses=REPLAY,
    operation_id="replay_dead_letter",
    summary="Process a dead letter again",
)
async def replay_dead_letter(delivery_id: DeliveryPath, letters: Letters) -> OnceMore:
    """Let a dead delivery be processed again, with as many attempts as a fresh one."""
    return OnceMore(id=delivery_id, run=await letters.replay(delivery_id))


@router.post(
    "/api/webhooks/deliveries/{delivery_id}/release",
    responses=RELEASE,
    operation_id="release_delivery",
    summary="Release a delivery from quarantine",
)
async def release_delivery(delivery_id: DeliveryPath, letters: Letters) -> OnceMore:
    """Let a delivery be processed though it breaks its contract."""
    return OnceMore(id=delivery_id, run=await letters.release(delivery_id))
