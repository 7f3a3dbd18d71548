"""Reads Anthropic's streams (https://docs.anthropic.com/en/docs/build-with-claude/streaming).

```
message_start (content_block_start content_block_delta* content_block_stop)* message_delta+ message_stop
```

`ping` may stand anywhere, `error` breaks the stream off. Blocks are numbered from 0 and come one after the other.
Anthropic says that it will add types of events, of blocks and of deltas: those that are not known are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from backend.errors import BrokenOffError, UpstreamError
from backend.llm.protocol import Answer, ToolCall
from backend.llm.reading import read
from backend.providers.anthropic.answers import WHO, Block, TextBlock, TokenCounts, ToolUseBlock, finish_reason
from backend.providers.anthropic.events import (
    BlockDelta,
    BlockStart,
    BlockStop,
    Event,
    Failure,
    InputDelta,
    MessageDelta,
    MessageStart,
    Started,
    TextDelta,
)
from tapecheck import SSEEvent


class _Phase(Enum):
    """How far a stream is."""

    WAITING = "before message_start"
    BETWEEN = "where no block is open"
    WITHIN = "within a block"
    STOPPING = "behind message_delta"
    ENDED = "behind message_stop"


@dataclass(slots=True)
class _Open:
    """The block that is open, and the input of a tool so far."""

    block: Block
    written: list[str] = field(default_factory=list)


class MessageReader:
    """Reads one stream; see `Reader`."""

    def __init__(self) -> None:
        self._phase = _Phase.WAITING
        self._pieces: list[str] = []
        self._calls: list[ToolCall] = []
        self._blocks = 0
        self._open: _Open | None = None
        self._model = ""
        self._stop_reason: str | None = None
        self._counts = TokenCounts()

    @property
    def text(self) -> str:
        """Return the text so far."""
        return "".join(self._pieces)

    def feed(self, event: SSEEvent) -> tuple[str, ...]:
        """Take an event and return the pieces of text in it; one that is not complete has not arrived.

        Raises:
            UpstreamError: it is not an event of Anthropic, cannot stand where it stands, or reports a failure.
        """
        if not event.complete:
            return ()
        pieces = tuple(piece for piece in self._take(event.data) if piece)
        self._pieces.extend(pieces)
        return pieces

    def close(self) -> Answer:
        """Return the answer, the body having ended.

        Raises:
            BrokenOffError: no `message_stop` came; `partial` is the text so far.
        """
        if self._phase is not _Phase.ENDED or self._stop_reason is None:
            raise BrokenOffError(
                f"{WHO}'s stream ended before its message_stop, {self._phase.value}; try again", partial=self.text
            )
        return Answer(
            message=self.text,
            model=self._model,
            finish_reason=finish_reason(self._stop_reason),
            usage=self._counts.usage(),
            tool_calls=tuple(self._calls),
        )

    def _take(self, data: str) -> tuple[str, ...]:
        match read(Event, data, WHO).type:
            case "message_start":
                self._start(read(MessageStart, data, WHO).message)
            case "content_block_start":
                return self._open_block(read(BlockStart, data, WHO))
            case "content_block_delta":
                return self._extend_block(read(BlockDelta, data, WHO))
            case "content_block_stop":
                self._close_block(read(BlockStop, data, WHO))
            case "message_delta":
                self._announce_stop(read(MessageDelta, data, WHO))
            case "message_stop":
                self._expect("message_stop", _Phase.STOPPING)
                self._phase = _Phase.ENDED
            case "error":
                raise read(Failure, data, WHO).problem()
        return ()

    def _start(self, message: Started) -> None:
        self._expect("message_start", _Phase.WAITING)
        self._phase = _Phase.BETWEEN
        self._model = message.model
        self._counts = message.usage

    def _open_block(self, event: BlockStart) -> tuple[str, ...]:
        self._expect("content_block_start", _Phase.BETWEEN)
        self._expect_index("content_block_start", event.index)
        self._phase = _Phase.WITHIN
        self._open = _Open(event.content_block)
        return (event.content_block.text,) if isinstance(event.content_block, TextBlock) else ()

    def _extend_block(self, event: BlockDelta) -> tuple[str, ...]:
        opened = self._within("content_block_delta", event.index)
        match opened.block, event.delta:
            case TextBlock(), TextDelta(text=text):
                return (text,)
            case ToolUseBlock(), InputDelta(partial_json=written):
                opened.written.append(written)
        return ()

    def _close_block(self, event: BlockStop) -> None:
        opened = self._within("content_block_stop", event.index)
        if isinstance(opened.block, ToolUseBlock):
            self._calls.append(opened.block.call("".join(opened.written)))
        self._phase = _Phase.BETWEEN
        self._open = None
        self._blocks += 1

    def _announce_stop(self, event: MessageDelta) -> None:
        self._expect("message_delta", _Phase.BETWEEN, _Phase.STOPPING)
        self._counts = self._counts.updated(event.usage)
        if event.delta.stop_reason is not None:
            self._stop_reason = event.delta.stop_reason
            self._phase = _Phase.STOPPING

    def _within(self, name: str, index: int) -> _Open:
        """Return the open block, which must be that of the index."""
        if self._open is None:
            raise self._misplaced(name)
        self._expect_index(name, index)
        return self._open

    def _expect(self, name: str, *phases: _Phase) -> None:
        if self._phase not in phases:
            raise self._misplaced(name)

    def _expect_index(self, name: str, index: int) -> None:
        if index != self._blocks:
            raise UpstreamError(
                f"{WHO}'s stream is out of order: expected block {self._blocks}, got {name} of block {index}; try again"
            )

    def _misplaced(self, name: str) -> UpstreamError:
        return UpstreamError(f"{WHO}'s stream is out of order: {name} came {self._phase.value}; try again")
