"""What Anthropic's streams are made of (https://docs.anthropic.com/en/docs/build-with-claude/streaming)."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Discriminator, Tag

from backend.errors import UpstreamError
from backend.llm.reading import Shape, shortened
from backend.providers.anthropic.answers import WHO, Block, TokenCounts, tag

_OURS: Final = frozenset(
    {
        "authentication_error",
        "billing_error",
        "invalid_request_error",
        "not_found_error",
        "permission_error",
        "request_too_large",
    }
)
"""Failures that come back however often one tries; one is that a filter does not let the answer pass."""


class Event(Shape):
    """Any event; the type says what else it has."""

    type: str


class Started(Shape):
    """What is known of the message at its start."""

    model: str
    usage: TokenCounts = TokenCounts()


class MessageStart(Shape):
    """Of type `message_start`."""

    message: Started


class BlockStart(Shape):
    """Of type `content_block_start`; the block is empty as yet."""

    index: int
    content_block: Block


class TextDelta(Shape):
    """More of a block of text."""

    type: Literal["text_delta"]
    text: str


class InputDelta(Shape):
    """More of the input of a tool, which is JSON only when it is whole."""

    type: Literal["input_json_delta"]
    partial_json: str


class OtherDelta(Shape):
    """More of what is no part of the message."""

    type: str


Delta: TypeAlias = Annotated[
    Annotated[TextDelta, Tag("text_delta delta")]
    | Annotated[InputDelta, Tag("input_json_delta delta")]
    | Annotated[OtherDelta, Tag("other delta")],
    Discriminator(lambda value: tag("delta", value, ("text_delta", "input_json_delta"))),
]


class BlockDelta(Shape):
    """Of type `content_block_delta`."""

    index: int
    delta: Delta


class BlockStop(Shape):
    """Of type `content_block_stop`."""

    index: int


class Stopped(Shape):
    """What is known of the message at its end; not every event says why the model stopped."""

    stop_reason: str | None = None


class MessageDelta(Shape):
    """Of type `message_delta`; the usage is a total."""

    delta: Stopped
    usage: TokenCounts = TokenCounts()


class Words(Shape):
    """What the provider says of a failure."""

    type: str
    message: str


class Failure(Shape):
    """Of type `error`."""

    error: Words

    def problem(self) -> UpstreamError:
        """Return what it means (https://docs.anthropic.com/en/api/errors)."""
        ours = self.error.type in _OURS
        return UpstreamError(
            f"{WHO} broke its stream off: {shortened(f'{self.error.type}: {self.error.message}')}",
            transient=not ours,
            blames_host=not ours,
        )
