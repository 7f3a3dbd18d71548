"""`POST /api/agents/{agent_id}/message`, `POST /api/agents/{agent_id}/broadcast`."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from backend.api.idempotency import IdempotencyKey
from backend.api.models import AgentId, AgentPath, RequestBody, ResponseModel
from backend.api.problems import UNREADABLE, documented
from backend.messages.outbox import Outbox

ABSENT: Final = "there is no agent 'agt_0190f2c4': create one with POST /api/agents"
GONE: Final = "the database cannot be reached"
_REUSED: Final = "the Idempotency-Key came with another message, 'msg_0190f2c4'"
_IMMATURE: Final = "agent 'Scout' is STUDENT: to send private messages needs INTERN or more"
SENT: Final = documented({**UNREADABLE, 403: _IMMATURE, 404: ABSENT, 422: _REUSED, 503: GONE})

Text = Annotated[
    str, Field(min_length=1, max_length=100_000, pattern=r"^[^\x00]*$", examples=["The tide turns at noon."])
]


class PrivateMessage(RequestBody):
    """A message to one agent, who may be the sender itself."""

    target_agent_id: AgentId
    message: Text


class BroadcastMessage(RequestBody):
    """A message to all other agents."""

    message: Text


class Delivered(ResponseModel):
    """The message is in its inbox."""

    delivered: Literal[True] = True
    id: str


class DeliveredToAll(Delivered):
    """The message is in so many inboxes."""

    recipients: int


router = APIRouter(tags=["messages"])


def _outbox(request: Request) -> Outbox:
    outbox: Outbox = request.state.outbox
    return outbox


Sending = Annotated[Outbox, Depends(_outbox)]


@router.post(
    "/api/agents/{agent_id}/message", responses=SENT, operation_id="send_message", summary="Send a private message"
)
async def send_message(
    agent_id: AgentPath, wanted: PrivateMessage, outbox: Sending, idempotency_key: IdempotencyKey = None
) -> Delivered:
    """Send a message to one agent."""
    receipt = await outbox.send(agent_id, wanted.target_agent_id, wanted.message, idempotency_key)
    return Delivered(id=receipt.id)


@router.post("/api/agents/{agent_id}/broadcast", responses=SENT, operation_id="broadcast", summary="Broadcast")
async def broadcast(
    agent_id: AgentPath, wanted: BroadcastMessage, outbox: Sending, idempotency_key: IdempotencyKey = None
) -> DeliveredToAll:
    """Send a message to all other agents that there are."""
    receipt = await outbox.broadcast(agent_id, wanted.message, idempotency_key)
    return DeliveredToAll(id=receipt.id, recipients=receipt.recipients)
