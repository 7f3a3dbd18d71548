"""What the formats have in common: a list of pairs of a request and its response."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tapecheck.cassettes.fields import Field, Record
from tapecheck.model import Interaction, Request, Response

ReadRequest = Callable[[Record], Request]
ReadResponse = Callable[[Record], Response]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a format is recognised by.

    Attributes:
        root: the members of the whole file.
        messages: whatever is a mapping among the requests and responses of its `interactions`.
    """

    root: Record
    messages: tuple[Record, ...]

    @classmethod
    def of(cls, root: Record) -> Shape:
        """Return the shape of a file."""
        return cls(root, tuple(_messages(root)))


def interactions(entries: Field, request: ReadRequest, response: ReadResponse) -> Iterator[Interaction]:
    """Read a list of mappings that each hold a `request` and a `response`.

    Raises:
        CassetteError: the list, one of its mappings or one of their fields is not what it should be.
    """
    for index, entry in enumerate(entries.items()):
        record = entry.record()
        yield Interaction(
            index=index,
            line=entry.line,
            request=request(record.need("request").record()),
            response=response(record.need("response").record()),
        )


def _messages(record: Record) -> Iterator[Record]:
    entries = record.get("interactions")
    if entries is None or not entries.is_list:
        return
    for entry in entries.items():
        pair = entry.record() if entry.is_mapping else None
        for side in ("request", "response"):
            message = None if pair is None else pair.get(side)
            if message is not None and message.is_mapping:
                yield message.record()


def method(record: Record) -> str:
    """Return the method of a request in upper case; some recorders write it as a Ruby symbol."""
    return record.need("method").text().lstrip(":").upper()
