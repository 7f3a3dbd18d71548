"""The bodies of the endpoints of collaborations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from backend.api.models import AgentId, RequestBody, ResponseModel
from backend.chat.routes import MODEL_NAME, ProviderName, UsageModel
from backend.collaboration import progress
from backend.collaboration.collaboration import Collaboration, Overview, Status, Step, StepStatus
from backend.collaboration.graph import agents_of
from backend.collaboration.prices import total
from backend.collaboration.registry import NAMES, WORKFLOWS, graph_of
from backend.llm.protocol import JsonObject

MOST_AGENTS: Final = 20


def _fitting(workflow: str, agents: int) -> JsonObject:
    """Return the JSON Schema that says for how many agents a workflow is."""
    count: JsonObject = {"minItems": agents, "maxItems": agents}
    return {
        "if": {"properties": {"workflow": {"const": workflow}}, "required": ["workflow"]},
        "then": {"properties": {"agents": count}},
    }


def _distinct(agents: tuple[str, ...]) -> tuple[str, ...]:
    twice = next((agent for agent in agents if agents.count(agent) > 1), None)
    if twice is not None:
        raise ValueError(f"Input should have each agent once, got {twice!r} twice")
    return agents


WorkflowName = Annotated[str, WithJsonSchema({"type": "string", "enum": list(NAMES), "title": "Workflow"})]
Participants = Annotated[
    tuple[AgentId, ...],
    Field(min_length=1, max_length=MOST_AGENTS, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_distinct),
]


class NewCollaboration(RequestBody):
    """A collaboration to be. What is left out, or null, is up to the service or to the provider."""

    model_config = ConfigDict(
        json_schema_extra={"allOf": [_fitting(name, agents_of(graph)) for name, graph in WORKFLOWS.items()]}
    )

    agents: Participants
    task: Annotated[str, Field(min_length=1, max_length=100_000, examples=["Write about the tides in Harwich."])]
    workflow: WorkflowName
    started_by: AgentId | None = None
    provider: ProviderName | None = None
    model: Annotated[str, Field(pattern=MODEL_NAME, examples=["gpt-4.1-mini"])] | None = None

    @model_validator(mode="after")
    def _check_workflow(self) -> Self:
        graph_of(self.workflow, len(self.agents))
        return self


class Started(ResponseModel):
    """A collaboration that has been started."""

    id: str
    status: Literal[Status.STARTED] = Status.STARTED
    agents: list[str]


class CollaborationModel(ResponseModel):
    """A collaboration, and how far it has come; times are in UTC."""

    id: str
    workflow: str
    agents: list[str]
    task: str
    started_by: str | None
    provider: str
    model: str
    status: Status
    created_at: datetime
    ended_at: datetime | None
    error: str | None


class StepModel(ResponseModel):
    """One question to an agent's provider.

    `model` is the one that answered; `usage` is of the attempt that did; `error` is of the last attempt that failed.
    """

    id: str
    agent: str
    after: list[str]
    status: StepStatus
    prompt: str | None
    answer: str | None
    provider: str
    model: str | None
    usage: UsageModel | None
    attempts: int
    next_attempt_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    error: str | None


class TotalsModel(ResponseModel):
    """What all answers took; `cost_usd` is null where one of the models, which are named then, has no price."""

    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    unpriced_models: list[str]


class CollaborationDetails(CollaborationModel):
    """A collaboration with its steps, and with its result when it has succeeded."""

    steps: list[StepModel]
    result: str | None
    totals: TotalsModel


class CollaborationPageModel(ResponseModel):
    """Some collaborations, the oldest first; `next` is the `after` of the page behind this one, null on the last."""

    collaborations: list[CollaborationModel]
    next: str | None


def shown(overview: Overview) -> CollaborationModel:
    """Return a collaboration as the API shows it."""
    return CollaborationModel.model_validate(overview)


def detailed(found: Collaboration) -> CollaborationDetails:
    """Return a collaboration with its steps as the API shows it."""
    overview = found.overview
    return CollaborationDetails(
        **shown(overview).model_dump(),
        steps=[_step(step, overview.provider) for step in found.steps],
        result=progress.result(found.steps) if overview.status is Status.SUCCEEDED else None,
        totals=_totals(found),
    )


def _step(step: Step, provider: str) -> StepModel:
    return StepModel(
        id=step.id,
        agent=step.agent,
        after=list(step.after),
        status=step.status,
        prompt=step.prompt,
        answer=step.answer,
        provider=provider,
        model=step.model,
        usage=None if step.usage is None else UsageModel.model_validate(step.usage),
        attempts=step.attempts,
        next_attempt_at=step.next_attempt_at,
        started_at=step.started_at,
        ended_at=step.ended_at,
        error=step.error,
    )


def _totals(found: Collaboration) -> TotalsModel:
    answers = [(step.model, step.usage) for step in found.steps]
    totals = total((model, usage) for model, usage in answers if model is not None and usage is not None)
    return TotalsModel(
        input_tokens=totals.usage.input_tokens,
        output_tokens=totals.usage.output_tokens,
        cost_usd=None if totals.cost is None else float(totals.cost),
        unpriced_models=list(totals.unpriced),
    )
