"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tapecheck.errors import FaultError
from tapecheck.faults.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """What a provider's failures look like, which only its contract tells.

    Attributes:
        error: makes the reply to an error from its status and a message.
        failure: makes the event with which a stream breaks off, framed alone; None where the contract has none.
    """

    error: Callable[[int, str], Reply]
    failure: Callable[[], bytes | None]


Change = Callable[[Reply, Shapes], Reply]
"""Makes of the reply that there would have been the one that there is; raises FaultError where that cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        name: as it is asked for.
        summary: one line for people, without a full stop.
        change: does it.
        streams: whether it befalls streams only.
    """

    name: str
    summary: str
    change: Change
    streams: bool = False

    def befalls(self, reply: Reply) -> bool:
        """Tell whether a reply is of a kind that this can happen to."""
        return reply.framing is not None or not self.streams

    def apply(self, reply: Reply, shapes: Shapes) -> Reply:
        """Return the reply with this fault.

        Raises:
            FaultError: it cannot befall this reply.
            GenerationError: the contract's shape of errors allows no example.
        """
        if not self.befalls(reply):
            hint = "Ask for a stream, or choose a fault whose name does not begin with 'stream-'."
            raise FaultError(f"the fault {self.name!r} befalls streams only, and the answer is none", hint=hint)
        return self.change(reply, shapes)
