"""`GET /api/agents/{agent_id}/state/watch`, `GET /api/agents/{agent_id}/state/{key}/watch`.

A key may be called `watch`, or end with `/watch`: what tells a watch from a look at such a key is that it says `after`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.routing import APIRoute
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse
from starlette.datastructures import QueryParams
from starlette.routing import Match
from starlette.types import Scope

from backend.agents.routes import Agents
from backend.api.events import MEDIA_TYPE, described, event, wants_events
from backend.api.models import AgentPath, ResponseModel
from backend.api.problems import REFERENCE, Responses, document, documented
from backend.errors import Problem
from backend.shared.conditions import GONE, NO_AGENT
from backend.shared.document import Space
from backend.shared.history import Feed, Page
from backend.shared.state_routes import KeyPath, StateModel, shown
from backend.shared.watching import Watcher


class ChangesModel(ResponseModel):
    """What was written, in order; `next` is the `after` of what comes behind it.

    With `snapshot`, versions before these are not kept any more: these are the current ones of their keys.
    """

    changes: list[StateModel]
    snapshot: bool
    next: int


_LARGEST: Final = 2**63 - 1
_SCHEMAS: Final = "#/components/schemas"
EVENT: Final = {
    "oneOf": [
        described("change", {"$ref": f"{_SCHEMAS}/StateModel"}),
        described("snapshot", {"$ref": f"{_SCHEMAS}/ChangesModel"}),
        described("error", REFERENCE),
    ]
}
STREAM: Final = (
    "What was written behind `after`; to whoever accepts `text/event-stream` as Server-Sent Events, which end only "
    "when the service stops or with an `error`. Their ids are what `after` and `Last-Event-ID` take."
)
WATCH: Final[Responses] = {
    200: {"description": STREAM, "content": {MEDIA_TYPE: {"itemSchema": EVENT}}},
    **documented({404: NO_AGENT, 422: "/query/after: Input should be a valid integer", 503: GONE}),
}


class WatchRoute(APIRoute):
    """A route for requests that say `after`, whatever it is."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a request is for this route."""
        if scope["type"] != "http" or "after" not in QueryParams(scope["query_string"]):
            return Match.NONE, {}
        return super().matches(scope)


router = APIRouter(tags=["shared state"], route_class=WatchRoute)
Cursor = Annotated[int, Query(ge=0, le=_LARGEST)]
Wait = Annotated[float, Query(ge=0, le=60)]
LastEventId = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=_LARGEST)]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who watches, from where, and how."""

    request: Request
    after: Cursor
    wait: Wait = 0
    last_event_id: LastEventId = None

    async def read(self, feed: Feed) -> ChangesModel | Response:
        """Return what is new in a feed, or a stream of it."""
        watcher: Watcher = self.request.state.watcher
        after = self.after if self.last_event_id is None else self.last_event_id
        if wants_events(self.request):
            return EventSourceResponse(_events(feed, watcher.follow(feed, after)))
        return _told(await watcher.next(feed, after, self.wait))


Watching = Annotated[Reader, Depends()]


@router.get(
    "/api/agents/{agent_id}/state/watch",
    response_model=ChangesModel,
    responses=WATCH,
    operation_id="watch_state",
    summary="Watch all shared state",
)
async def watch_state(agent_id: AgentPath, agents: Agents, reader: Watching) -> ChangesModel | Response:
    """Return what was written to any key behind a revision, as soon as there is anything."""
    await agents.get(agent_id)
    return await reader.read(Feed(space=Space.STATE))


@router.get(
    "/api/agents/{agent_id}/state/{key:path}/watch",
    response_model=ChangesModel,
    responses=WATCH,
    operation_id="watch_key",
    summary="Watch a value",
)
async def watch_key(agent_id: AgentPath, key: KeyPath, agents: Agents, reader: Watching) -> ChangesModel | Response:
    """Return what was written to a key behind a version, as soon as there is anything."""
    await agents.get(agent_id)
    return await reader.read(Feed(space=Space.STATE, name=key))


def _told(page: Page) -> ChangesModel:
    return ChangesModel(changes=[shown(each) for each in page.versions], snapshot=page.snapshot, next=page.cursor)


async def _events(feed: Feed, pages: AsyncIterator[Page]) -> AsyncIterator[bytes]:
    try:
        async for page in pages:
            for written in _written(feed, page):
                yield written
    except Problem as problem:
        yield event("error", document(problem))


def _written(feed: Feed, page: Page) -> list[bytes]:
    if not page.versions:
        return [KEEPALIVE_COMMENT]
    if page.snapshot:
        return [event("snapshot", _told(page), page.cursor)]
    return [event("change", shown(each), feed.cursor(each)) for each in page.versions]
