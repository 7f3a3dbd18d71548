"""Reads streams of the Chat Completions format: chunks as Server-Sent Events, and `[DONE]` behind the last one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.chat_completions.shapes import (
    ChunkChoiceShape,
    ChunkShape,
    Content,
    DeltaShape,
    ToolCallPieceShape,
    UsageShape,
    conclude,
    read_or_fail,
)
from backend.llm.protocol import Answer, ToolCall
from tapecheck import SSEEvent

DONE: Final = "[DONE]"


@dataclass(slots=True, kw_only=True)
class _OpenCall:
    """A tool call of which more may come."""

    id: str
    name: str
    arguments: list[str] = field(default_factory=list)

    def value(self) -> ToolCall:
        return ToolCall(id=self.id, name=self.name, arguments="".join(self.arguments))


class ChatCompletionsReader:
    """Reads one stream; of several choices the one with index 0.

    An answer is whole when its finish_reason and `[DONE]` have arrived; what comes behind `[DONE]` is passed over, as
    the official SDKs do, for it can change nothing. What shows that chunks were lost, doubled or mixed with others is
    refused: another id, anything behind the finish_reason, a tool call that goes on before it has begun, begins twice
    or leaves out an index. Roles are not looked at: an empty chunk lost or doubled does no harm.

    Args:
        who: the provider, as people write it.
        cut_off: its reasons to stop that mean that the answer is not whole.
    """

    def __init__(self, who: str, cut_off: Collection[str] = ()) -> None:
        self._who = who
        self._cut_off = cut_off
        self._pieces: list[str] = []
        self._calls: list[_OpenCall] = []
        self._refused = False
        self._reason: str | None = None
        self._id = ""
        self._model = ""
        self._usage: UsageShape | None = None
        self._failed = False
        self._done = False

    @property
    def text(self) -> str:
        """Return the text so far."""
        return "".join(self._pieces)

    def feed(self, event: SSEEvent) -> tuple[str, ...]:
        """Take an event and return the pieces of text in it; one that the body ends within has not arrived.

        Raises:
            UpstreamError: it is no chunk, or none that can come here, or reports a failure.
        """
        if self._done or self._failed or not event.complete:
            return ()
        if event.data == DONE:
            self._done = True
            return ()
        self._failed = True  # until the chunk turns out to be good
        pieces = self._take(read_or_fail(ChunkShape, event.data, self._who))
        self._failed = False
        self._pieces += pieces
        return pieces

    def close(self) -> Answer:
        """Return the answer, the body having ended.

        Raises:
            BrokenOffError: the stream has not come to its own end; `partial` is the text so far.
            UpstreamError: the model wants tools to be called and names none.
        """
        if not self._done:
            detail = f"{self._who}'s stream broke off: it has no {DONE} at its end; try again"
            raise BrokenOffError(detail, partial=self.text)
        content = Content(
            text=self.text,
            refused=self._refused,
            reason=self._reason,
            model=self._model,
            usage=self._usage,
            calls=tuple(call.value() for call in self._calls),
        )
        return conclude(content, self._who, self._cut_off)

    def _take(self, chunk: ChunkShape) -> tuple[str, ...]:
        self._id = self._id or chunk.id
        if chunk.id and chunk.id != self._id:
            raise self._disorder("a chunk of another answer, with another id")
        self._model = self._model or chunk.model
        self._usage = chunk.usage or self._usage
        return tuple(piece for choice in chunk.choices if choice.index == 0 for piece in self._extend(choice))

    def _extend(self, choice: ChunkChoiceShape) -> tuple[str, ...]:
        delta = choice.delta
        if self._reason and (choice.finish_reason or delta.content or delta.refusal or delta.tool_calls):
            raise self._disorder("more of the answer behind its finish_reason")
        for piece in delta.tool_calls or ():
            self._call(piece)
        self._refused = self._refused or bool(delta.refusal)
        self._reason = choice.finish_reason or self._reason
        return _texts(delta)

    def _call(self, piece: ToolCallPieceShape) -> None:
        called, known = piece.called, len(self._calls)
        if piece.index > known:
            raise self._disorder(f"tool call {piece.index} before tool call {known}")
        if piece.index < known and (piece.id or called.name):
            raise self._disorder(f"the beginning of tool call {piece.index} a second time")
        if piece.index == known:
            if not piece.id or not called.name:
                raise self._disorder(f"a piece of tool call {piece.index} before its id and name")
            self._calls.append(_OpenCall(id=piece.id, name=called.name))
        self._calls[piece.index].arguments.append(called.arguments or "")

    def _disorder(self, what: str) -> UpstreamError:
        return UpstreamError(f"{self._who}'s stream is out of order: got {what}; try again")


def _texts(delta: DeltaShape) -> tuple[str, ...]:
    return tuple(text for text in (delta.content, delta.refusal) if text)
