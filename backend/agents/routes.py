"""`POST /api/agents`, `GET /api/agents`, `GET /api/agents/{agent_id}`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from backend.agents.agent import ID_PATTERN, Agent, Maturity
from backend.agents.store import AgentStore
from backend.api.models import AgentPath, RequestBody, ResponseModel
from backend.api.problems import UNREADABLE, Responses, documented

_GONE: Final = "the database cannot be reached"
_ABSENT: Final = "there is no agent 'agt_0190f2c4': create one with POST /api/agents"
_LINKS: Final = {
    "get": {
        "operationId": "get_agent",
        "parameters": {"agent_id": "$response.body#/id"},
        "description": "The id names the agent.",
    },
    "chat": {
        "operationId": "chat",
        "requestBody": {"agent_id": "$response.body#/id", "message": "When is high tide in Harwich?"},
        "description": "The agent can be asked.",
    },
    "fetch": {
        "operationId": "fetch",
        "parameters": {"agent_id": "$response.body#/id"},
        "description": "The agent can call external APIs.",
    },
    "message": {
        "operationId": "send_message",
        "parameters": {"agent_id": "$response.body#/id"},
        "requestBody": {"target_agent_id": "$response.body#/id", "message": "The tide turns at noon."},
        "description": "The agent can write to others, and to itself.",
    },
    "acknowledge": {
        "operationId": "acknowledge_messages",
        "parameters": {"agent_id": "$response.body#/id"},
        "description": "The agent has an inbox.",
    },
}
CREATE: Final[Responses] = {
    200: {"description": "The new agent.", "links": _LINKS},
    **documented({**UNREADABLE, 422: "/body/name: Field required", 503: _GONE}),
}
GET: Final = documented({404: _ABSENT, 422: "/path/agent_id: String should match pattern", 503: _GONE})
LIST: Final = documented({422: "/query/limit: Input should be less than or equal to 100", 503: _GONE})


class NewAgent(RequestBody):
    """An agent to be; without a maturity it may do everything."""

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$", examples=["Researcher"])]
    maturity: Maturity = Maturity.AUTONOMOUS


class AgentModel(ResponseModel):
    """An agent; its maturity decides what it may do."""

    id: str
    name: str
    maturity: Maturity
    created_at: datetime


class AgentPage(ResponseModel):
    """Some of the agents, the oldest first; `next` is the `after` of the page behind this one, null on the last."""

    agents: list[AgentModel]
    next: str | None


router = APIRouter(tags=["agents"])


def agents_of(request: Request) -> AgentStore:
    """Return where the agents are kept."""
    agents: AgentStore = request.state.agents
    return agents


Agents = Annotated[AgentStore, Depends(agents_of)]


@router.post("/api/agents", responses=CREATE, operation_id="create_agent", summary="Create an agent")
async def create_agent(wanted: NewAgent, agents: Agents) -> AgentModel:
    """Create an agent; the service names it."""
    return _shown(await agents.create(wanted.name, wanted.maturity))


@router.get("/api/agents", responses=LIST, operation_id="list_agents", summary="List agents")
async def list_agents(
    agents: Agents,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
) -> AgentPage:
    """Return a page of agents."""
    page = await agents.list(limit, after)
    return AgentPage(agents=[_shown(agent) for agent in page.agents], next=page.next_cursor)


@router.get("/api/agents/{agent_id}", responses=GET, operation_id="get_agent", summary="Get an agent")
async def get_agent(agent_id: AgentPath, agents: Agents) -> AgentModel:
    """Return an agent."""
    return _shown(await agents.get(agent_id))


def _shown(agent: Agent) -> AgentModel:
    return AgentModel.model_validate(agent)
