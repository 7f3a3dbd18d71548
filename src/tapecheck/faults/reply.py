"""A reply as it is to be played, the way it ends included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from tapecheck.model import Headers


class Ending(Enum):
    """What happens to the connection after the last piece."""

    DONE = auto()
    """The body is whole, and the connection goes on."""

    CLOSE = auto()
    """The connection is closed, though more was announced."""

    RESET = auto()
    """The connection is reset."""

    HOLD = auto()
    """Nothing more comes; the connection is held until the client leaves."""


class Unreached(Enum):
    """Why no server is reached, so that there is no reply."""

    REFUSED = auto()
    """Nobody listens at the address."""

    TIMED_OUT = auto()
    """Nobody answers the attempt to connect."""

    UNRESOLVED = auto()
    """The name of the host has no address."""

    UNTRUSTED = auto()
    """The certificate is signed by nobody whom the client trusts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server sends.

    Attributes:
        status, reason: of the status line.
        headers: all but those that frame the body: `content-length` and `transfer-encoding` are added at play.
        pieces: the body, each piece sent by itself; for a stream, an event.
        framing: `sse` or `json-array` for a stream, which is sent in chunks; None for a body of known length.
        silent: whether not even the status line is sent.
        missing: how many bytes more than there are is announced.
        pause: seconds before each piece.
        ending: what happens after the last piece.
        unreached: why the server is not even asked; None where it is. A server itself cannot play that.
    """

    status: int
    reason: str = ""
    headers: Headers = Headers()  # noqa: RUF009 - frozen
    pieces: tuple[bytes, ...] = ()
    framing: str | None = None
    silent: bool = False
    missing: int = 0
    pause: float = 0
    ending: Ending = Ending.DONE
    unreached: Unreached | None = None

    @property
    def body(self) -> bytes:
        """Return the body in one piece."""
        return b"".join(self.pieces)

    def with_header(self, name: str, value: str) -> Reply:
        """Return this reply with one header field in place of those of the same name."""
        others = tuple(field for field in self.headers if field[0].lower() != name.lower())
        return replace(self, headers=Headers((*others, (name, value))))
