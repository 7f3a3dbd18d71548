"""What every LLM provider is to the rest: requests go out, answers and streams come back, all in our own words.

A provider is pure: it builds requests and reads answers, and does no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from pydantic import JsonValue

from tapecheck import SSEEvent

JsonObject: TypeAlias = dict[str, JsonValue]


class ToolChoice(StrEnum):
    """Whether the model may, must or must not call a tool."""

    AUTO = "auto"
    REQUIRED = "required"
    NONE = "none"


class FinishReason(StrEnum):
    """Why the model stopped."""

    STOP = "stop"
    """It was done."""

    LENGTH = "length"
    """It reached the greatest number of tokens."""

    TOOL_CALLS = "tool_calls"
    """It wants tools to be called."""

    CONTENT_FILTER = "content_filter"
    """The provider, or the model, refused to go on."""

    OTHER = "other"
    """A reason that we have no word for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may ask to be called; `parameters` is a JSON Schema of an object."""

    name: str
    description: str
    parameters: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What is asked of a model; None leaves a setting to the provider.

    Attributes:
        model: the provider's name of it.
        message: what the user says.
        tools: what the model may ask to be called.
        tool_choice: whether it must.
        temperature: how freely it chooses, from 0 up.
        max_tokens: the most tokens of the answer.
        thinking: whether it thinks before it answers.
    """

    model: str
    message: str
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    thinking: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens; what a provider does not say is 0."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """The model asks for a tool to be called.

    Attributes:
        id: names this call in the answer to it.
        name: of the tool.
        arguments: JSON as the model wrote it, which need not be valid.
    """

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer."""

    message: str
    model: str
    finish_reason: FinishReason
    usage: Usage = Usage()
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An HTTP request to a provider: always a POST of JSON.

    Attributes:
        path: behind the base URL, with a slash before it and its query behind it.
        headers: credentials among them; `content-type` is set by whoever sends it.
        body: the JSON.
    """

    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: JsonObject


class Reader(Protocol):
    """Reads one stream, event by event; it remembers what came."""

    @property
    def text(self) -> str:
        """Return the text so far."""

    def feed(self, event: SSEEvent) -> Iterable[str]:
        """Take an event and yield the pieces of text in it.

        Raises:
            UpstreamError: it is not an event of this provider, or reports a failure.
        """

    def close(self) -> Answer:
        """Return the answer, the body having ended.

        Raises:
            BrokenOffError: the stream has not come to its own end; `partial` is the text so far.
        """


class Provider(Protocol):
    """An LLM provider.

    Attributes:
        name: as requests name it; also that of its folder.
        base_url: the root of its API, without a slash at the end.
        default_model: answers where a request names none.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - said above

    @property
    def base_url(self) -> str: ...  # noqa: D102

    @property
    def default_model(self) -> str: ...  # noqa: D102

    def call(self, prompt: Prompt, key: str, *, stream: bool) -> Call:
        """Return the request that asks for an answer, or for a stream of it."""

    def answer(self, body: bytes) -> Answer:
        """Read an answer.

        Raises:
            UpstreamError: it is not an answer of this provider.
        """

    def reader(self) -> Reader:
        """Return what reads a stream."""

    def failure(self, body: bytes) -> str:
        """Return the provider's own words from the body of an error, "" where there are none."""
