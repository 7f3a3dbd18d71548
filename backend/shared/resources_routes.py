"""`PUT /api/resources/{name}`, `GET /api/resources/{name}`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import JsonValue

from backend.agents.agent import Maturity
from backend.agents.maturity import require
from backend.agents.routes import Agents
from backend.api.models import AgentId, Boolean, RequestBody, ResponseModel
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
        "operationId": "get_resource",
        "parameters": {"name": "$response.body#/name"},
        "description": "The name names the resource.",
    }
}
PUT: Final[Responses] = {
    200: {"description": "The new version.", "headers": ETAG, "links": _LINKS},
    **documented(REFUSED),
}
GET: Final[Responses] = {
    200: {"description": "The current version.", "headers": ETAG},
    304: UNCHANGED,
    **documented(UNREAD),
}


class ResourceWrite(RequestBody):
    """A value for a resource: the first one, or one whose writer has read `version`."""

    agent_id: AgentId
    value: JsonValue
    version: KnownVersion | None = None
    merge: Boolean = False


class ResourceModel(ResponseModel):
    """A version of a resource."""

    name: str
    value: JsonValue
    version: int
    written_by: str
    written_at: datetime


router = APIRouter(tags=["resources"])


def _resources(request: Request) -> SharedStore:
    resources: SharedStore = request.state.resources
    return resources


Resources = Annotated[SharedStore, Depends(_resources)]
NamePath = Annotated[Name, Path(description="Names the resource.")]


@router.put("/api/resources/{name:path}", responses=PUT, operation_id="put_resource", summary="Write a resource")
async def put_resource(
    name: NamePath,
    wanted: ResourceWrite,
    agents: Agents,
    resources: Resources,
    response: Response,
    if_match: IfMatch = None,
) -> ResourceModel:
    """Write a resource that nobody wrote before, or none but those whose version the writer has read."""
    read = 0 if wanted.version is None and not wanted.merge and if_match is None else wanted.version
    terms = agree(read, wanted.merge, if_match)
    require(await agents.get(wanted.agent_id), Maturity.SUPERVISED, "write resources")
    written = await resources.write(Write(name=name, value=wanted.value, written_by=wanted.agent_id, terms=terms))
    response.headers["ETag"] = tag(written.version)
    return _shown(written)


@router.get(
    "/api/resources/{name:path}",
    response_model=ResourceModel,
    responses=GET,
    operation_id="get_resource",
    summary="Read a resource",
)
async def get_resource(
    name: NamePath, resources: Resources, response: Response, if_none_match: IfNoneMatch = None
) -> ResourceModel | Response:
    """Return the current version of a resource."""
    found = await resources.get(name)
    response.headers["ETag"] = tag(found.version)
    return unless_known(found.version, if_none_match) or _shown(found)


def _shown(version: Version) -> ResourceModel:
    return ResourceModel.model_validate(version)
