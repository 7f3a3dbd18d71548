"""An answer that a contract allows, though nobody may ever have recorded one like it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from tapecheck.faults import Reply
from tapecheck.generation import Event
from tapecheck.model import JSONValue

_MOST: Final = 200
"""So many lines are shown."""


class TextPrinter(Protocol):
    """What prints values for people, as those of IPython and Hypothesis do."""

    def text(self, text: str, /) -> None:
        """Print a text as it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GeneratedAnswer:
    """An answer that a contract allows. As text it shows its body: indented, or a line for each event.

    Attributes:
        provider, operation: that answer.
        reply: as a server would play it.
        events: of a stream: name and data of each, None for the closing marker; None where it is no stream.
    """

    provider: str
    operation: str
    reply: Reply
    events: tuple[Event, ...] | None

    @property
    def status(self) -> int:
        """Return the status."""
        return self.reply.status

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Return the header fields; those that frame the body are not among them."""
        return self.reply.headers.fields

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """Return the body piece by piece: for a stream, an event each."""
        return self.reply.pieces

    @property
    def body(self) -> bytes:
        """Return the body in one piece."""
        return self.reply.body

    def json(self) -> JSONValue:
        """Return the body as JSON; of a stream, an array with the data of each event but the closing marker."""
        if self.events is not None:
            return [data for _, data in self.events if data is not None]
        value: JSONValue = json.loads(self.body)
        return value

    def __repr__(self) -> str:
        """Return all of it as text."""
        lines = list(self._lines())
        more = [f"… and {len(lines) - _MOST} more lines"] if len(lines) > _MOST else []
        return "\n".join([f"{self.provider} {self.operation} answers {self.status}", *lines[:_MOST], *more])

    def _repr_pretty_(self, printer: TextPrinter, _cycle: bool) -> None:
        """Print all of it as text, where a value like this would be printed field by field."""
        printer.text(repr(self))

    def _lines(self) -> Iterator[str]:
        if self.events is not None:
            for name, data in self.events:
                yield f"  {name}" if data is None else f"  {name} {json.dumps(data, ensure_ascii=False)}"
        else:
            text = json.dumps(self.json(), ensure_ascii=False, indent=2)
            yield from (f"  {line}" for line in text.splitlines())
