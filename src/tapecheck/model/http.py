"""An HTTP request and its response, as they stand on a tape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in the order of the tape; names compare without regard to case (RFC 9110, 5.1)."""

    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """Return the first value of a field, or None."""
        return next(iter(self.get_all(name)), None)

    def get_all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Iterate over (name, value)."""
        return iter(self.fields)

    def __len__(self) -> int:
        """Return the number of fields, repeated ones counted each time."""
        return len(self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The payload of a message, its `content-encoding` undone.

    Attributes:
        content: the bytes as the sender wrote them before compression.
        line: the 1-based line of the file on which the payload begins.
        verbatim: whether the file shows the payload line by line (a YAML literal block), so that line n of the payload
            is line `line + n` of the file (n counts from 0).
        problem: why the `content-encoding` could not be undone; `content` is then as found.
        blank: whether there was an empty text, and not nothing at all: vcrpy tells the two apart in requests.
    """

    content: bytes = b""
    line: int = 1
    verbatim: bool = False
    problem: str | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was sent. `method` is upper case, `uri` absolute, with its query."""

    method: str
    uri: str
    headers: Headers = Headers()
    body: Body = Body()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What was answered. `status` is the number of the status line, `reason` its words."""

    status: int
    reason: str = ""
    headers: Headers = Headers()
    body: Body = Body()
