"""`POST /api/agents/{agent_id}/state`, `GET /api/agents/{agent_id}/state/{key}`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import JsonValue

from backend.agents.agent import Maturity
from backend.agents.maturity import require
from backend.agents.routes import Agents
from backend.api.models import AgentPath, Boolean, RequestBody, ResponseModel
from backend.api.problems import Responses, documented
from backend.shared.conditions import (
    ETAG,
    REFUSED,
    UNCHANGED,
    UNREAD,
    IfMatch,
    IfNoneMatch,
    KnownVersion,
    Name,
    agree,
    unless_known,
)
from backend.shared.document import Version, Write
from backend.shared.etags import tag
from backend.shared.store import SharedStore

_LINKS: Final = {
    "get": {
        "operationId": "get_state",
        "parameters": {"agent_id": "$request.path.agent_id", "key": "$response.body#/key"},
        "description": "The key names the value, for every agent.",
    }
}
SET: Final[Responses] = {
    200: {"description": "The new version.", "headers": ETAG, "links": _LINKS},
    **documented(REFUSED),
}
GET: Final[Responses] = {
    200: {"description": "The current version.", "headers": ETAG},
    304: UNCHANGED,
    **documented(UNREAD),
}


class StateWrite(RequestBody):
    """A value for all agents; with `version`, only where that is the current one, or to be merged with what is."""

    key: Name
    value: JsonValue
    version: KnownVersion | None = None
    merge: Boolean = False


class StateModel(ResponseModel):
    """A version of a value; `revision` counts the versions of all keys."""

    key: str
    value: JsonValue
    version: int
    revision: int
    written_by: str
    written_at: datetime


router = APIRouter(tags=["shared state"])


def _state(request: Request) -> SharedStore:
    state: SharedStore = request.state.shared_state
    return state


State = Annotated[SharedStore, Depends(_state)]
KeyPath = Annotated[Name, Path(description="Names the value.")]


@router.post("/api/agents/{agent_id}/state", responses=SET, operation_id="set_state", summary="Write shared state")
async def set_state(
    agent_id: AgentPath,
    wanted: StateWrite,
    agents: Agents,
    state: State,
    response: Response,
    if_match: IfMatch = None,
) -> StateModel:
    """Write a value that all agents share."""
    terms = agree(wanted.version, wanted.merge, if_match)
    require(await agents.get(agent_id), Maturity.SUPERVISED, "write shared state")
    written = await state.write(Write(name=wanted.key, value=wanted.value, written_by=agent_id, terms=terms))
    response.headers["ETag"] = tag(written.version)
    return shown(written)


@router.get(
    "/api/agents/{agent_id}/state/{key:path}",
    response_model=StateModel,
    responses=GET,
    operation_id="get_state",
    summary="Read shared state",
)
async def get_state(
    agent_id: AgentPath,
    key: KeyPath,
    agents: Agents,
    state: State,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> StateModel | Response:
    """Return the current version of a value, whoever wrote it."""
    await agents.get(agent_id)
    found = await state.get(key)
    response.headers["ETag"] = tag(found.version)
    return unless_known(found.version, if_none_match) or shown(found)


def shown(version: Version) -> StateModel:
    """Return a version as it is sent."""
    return StateModel(
        key=version.name,
        value=version.value,
        version=version.version,
        revision=version.revision,
        written_by=version.written_by,
        written_at=version.written_at,
    )
