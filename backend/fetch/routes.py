"""`POST /api/agents/{agent_id}/fetch`."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from pydantic import Field, JsonValue

from backend.agents.routes import Agents
from backend.api.models import NUMERIC, AgentPath, RequestBody, ResponseModel
from backend.api.problems import UNREADABLE, documented
from backend.fetch.service import Fetcher

RESPONSES: Final = documented(
    {
        **UNREADABLE,
        400: "http://169.254.169.254/ may not be called: 169.254.169.254 is not a public address",
        404: "there is no agent 'agt_0190f2c4': create one with POST /api/agents",
        408: "timeout: api.example.com did not answer within 30 s",
        422: "/body/url: Field required",
        502: "api.example.com answered 500",
        503: "api.example.com has failed too often: try again later",
    }
)


class FetchRequest(RequestBody):
    """An address of an external API, and how often a failed call is tried again."""

    url: Annotated[str, Field(min_length=1, max_length=2048, examples=["https://api.example.com/data"])]
    max_retries: Annotated[int, Field(ge=0, le=10), NUMERIC] = 3


class FetchAnswer(ResponseModel):
    """What the external API answered: JSON as `data`, other text as `text`; `url` is where the last redirect led."""

    url: str
    status: int
    content_type: str | None
    data: JsonValue = None
    text: str | None = None
    attempts: int


router = APIRouter(tags=["fetch"])


def _fetcher(request: Request) -> Fetcher:
    fetcher: Fetcher = request.state.fetcher
    return fetcher


@router.post("/api/agents/{agent_id}/fetch", responses=RESPONSES, operation_id="fetch", summary="Call an external API")
async def fetch(
    agent_id: AgentPath, wanted: FetchRequest, agents: Agents, fetcher: Annotated[Fetcher, Depends(_fetcher)]
) -> FetchAnswer:
    """GET an address for an agent, and try again where that may help."""
    await agents.get(agent_id)
    return FetchAnswer.model_validate(await fetcher.fetch(wanted.url, wanted.max_retries))
