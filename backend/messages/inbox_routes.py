"""`GET /api/agents/{agent_id}/messages`, `POST /api/agents/{agent_id}/messages/acknowledge`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse
from pydantic import Field

from backend.api.events import MEDIA_TYPE, described, event, wants_events
from backend.api.models import IDENTIFIER, NUMERIC, AgentPath, RequestBody, ResponseModel
from backend.api.problems import REFERENCE, UNREADABLE, Responses, document, documented
from backend.errors import Problem
from backend.messages.inboxes import Inboxes
from backend.messages.message import LARGEST_NUMBER, Kind, Message, Page, Wanted
from backend.messages.routes import ABSENT, GONE

_UNSENT: Final = "there is no message 7 to acknowledge: the last one is 5"


class MessageModel(ResponseModel):
    """A message; `number` is its place in this inbox, and `id` the same in all that it came to."""

    number: int
    id: str
    sender: str
    kind: Kind
    message: str
    sent_at: datetime


class InboxPage(ResponseModel):
    """Some messages of an inbox, the oldest first.

    `next` is the `after` with which to go on, also when there is nothing more yet; `acknowledged` is up to which number
    they are acknowledged.
    """

    messages: list[MessageModel]
    next: int
    acknowledged: int


class Acknowledgement(RequestBody):
    """All messages up to a number need not be shown again."""

    up_to: Annotated[int, Field(ge=0, le=LARGEST_NUMBER), NUMERIC]


class Acknowledged(ResponseModel):
    """Up to which number the messages of an inbox are acknowledged."""

    acknowledged: int


_EVENT: Final = {
    "oneOf": [described("message", {"$ref": "#/components/schemas/MessageModel"}), described("error", REFERENCE)]
}
READ: Final[Responses] = {
    200: {
        "description": "The messages; for who accepts `text/event-stream`, as Server-Sent Events, whose ids are their "
        "numbers: each `message` as it comes, and an `error` with a problem document where that cannot go on.",
        "content": {MEDIA_TYPE: {"itemSchema": _EVENT}},
    },
    **documented({404: ABSENT, 422: "/query/wait: Input should be less than or equal to 60", 503: GONE}),
}
ACKNOWLEDGE: Final = documented(
    {**UNREADABLE, 404: ABSENT, 409: _UNSENT, 422: "/body/up_to: Field required", 503: GONE}
)

router = APIRouter(tags=["messages"])


def _inboxes(request: Request) -> Inboxes:
    inboxes: Inboxes = request.state.inboxes
    return inboxes


Reading = Annotated[Inboxes, Depends(_inboxes)]
Number = Annotated[int | None, Query(ge=0, le=LARGEST_NUMBER)]
LastEvent = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=LARGEST_NUMBER)]


def _wanted(
    after: Number = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    sender: Annotated[str | None, Query(alias="from", pattern=IDENTIFIER)] = None,
    kind: Kind | None = None,
) -> Wanted:
    return Wanted(after=after, limit=limit, sender=sender, kind=kind)


Filter = Annotated[Wanted, Depends(_wanted)]


@router.get(
    "/api/agents/{agent_id}/messages",
    response_model=InboxPage,
    responses=READ,
    operation_id="read_messages",
    summary="Read an inbox",
)
async def read_messages(
    request: Request,
    agent_id: AgentPath,
    inboxes: Reading,
    wanted: Filter,
    wait: Annotated[float, Query(ge=0, le=60)] = 0,
    last_event_id: LastEvent = None,
) -> InboxPage | Response:
    """Return a page of an inbox, or a stream of events; without `after`, what is not acknowledged."""
    if wants_events(request):
        begun = wanted if last_event_id is None else replace(wanted, after=last_event_id)
        return EventSourceResponse(_events(await inboxes.stream(agent_id, begun)))
    return _shown(await inboxes.read(agent_id, wanted, wait))


@router.post(
    "/api/agents/{agent_id}/messages/acknowledge",
    responses=ACKNOWLEDGE,
    operation_id="acknowledge_messages",
    summary="Acknowledge messages",
)
async def acknowledge_messages(agent_id: AgentPath, wanted: Acknowledgement, inboxes: Reading) -> Acknowledged:
    """Acknowledge all messages up to a number; what was acknowledged before stays so."""
    return Acknowledged(acknowledged=await inboxes.acknowledge(agent_id, wanted.up_to))


async def _events(messages: AsyncIterator[Message | None]) -> AsyncIterator[bytes]:
    try:
        async for message in messages:
            if message is None:
                yield KEEPALIVE_COMMENT
            else:
                yield event("message", _model(message), message.number)
    except Problem as problem:
        yield event("error", document(problem))


def _shown(page: Page) -> InboxPage:
    messages = [_model(message) for message in page.messages]
    return InboxPage(messages=messages, next=page.next, acknowledged=page.acknowledged)


def _model(message: Message) -> MessageModel:
    return MessageModel(
        number=message.number,
        id=message.id,
        sender=message.sender,
        kind=message.kind,
        message=message.body,
        sent_at=message.sent_at,
    )
