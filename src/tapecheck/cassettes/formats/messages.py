"""What the formats have in common: a list of pairs of a request and its response."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tapecheck.cassettes.fields import Field, Record
from tapecheck.model import Interaction, Request, Response

ReadRequest = Callable[[Record], Request]
ReadResponse = Callable[[Record], Response]


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


def messages(record: Record, name: str) -> Iterator[Record]:
    """Iterate over whatever is a mapping among the requests and responses of a list, to recognise a format by."""
    entries = record.get(name)
    for entry in entries.items() if entries is not None and entries.is_list else ():
        if entry.is_mapping:
            pair = entry.record()
            yield from (message.record() for side in ("request", "response") if (message := pair.get(side)) and message.is_mapping)


def method(record: Record) -> str:
    """Return the method of a request in upper case; some recorders write it as a Ruby symbol."""
    return record.need("method").text().lstrip(":").upper()
