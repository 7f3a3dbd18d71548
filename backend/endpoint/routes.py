"""`POST /api/endpoint`."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import JsonValue

from backend.api.models import RequestBody, ResponseModel
from backend.api.problems import UNREADABLE, documented
from backend.endpoint.relay import Relay

RESPONSES: Final = documented(
    {
        **UNREADABLE,
        408: "timeout: api.example.com did not answer within 30 s",
        422: "/body/data: Field required",
        502: "api.example.com answered 500",
        503: "no upstream is configured: set BACKEND_UPSTREAM_URL and start the service again",
    }
)


class Data(RequestBody):
    """Data of any kind."""

    data: JsonValue


class ProcessedData(ResponseModel):
    """What the upstream made of the data: the status and the JSON of its answer."""

    processed: Literal[True] = True
    status: int
    result: JsonValue


router = APIRouter(tags=["endpoint"])


def _relay(request: Request) -> Relay:
    relay: Relay = request.state.relay
    return relay


@router.post("/api/endpoint", responses=RESPONSES, operation_id="process", summary="Let the upstream process data")
async def process(wanted: Data, relay: Annotated[Relay, Depends(_relay)]) -> ProcessedData:
    """Send data on to the configured upstream, and process its answer."""
    return ProcessedData.model_validate(await relay.send(wanted.data))
