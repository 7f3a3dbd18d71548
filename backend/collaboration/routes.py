"""`POST /api/collaboration`, `GET /api/collaboration[/{collaboration_id}]`, and its `/cancel`."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request

from backend.api.idempotency import IdempotencyKey
from backend.api.models import IDENTIFIER
from backend.api.problems import UNREADABLE, Responses, documented
from backend.collaboration.collaboration import ID_PATTERN
from backend.collaboration.models import (
    CollaborationDetails,
    CollaborationPageModel,
    NewCollaboration,
    Started,
    detailed,
    shown,
)
from backend.collaboration.service import Collaborations, Wanted
from backend.collaboration.store import CollaborationStore

_GONE: Final = "the database cannot be reached"
_ABSENT: Final = "there is no collaboration 'col_0190f2c4': GET /api/collaboration lists them"
_PATH: Final = "/path/collaboration_id: String should match pattern"
_LINK: Final = {"parameters": {"collaboration_id": "$response.body#/id"}}
_LINKS: Final = {
    "get": {"operationId": "get_collaboration", **_LINK, "description": "The id names the collaboration."},
    "cancel": {"operationId": "cancel_collaboration", **_LINK, "description": "It can be ended."},
}
START: Final[Responses] = {
    200: {"description": "The collaboration has been started.", "links": _LINKS},
    **documented(
        {
            **UNREADABLE,
            403: "agent 'agt_0190f2c4' is INTERN: to join a collaboration needs SUPERVISED or more",
            404: "there is no agent 'agt_0190f2c4': create one with POST /api/agents",
            422: "/body: the workflow 'review' is for 2 agents, got 1",
            503: _GONE,
        }
    ),
}
GET: Final = documented({404: _ABSENT, 422: _PATH, 503: _GONE})
LIST: Final = documented({422: "/query/limit: Input should be less than or equal to 100", 503: _GONE})
CANCEL: Final = documented(
    {
        404: _ABSENT,
        409: "the collaboration is succeeded, and only one that has not ended can be cancelled",
        422: _PATH,
        503: _GONE,
    }
)

router = APIRouter(tags=["collaboration"])


def collaborations_of(request: Request) -> Collaborations:
    """Return what starts and cancels collaborations."""
    collaborations: Collaborations = request.state.collaborations
    return collaborations


def store_of(request: Request) -> CollaborationStore:
    """Return where the collaborations are kept."""
    store: CollaborationStore = request.state.collaboration_store
    return store


Service = Annotated[Collaborations, Depends(collaborations_of)]
Store = Annotated[CollaborationStore, Depends(store_of)]
CollaborationPath = Annotated[
    str, Path(pattern=IDENTIFIER, description="Names a collaboration.", examples=["col_0190f2c4"])
]


@router.post(
    "/api/collaboration", responses=START, operation_id="start_collaboration", summary="Let agents work together"
)
async def start_collaboration(
    wanted: NewCollaboration, collaborations: Service, idempotency_key: IdempotencyKey = None
) -> Started:
    """Start a collaboration: each agent asks its provider, in the order of the workflow."""
    agents = list(wanted.agents)
    return Started(id=await collaborations.start(Wanted(**wanted.model_dump()), idempotency_key), agents=agents)


@router.get("/api/collaboration", responses=LIST, operation_id="list_collaborations", summary="List collaborations")
async def list_collaborations(
    store: Store,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
) -> CollaborationPageModel:
    """Return a page of collaborations."""
    page = await store.list(limit, after)
    return CollaborationPageModel(collaborations=list(map(shown, page.collaborations)), next=page.next_cursor)


@router.get(
    "/api/collaboration/{collaboration_id}",
    responses=GET,
    operation_id="get_collaboration",
    summary="Get a collaboration",
)
async def get_collaboration(collaboration_id: CollaborationPath, store: Store) -> CollaborationDetails:
    """Return a collaboration with its steps, also while it runs."""
    return detailed(await store.get(collaboration_id))


@router.post(
    "/api/collaboration/{collaboration_id}/cancel",
    responses=CANCEL,
    operation_id="cancel_collaboration",
    summary="Cancel a collaboration",
)
async def cancel_collaboration(collaboration_id: CollaborationPath, collaborations: Service) -> CollaborationDetails:
    """End a collaboration where it is; calls under way are dropped, answers are kept."""
    return detailed(await collaborations.cancel(collaboration_id))
