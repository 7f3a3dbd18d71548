"""The JSON of the Chat Completions format, as far as we rely on it, and what it means.

OpenAI's reference has the format; DeepSeek's names the same fields, and one more reason to stop.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Final, TypeVar

from pydantic import AliasChoices, Field, JsonValue

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.protocol import Answer, FinishReason, ToolCall, Usage
from backend.llm.reading import Shape, failure_words, read

Name = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]

# Of a key that it refuses OpenAI shows both ends, or the whole if it is short; of a rate limit, whose it is.
_SECRETS: Final = re.compile(r"(?<=provided: )\S+|\S*\*{3,}[^\s.,;]*|\b(?:sk|org|proj|user)[-_][\w-]{16,}")

_REASONS: Final = MappingProxyType(
    {
        "stop": FinishReason.STOP,
        "length": FinishReason.LENGTH,
        "max_tokens": FinishReason.LENGTH,  # of finish_details
        "tool_calls": FinishReason.TOOL_CALLS,
        "content_filter": FinishReason.CONTENT_FILTER,
    }
)


class UsageShape(Shape):
    """Tokens."""

    prompt_tokens: Count = 0
    completion_tokens: Count = 0

    def value(self) -> Usage:
        """Return it in our words."""
        return Usage(input_tokens=self.prompt_tokens, output_tokens=self.completion_tokens)


class CalledShape(Shape):
    """The function to call; or the custom tool, which takes `input` in place of arguments."""

    name: Name
    arguments: str = Field(validation_alias=AliasChoices("arguments", "input"))


class ToolCallShape(Shape):
    """A tool to call; kinds that we know nothing of are refused."""

    id: Name
    called: CalledShape = Field(validation_alias=AliasChoices("function", "custom"))

    def value(self) -> ToolCall:
        """Return it in our words."""
        return ToolCall(id=self.id, name=self.called.name, arguments=self.called.arguments)


class MessageShape(Shape):
    """What the model says, which may be nothing."""

    content: str | None
    refusal: str | None = None
    tool_calls: tuple[ToolCallShape, ...] | None = None


class FinishDetailsShape(Shape):
    """Why the model stopped, where `finish_reason` is missing: so it was in the first preview of vision."""

    type: Name


class ChoiceShape(Shape):
    """One of the answers to the same question; we only ask for one."""

    index: Count
    message: MessageShape
    finish_reason: str | None = None
    finish_details: FinishDetailsShape | None = None


class CompletionShape(Shape):
    """A whole answer; `error` makes it something else."""

    error: None = None
    model: Name
    choices: Annotated[tuple[ChoiceShape, ...], Field(min_length=1)]
    usage: UsageShape | None = None


class CalledPieceShape(Shape):
    """The name in the first piece, then more of the arguments."""

    name: str | None = None
    arguments: str | None = Field(default=None, validation_alias=AliasChoices("arguments", "input"))


class ToolCallPieceShape(Shape):
    """A piece of the tool call with that index, whose id is in the first piece."""

    index: Count
    id: str | None = None
    called: CalledPieceShape = Field(default=CalledPieceShape(), validation_alias=AliasChoices("function", "custom"))


class DeltaShape(Shape):
    """What a chunk adds to the answer."""

    content: str | None = None
    refusal: str | None = None
    tool_calls: tuple[ToolCallPieceShape, ...] | None = None


class ChunkChoiceShape(Shape):
    """A piece of one of the answers."""

    index: Count
    delta: DeltaShape
    finish_reason: str | None = None


class ChunkShape(Shape):
    """The data of an event; `error` makes it something else."""

    error: None = None
    id: str
    model: str
    choices: tuple[ChunkChoiceShape, ...]
    usage: UsageShape | None = None


class _ErrorShape(Shape):
    type: JsonValue = None


class _FailureShape(Shape):
    error: _ErrorShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What came, whole or piece by piece.

    Attributes:
        text: of the answer, or of the refusal.
        refused: whether the model refused.
        reason: why it stopped, in the provider's word; None where it does not say.
        model: which one answered.
        usage: what it took.
        calls: the tools that the model wants called.
    """

    text: str
    refused: bool
    reason: str | None
    model: str
    usage: UsageShape | None
    calls: tuple[ToolCall, ...]


Read = TypeVar("Read", bound=Shape)


def read_or_fail(shape: type[Read], data: bytes | str, who: str) -> Read:
    """Return an answer or a chunk.

    Raises:
        UpstreamError: it is something else; in the provider's words if it is an error.
    """
    try:
        return read(shape, data, who)
    except UpstreamError:
        if (failed := _failure(data, who)) is not None:
            raise failed from None
        raise


def own_words(data: bytes | str) -> str:
    """Return the provider's own words from an error, "" where there are none; secrets in them are hidden."""
    return hide_secrets(failure_words(data))


def hide_secrets(words: str) -> str:
    """Return the words without keys, or pieces of them, and without the names of accounts."""
    return _SECRETS.sub("[hidden]", words)


def _failure(data: bytes | str, who: str) -> UpstreamError | None:
    """Return what an error says; None where it is no error."""
    try:
        error = read(_FailureShape, data, who).error
    except UpstreamError:
        return None
    our_fault = error.type == "invalid_request_error"
    words = own_words(data) or "it does not say why"
    return UpstreamError(f"{who} failed: {words}", transient=not our_fault, blames_host=not our_fault)


def conclude(content: Content, who: str, cut_off: Collection[str]) -> Answer:
    """Return the answer that has this content.

    Args:
        content: what came.
        who: the provider, as people write it.
        cut_off: its reasons to stop that mean that the answer is not whole.

    Raises:
        BrokenOffError: the model did not come to an end, or does not say so.
        UpstreamError: it wants tools to be called and names none.
    """
    if not content.reason:
        raise BrokenOffError(f"{who}'s answer broke off: it has no finish_reason; try again", partial=content.text)
    if content.reason in cut_off:
        raise BrokenOffError(f"{who}'s answer broke off: {content.reason}; try again", partial=content.text)
    if content.reason == "tool_calls" and not content.calls:
        raise UpstreamError(f"{who} wants tools to be called and names none; try again")
    return Answer(
        message=content.text,
        model=content.model,
        finish_reason=_finish_reason(content.reason, refused=content.refused, calls=bool(content.calls)),
        usage=content.usage.value() if content.usage else Usage(),
        tool_calls=content.calls,
    )


def _finish_reason(reason: str, *, refused: bool, calls: bool) -> FinishReason:
    known = _REASONS.get(reason, FinishReason.OTHER)
    if refused:
        return FinishReason.CONTENT_FILTER
    # A model that had to call a tool says that it was done.
    return FinishReason.TOOL_CALLS if calls and known is FinishReason.STOP else known
