"""Response bodies taken apart without the code under test: one JSON document, or the frames of a stream."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tapecheck.model import Interaction, JSONValue

_BLANK_LINE = re.compile(rb"(?<=\n)\n|(?<=\r\n)\r\n|(?<=\r)\r(?!\n)")
_ENDS = (b"\n\n", b"\r\n\r\n", b"\r\r")
_DATA = re.compile(rb"^data: ?(.*?)\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as it stands in the body.

    Attributes:
        raw: its bytes; in Server-Sent Events with the empty line that ends it.
        value: its data; None where these are no JSON.
    """

    raw: bytes
    value: JSONValue

    def with_text(self, text: bytes) -> Frame:
        """Return the frame with this text, which need not be JSON, as its data."""
        found = list(_DATA.finditer(self.raw))
        return Frame(self.raw[: found[0].start()] + b"data: " + text + self.raw[found[-1].end(1) :], None)


@dataclass(frozen=True, slots=True)
class Stream:
    """A streamed body: Server-Sent Events, or the elements of one JSON array."""

    frames: tuple[Frame, ...]
    array: bool

    def body(self, frames: Sequence[Frame]) -> bytes:
        """Write frames as a body."""
        if self.array:
            return b"[" + b",\n".join(frame.raw for frame in frames) + b"]"
        # The last event of a recording may lack the empty line behind it.
        ended = [one.raw if one.raw.endswith(_ENDS) else one.raw.rstrip() + b"\n\n" for one in frames[:-1]]
        return b"".join([*ended, *(one.raw for one in frames[-1:])])

    def ends(self) -> Iterator[int]:
        """Yield the number of bytes of the body up to the end of each event, white space behind it not counted."""
        before = 1 if self.array else 0
        for frame in self.frames:
            yield before + len(frame.raw.rstrip())
            before += len(frame.raw) + (2 if self.array else 0)


@dataclass(frozen=True, slots=True)
class Document:
    """A body that is one JSON value."""

    value: JSONValue


def dump(value: object) -> bytes:
    """Write a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def with_body(interaction: Interaction, content: bytes) -> Interaction:
    """Return the interaction with another response body."""
    response = interaction.response
    return replace(interaction, response=replace(response, body=replace(response.body, content=content)))


def take_apart(interaction: Interaction, *, streamed: bool) -> Document | Stream | None:
    """Read the response body; None where it is neither a stream nor JSON.

    Args:
        interaction: one on tape.
        streamed: whether a success of its operation is always a stream, so that a JSON array is one.
    """
    content = interaction.response.body.content
    if re.match(rb"\s*(?:data|event|id|retry)?:", content):
        return Stream(tuple(_sse(content)), array=False)
    try:
        value: JSONValue = json.loads(content)
    except ValueError:
        return None
    if streamed and isinstance(value, list):
        return Stream(tuple(Frame(dump(one), one) for one in value), array=True)
    return Document(value)


def _sse(content: bytes) -> list[Frame]:
    frames: list[Frame] = []
    held, start = b"", 0
    for end in [*(found.end() for found in _BLANK_LINE.finditer(content)), len(content)]:
        held, start = held + content[start:end], end
        data = b"\n".join(_DATA.findall(held))
        if data:
            frames.append(Frame(held, _parse(data)))
            held = b""
    return frames


def _parse(data: bytes) -> JSONValue:
    try:
        value: JSONValue = json.loads(data)
    except ValueError:
        return None
    return value
