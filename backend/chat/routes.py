"""`POST /api/agent/chat`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.sse import EventSourceResponse
from pydantic import AfterValidator, Field, WithJsonSchema
from starlette.exceptions import HTTPException

from backend.agents.routes import Agents
from backend.api.events import MEDIA_TYPE, described, event
from backend.api.models import NUMERIC, AgentId, Boolean, RequestBody, ResponseModel
from backend.api.problems import REFERENCE, UNREADABLE, ProblemDocument, Responses, document, documented
from backend.chat.service import Chat, Conversation
from backend.chat.tools import ToolModel
from backend.errors import Problem
from backend.llm.protocol import Answer, FinishReason, Prompt, ToolChoice
from backend.providers.registry import PROVIDERS

T = TypeVar("T")

MODEL_NAME: Final = r"^[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,126}[A-Za-z0-9])?$"
PROVIDER_NAMES: Final = sorted(PROVIDERS)


def _known(name: str) -> str:
    if name not in PROVIDERS:
        raise ValueError(f"Input should be one of {', '.join(PROVIDER_NAMES)}")
    return name


ProviderName = Annotated[
    str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": PROVIDER_NAMES, "title": "Provider"})
]


class ChatRequest(RequestBody):
    """What an agent is asked. What is left out, or null, is up to the service or to the provider."""

    agent_id: AgentId
    message: Annotated[str, Field(min_length=1, max_length=100_000, examples=["When is high tide in Harwich?"])]
    provider: ProviderName | None = None
    model: Annotated[str, Field(pattern=MODEL_NAME, examples=["gpt-4.1-mini"])] | None = None
    stream: Boolean = False
    temperature: Annotated[float, Field(ge=0, le=1), NUMERIC] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=100_000), NUMERIC] | None = None
    thinking: Boolean | None = None
    tools: Annotated[tuple[ToolModel, ...], Field(max_length=64)] = ()
    tool_choice: ToolChoice | None = None


class UsageModel(ResponseModel):
    """Tokens that the provider counted."""

    input_tokens: int
    output_tokens: int


class ToolCallModel(ResponseModel):
    """The model wants a tool to be called; `arguments` is JSON as the model wrote it, which need not be valid."""

    id: str
    name: str
    arguments: str


class ChatAnswer(ResponseModel):
    """A whole answer; one that broke off is an error."""

    message: str
    provider: str
    model: str
    finish_reason: FinishReason
    usage: UsageModel
    tool_calls: list[ToolCallModel]


class ChatStart(ResponseModel):
    """The first event of a stream, `start`."""

    provider: str
    model: str


class ChatDelta(ResponseModel):
    """An event `delta`: the next piece of the message."""

    text: str


EVENT: Final = {
    "oneOf": [
        described("start", ChatStart.model_json_schema()),
        described("delta", ChatDelta.model_json_schema()),
        described("end", {"$ref": "#/components/schemas/ChatAnswer"}),
        described("error", REFERENCE),
    ]
}
STREAM: Final = (
    "The answer; with `stream` as Server-Sent Events: one `start`, any number of `delta`, then either `end` with the "
    "whole answer or `error` with a problem document, whose `partial` is the message so far. "
    "A stream without one of these two broke off."
)

RESPONSES: Final[Responses] = {
    200: {"description": STREAM, "content": {MEDIA_TYPE: {"itemSchema": EVENT}}},
    **documented(
        {
            **UNREADABLE,
            404: "there is no agent 'agt_0190f2c4': create one with POST /api/agents",
            408: "timeout: openai did not answer within 120 s",
            422: "/body/message: Field required",
            429: "openai wants fewer requests",
            502: "openai: the stream broke off before its end",
            503: "openai has no key: set OPENAI_API_KEY",
        }
    ),
}

router = APIRouter(tags=["chat"])


def _chat(request: Request) -> Chat:
    chat: Chat = request.state.chat
    return chat


async def _resources() -> AsyncIterator[AsyncExitStack]:
    """Give a stack that is unwound when the response has been sent, or its client has gone."""
    async with AsyncExitStack() as stack:
        yield stack


@router.post(
    "/api/agent/chat", response_model=ChatAnswer, responses=RESPONSES, operation_id="chat", summary="Ask an agent"
)
async def ask(
    request: Request,
    wanted: ChatRequest,
    chat: Annotated[Chat, Depends(_chat)],
    agents: Agents,
    resources: Annotated[AsyncExitStack, Depends(_resources)],
) -> ChatAnswer | Response:
    """Ask a model of one of the providers; with `stream` the answer comes piece by piece."""
    await agents.get(wanted.agent_id)
    provider = chat.choose(wanted.provider)
    prompt = _prompt(wanted, provider.default_model)
    if wanted.stream:
        begun = await _unless_left(request, chat.stream(provider.name, prompt))
        conversation = await resources.enter_async_context(begun)
        return EventSourceResponse(_events(conversation, ChatStart(provider=provider.name, model=prompt.model)))
    return _answered(provider.name, await _unless_left(request, chat.answer(provider.name, prompt)))


async def _unless_left(request: Request, asking: Coroutine[object, object, T]) -> T:
    """Return what comes of asking; when the client leaves, the provider need not go on.

    Raises:
        HTTPException: it has left; nobody reads that, but the access log tells it from an answer.
    """
    asked, left = asyncio.create_task(asking), asyncio.create_task(_left(request))
    try:
        await asyncio.wait((asked, left), return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            raise HTTPException(408, "the client left before there was an answer")
        return await asked
    finally:
        asked.cancel()
        left.cancel()
        await asyncio.gather(asked, left, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _prompt(wanted: ChatRequest, default_model: str) -> Prompt:
    return Prompt(
        model=wanted.model or default_model,
        message=wanted.message,
        tools=tuple(tool.value() for tool in wanted.tools),
        tool_choice=wanted.tool_choice if wanted.tools else None,
        temperature=wanted.temperature,
        max_tokens=wanted.max_tokens,
        thinking=wanted.thinking,
    )


def _answered(provider: str, answer: Answer) -> ChatAnswer:
    return ChatAnswer(
        message=answer.message,
        provider=provider,
        model=answer.model,
        finish_reason=answer.finish_reason,
        usage=UsageModel.model_validate(answer.usage),
        tool_calls=[ToolCallModel.model_validate(call) for call in answer.tool_calls],
    )


async def _events(conversation: Conversation, start: ChatStart) -> AsyncIterator[bytes]:
    arrived: list[str] = []
    yield event("start", start)
    try:
        async for piece in conversation:
            arrived.append(piece)
            yield event("delta", ChatDelta(text=piece))
    except Problem as problem:
        yield event("error", _failed(problem, "".join(arrived)))
    else:
        yield event("end", _answered(start.provider, conversation.answer))


def _failed(problem: Problem, arrived: str) -> ProblemDocument:
    return document(problem).model_copy(update={"partial": arrived})
