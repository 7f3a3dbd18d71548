"""Reads Anthropic's answers (https://docs.anthropic.com/en/api/messages)."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Discriminator, JsonValue, NonNegativeInt, Tag

from backend.errors import BrokenOffError
from backend.llm.protocol import Answer, FinishReason, ToolCall, Usage
from backend.llm.reading import Shape, json_text, read

WHO: Final = "Anthropic"

_FINISH_REASONS: Final = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "tool_use": FinishReason.TOOL_CALLS,
    "refusal": FinishReason.CONTENT_FILTER,
}


class TokenCounts(Shape):
    """What a message costs; what is not said is None."""

    input_tokens: NonNegativeInt | None = None
    cache_creation_input_tokens: NonNegativeInt | None = None
    cache_read_input_tokens: NonNegativeInt | None = None
    output_tokens: NonNegativeInt | None = None

    def usage(self) -> Usage:
        """Return the tokens: those written to and read from the cache are input as well; thoughts are output."""
        cached = (self.cache_creation_input_tokens or 0) + (self.cache_read_input_tokens or 0)
        return Usage(input_tokens=(self.input_tokens or 0) + cached, output_tokens=self.output_tokens or 0)

    def updated(self, later: TokenCounts) -> TokenCounts:
        """Return these counts with what `later` says instead; both are totals."""
        return self.model_copy(update=later.model_dump(exclude_none=True))


class TextBlock(Shape):
    """A piece of the message."""

    type: Literal["text"]
    text: str


class ToolUseBlock(Shape):
    """The model wants a tool of ours to be called; `input` is as a rule empty where a stream opens the block."""

    type: Literal["tool_use"]
    id: str
    name: str
    input: dict[str, JsonValue]

    def call(self, written: str = "") -> ToolCall:
        """Return the call, with the input as the model wrote it where that is known."""
        return ToolCall(id=self.id, name=self.name, arguments=written or json_text(self.input, WHO))


class OtherBlock(Shape):
    """Thoughts, what the provider's own tools do, and kinds yet to come: no part of the message."""

    type: str


def tag(kind: str, value: object, known: tuple[str, ...]) -> str:
    """Return the tag in a union of an object told by its `type`; `kind` says of what the union is."""
    named = value.get("type") if isinstance(value, dict) else None
    return f"{named} {kind}" if named in known else f"other {kind}"


Block: TypeAlias = Annotated[
    Annotated[TextBlock, Tag("text block")]
    | Annotated[ToolUseBlock, Tag("tool_use block")]
    | Annotated[OtherBlock, Tag("other block")],
    Discriminator(lambda value: tag("block", value, ("text", "tool_use"))),
]


class Message(Shape):
    """A whole answer."""

    type: Literal["message"]
    model: str
    content: tuple[Block, ...]
    stop_reason: str | None = None
    usage: TokenCounts


def answer(body: bytes) -> Answer:
    """Read a whole answer.

    Raises:
        UpstreamError: it is not an answer of Anthropic.
        BrokenOffError: it does not say why the model stopped, so it is not whole.
    """
    message = read(Message, body, WHO)
    text = "".join(block.text for block in message.content if isinstance(block, TextBlock))
    if message.stop_reason is None:
        raise BrokenOffError(f"{WHO}'s answer is not whole: /stop_reason does not say why; try again", partial=text)
    return Answer(
        message=text,
        model=message.model,
        finish_reason=finish_reason(message.stop_reason),
        usage=message.usage.usage(),
        tool_calls=tuple(block.call() for block in message.content if isinstance(block, ToolUseBlock)),
    )


def finish_reason(stop_reason: str) -> FinishReason:
    """Return Anthropic's reason in our words; such as `pause_turn`, or one yet to come, is `OTHER`."""
    return _FINISH_REASONS.get(stop_reason, FinishReason.OTHER)
