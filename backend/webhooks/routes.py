"""`POST /api/webhooks`, `POST /api/webhooks/{source}`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from backend.api.models import ResponseModel
from backend.api.problems import Responses, documented
from backend.webhooks.errors import DeliveryRefusedError
from backend.webhooks.intake import Receipt
from backend.webhooks.reception import Envelope, Handshake, Reception
from backend.webhooks.registry import SOURCES

if TYPE_CHECKING:
    from starlette.types import Scope

PATH: Final = "/api/webhooks"
_OPEN: Final = re.compile(rf"{PATH}(/[^/]+)?")
_DEFAULT: Final = "generic"
_NO_SOURCES: Final = frozenset({"dead-letters", "deliveries"})
"""What else there is below the path of the sources."""


class Received(ResponseModel):
    """A delivery that is stored; a duplicate has the id of the first one."""

    received: bool
    id: str
    duplicate: bool


_REFUSALS: Final[Responses] = documented(
    {
        400: "the header X-Webhook-Signature is missing or empty: send it with the delivery",
        401: "no signature matches: sign the raw body with the secret that this service has",
        408: "timeout: the body did not arrive within 10 s: send the delivery again, faster",
        413: "the body has more than 1048576 bytes, which is the most that is taken",
        503: "the database cannot be reached: try again later",
    }
)
_ANSWER: Final[Responses] = {200: {"model": Received, "description": "The delivery is stored."}}
_ANSWER_OF_SOURCE: Final[Responses] = {
    200: {
        "model": Received | dict[str, str | int],
        "description": 'The delivery is stored; or a handshake is answered, {"challenge": "…"} or {"type": 1}.',
    }
}
_UNKNOWN: Final = documented({404: f"there is no source 'pigeon': expected one of {', '.join(SOURCES)}"})
_EVENT: Final = {"id": "evt_1", "event": "user.created", "user_id": "123", "timestamp": "2026-02-12T10:00:00Z"}
_JSON: Final = {"application/json": {"schema": {}, "example": _EVENT}}
_FORM: Final = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
_SOURCE: Final = {
    "name": "source",
    "in": "path",
    "required": True,
    "description": "Who sends.",
    "schema": {"type": "string", "enum": list(SOURCES)},
}


def _body(content: Mapping[str, object]) -> dict[str, object]:
    return {"requestBody": {"required": True, "description": "As its sender signed it.", "content": content}}


class SourceRoute(APIRoute):
    """A route for deliveries, which leaves to other routes what is theirs."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a request is for this route."""
        found, child = super().matches(scope)
        if child.get("path_params", {}).get("source") in _NO_SOURCES:
            return Match.NONE, {}
        return found, child


router = APIRouter(tags=["webhooks"], route_class=SourceRoute)


def is_reception(scope: Scope) -> bool:
    """Tell whether a request is a delivery, which its signature proves, and no key."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return scope["method"] == "POST" and _OPEN.fullmatch(path) is not None


@router.post(
    PATH,
    responses={**_ANSWER, **_REFUSALS},
    openapi_extra=_body(_JSON),
    operation_id="receive_generic_delivery",
    summary="Deliver",
)
@router.post(
    f"{PATH}/{{source}}",
    responses={**_ANSWER_OF_SOURCE, **_REFUSALS, **_UNKNOWN},
    openapi_extra={**_body({**_JSON, **_FORM}), "parameters": [_SOURCE]},
    operation_id="receive_delivery",
    summary="Deliver from a source",
)
async def receive(request: Request) -> Response:
    """Take a delivery in: verified, and stored before it is acknowledged."""
    reception: Reception = request.state.reception
    envelope = Envelope(
        source=request.path_params.get("source", _DEFAULT),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]],
        origin=_origin(request.scope),
        target=_target(request.scope),
    )
    try:
        outcome = await reception.receive(envelope, request.stream())
    except ClientDisconnect:
        raise DeliveryRefusedError("the sender went away before the end of the body: send it again") from None
    return Response(_written(outcome), media_type="application/json")


def _origin(scope: Scope) -> str:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return f"{scope['scheme']}://{host.decode('latin-1')}"


def _target(scope: Scope) -> str:
    """Return path and query as they were spelt, which is how they are signed."""
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope["query_string"]
    return (path + b"?" + query if query else path).decode("latin-1")


def _written(outcome: Receipt | Handshake) -> bytes:
    if isinstance(outcome, Handshake):
        return json.dumps(outcome.answer).encode()  # which may have what orjson does not write
    return orjson.dumps({"received": True, "id": outcome.id, "duplicate": outcome.duplicate})
