"""`GET /api/webhooks/deliveries`, `GET /api/webhooks/deliveries/{delivery_id}`, `GET /api/webhooks/dead-letters`."""

from __future__ import annotations

import base64
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request

from backend.api.models import IDENTIFIER, ResponseModel
from backend.api.problems import documented
from backend.webhooks.delivery import ID_PATTERN, Status
from backend.webhooks.store import DeliveryPage, DeliveryStore, Details, Filter

_GONE: Final = "the database cannot be reached"
_ABSENT: Final = "there is no delivery 'whd_0190f2c4': GET /api/webhooks/deliveries lists them"
LIST: Final = documented({422: "/query/limit: Input should be less than or equal to 100", 503: _GONE})
GET: Final = documented({404: _ABSENT, 422: "/path/delivery_id: String should match pattern", 503: _GONE})


class DeliveryModel(ResponseModel):
    """A delivery, and how far its processing has come; times are in UTC.

    `attempt_count` is of the current run, of which each replay begins another; `repeats` is the id of an earlier
    delivery with the same body.
    """

    id: str
    source: str
    delivery_id: str
    event: str | None
    received_at: datetime
    status: Status
    run: int
    released: bool
    attempt_count: int
    next_attempt_at: datetime | None
    processed_at: datetime | None
    last_error: str | None
    repeats: str | None


class AttemptModel(ResponseModel):
    """An attempt to process a delivery; without an error it succeeded."""

    run: int
    number: int
    started_at: datetime
    ended_at: datetime
    error: str | None
    next_attempt_at: datetime | None


class Encoding(StrEnum):
    """How the bytes of a body are written."""

    UTF_8 = "utf-8"
    BASE64 = "base64"


class DeliveryDetails(DeliveryModel):
    """A delivery with all that arrived, all attempts, and what its contract says against it."""

    headers: list[tuple[str, str]]
    body: str
    body_encoding: Encoding
    findings: list[dict[str, str | None]] | None
    attempts: list[AttemptModel]


class DeliveryPageModel(ResponseModel):
    """Some deliveries, the oldest first; `next` is the `after` of the page behind this one, null on the last."""

    deliveries: list[DeliveryModel]
    next: str | None


router = APIRouter(tags=["webhooks"])


def deliveries_of(request: Request) -> DeliveryStore:
    """Return where the deliveries are kept."""
    deliveries: DeliveryStore = request.state.deliveries
    return deliveries


Deliveries = Annotated[DeliveryStore, Depends(deliveries_of)]
DeliveryPath = Annotated[str, Path(pattern=IDENTIFIER, description="Names a delivery.", examples=["whd_0190f2c4"])]
Limit = Annotated[int, Query(ge=1, le=100)]
After = Annotated[str | None, Query(pattern=ID_PATTERN)]
SourceName = Annotated[str | None, Query(pattern=IDENTIFIER)]
EventName = Annotated[str | None, Query(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]


@router.get("/api/webhooks/deliveries", responses=LIST, operation_id="list_deliveries", summary="List deliveries")
async def list_deliveries(
    deliveries: Deliveries,
    limit: Limit = 50,
    after: After = None,
    source: SourceName = None,
    status: Status | None = None,
    event: EventName = None,
) -> DeliveryPageModel:
    """Return a page of deliveries."""
    return _shown(await deliveries.list(limit, after, Filter(source=source, status=status, event=event)))


@router.get(
    "/api/webhooks/deliveries/{delivery_id}", responses=GET, operation_id="get_delivery", summary="Get a delivery"
)
async def get_delivery(delivery_id: DeliveryPath, deliveries: Deliveries) -> DeliveryDetails:
    """Return a delivery with its body and all attempts."""
    return _detailed(await deliveries.get(delivery_id))


@router.get("/api/webhooks/dead-letters", responses=LIST, operation_id="list_dead_letters", summary="List dead letters")
async def list_dead_letters(
    deliveries: Deliveries,
    limit: Limit = 50,
    after: After = None,
    source: SourceName = None,
    event: EventName = None,
) -> DeliveryPageModel:
    """Return a page of the deliveries that were given up."""
    return _shown(await deliveries.list(limit, after, Filter(source=source, status=Status.DEAD, event=event)))


def _shown(page: DeliveryPage) -> DeliveryPageModel:
    return DeliveryPageModel(
        deliveries=[DeliveryModel.model_validate(each) for each in page.deliveries], next=page.next_cursor
    )


def _detailed(found: Details) -> DeliveryDetails:
    body, encoding = _written(found.body)
    return DeliveryDetails(
        **DeliveryModel.model_validate(found.overview).model_dump(),
        headers=list(found.headers),
        body=body,
        body_encoding=encoding,
        findings=None if found.findings is None else [dict(each) for each in found.findings],
        attempts=[AttemptModel.model_validate(each) for each in found.attempts],
    )


def _written(body: bytes) -> tuple[str, Encoding]:
    try:
        return body.decode(), Encoding.UTF_8
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), Encoding.BASE64
